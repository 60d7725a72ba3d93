#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| debrief_fuzz::fuzz_unpack(b"PK\x03\x04", bytes));
