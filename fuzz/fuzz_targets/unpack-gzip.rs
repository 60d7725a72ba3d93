#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| debrief_fuzz::fuzz_unpack(b"\x1f\x8b\x08", bytes));
