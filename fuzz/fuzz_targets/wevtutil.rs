#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| debrief_fuzz::fuzz_format("wevtutil", bytes));
