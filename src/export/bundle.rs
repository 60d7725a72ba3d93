//! The zip of an export: the document in every form, what it refers to, and the files that carry out its action items.
//!
//! ```text
//! postmortem.md  assets/threads.svg  assets/threads.png  postmortem.html  timeline.csv  timeline.jsonl  document.json  fixes/90-pid-max.conf
//! ```

use crate::postmortem::Document;
use crate::protocol::desk::ExportedFile;

use super::file_names::Names;
use super::zip::Zip;

/// Packs the files of an export and the document's attachments. Names are made safe, and unique where two action items call their files alike. `None` where that is more than an archive holds (4 GiB).
#[must_use]
pub fn pack(document: &Document, files: &[ExportedFile]) -> Option<Vec<u8>> {
    let (mut zip, mut names) = (Zip::default(), Names::default());
    for file in files {
        zip.add(&names.nested(&file.path), &file.bytes).then_some(())?;
    }
    for attachment in document.actions.iter().flat_map(|action| &action.attachments) {
        zip.add(&names.path("fixes/", &attachment.file_name), attachment.text.as_bytes()).then_some(())?;
    }
    Some(zip.finish())
}
