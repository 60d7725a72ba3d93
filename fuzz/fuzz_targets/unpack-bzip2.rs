#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| debrief_fuzz::fuzz_unpack(b"BZh9\x31\x41\x59\x26\x53\x59", bytes));
