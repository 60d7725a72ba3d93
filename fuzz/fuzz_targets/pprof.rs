#![no_main]

use debrief::evidence::profile::text_of_profile;
use debrief_fuzz::fuzz_format;

// Bytes behind the first ones of a profile of pprof: whatever they are, they become lines, and the lines are read like any others.
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    const HEAD: &[u8] = &[0x0a, 0x04, 0x08, 0x01, 0x10, 0x02];
    if let Some(text) = text_of_profile(&[HEAD, bytes].concat()) {
        assert!(text.ends_with('\n'));
        fuzz_format("go-goroutine", text.as_bytes());
        fuzz_format("go-profile", text.as_bytes());
    }
});
