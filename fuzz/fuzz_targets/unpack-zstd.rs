#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| debrief_fuzz::fuzz_unpack(b"\x28\xb5\x2f\xfd", bytes));
