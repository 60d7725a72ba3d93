//! The table of Chinese characters that browsers have: a hundred kilobytes that need not be loaded.

use debrief::evidence::encoding::bring_gb18030;
use web_sys::TextDecoder;

/// Brings it to all that reads in this worker.
pub(crate) fn bring() {
    bring_gb18030(|bytes| {
        let text = TextDecoder::new_with_label("gb18030").and_then(|decoder| decoder.decode_with_u8_array(bytes));
        text.map_or_else(|_| bytes.to_vec(), String::into_bytes)
    });
}
