//! Frames as Java writes them, without what differs from run to run.
//!
//! ```text
//! at com.example.Pool.take(Pool.java:88)
//! at java.io.FileInputStream.readBytes(java.base@25/Native Method)              HotSpot from 9 on: the module stands in the place
//! at java.base@11.0.19/jdk.internal.misc.Unsafe.park(Native Method)              JMX, dumps to files: in front of the class
//! at com.example.Api$$Lambda$14/0x0000000800c03000.run(Unknown Source)           hidden classes have an address
//! at com/example/Pool.take(Pool.java:88(Compiled Code))                          OpenJ9
//! ```

use std::borrow::Cow;

use crate::model::memmem;
use memchr::{memchr, memrchr};

use super::super::super::time::number;

/// A frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct JavaFrame<'a> {
    /// Class and method, without module and addresses.
    pub(super) function: Cow<'a, [u8]>,
    /// Empty where none is printed (native methods, hidden classes).
    pub(super) file: &'a [u8],
    /// 0 where none is printed.
    pub(super) line: u32,
}

/// Reads a frame behind its `at `.
pub(super) fn parse_frame(text: &[u8]) -> Option<JavaFrame<'_>> {
    parse_call(text.strip_prefix(b"at ")?)
}

/// Reads `com.example.Pool.take(Pool.java:88)`.
pub(super) fn parse_call(call: &[u8]) -> Option<JavaFrame<'_>> {
    let rest = call.trim_ascii_end().strip_suffix(b")")?;
    let rest = rest.strip_suffix(b"(Compiled Code)").unwrap_or(rest);
    let rest = rest.strip_suffix(b"(Inlined Compiled Code)").unwrap_or(rest);
    let open = memrchr(b'(', rest)?;
    let (function, place) = (&rest[..open], &rest[open + 1..]);
    let is_name = memchr(b'.', function).is_some_and(|dot| dot > 0 && dot + 1 < function.len());
    if !is_name || function.iter().any(|byte| matches!(byte, b'"' | b'=' | b',')) {
        return None;
    }
    let place = memrchr(b'/', place).map_or(place, |slash| &place[slash + 1..]);
    let (file, line) = match memrchr(b':', place) {
        // JMX writes a negative number for native methods.
        Some(colon) => (&place[..colon], number(&place[colon + 1..]).unwrap_or(0)),
        None if matches!(place, b"Native Method" | b"Unknown Source" | b"") => (&place[..0], 0),
        None => (place, 0),
    };
    Some(JavaFrame { function: stable_name(function), file, line })
}

/// A function's name without its module and without the addresses and numbers of hidden classes.
pub(super) fn stable_name(function: &[u8]) -> Cow<'_, [u8]> {
    const LAMBDA: &[u8] = b"$$Lambda$";
    if memchr(b'/', function).is_none() && memmem::find(function, LAMBDA).is_none() {
        return Cow::Borrowed(function);
    }
    let mut name: Vec<u8> = Vec::with_capacity(function.len());
    let mut rest = function;
    while let Some(slash) = memchr(b'/', rest) {
        let after = &rest[slash + 1..];
        let end = after.iter().position(|byte| matches!(byte, b'.' | b'/')).unwrap_or(after.len());
        let word = &after[..end];
        let is_address = word.starts_with(b"0x") || !word.is_empty() && word.iter().all(u8::is_ascii_digit);
        if is_address {
            name.extend_from_slice(&rest[..slash]);
            rest = &after[end..];
        } else {
            // What came before was a module or a class loader.
            name.clear();
            rest = after;
        }
    }
    name.extend_from_slice(rest);
    if let Some(at) = memmem::find(&name, LAMBDA) {
        let from = at + LAMBDA.len();
        let digits = name[from..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        name.drain(from - 1..from + digits);
    }
    Cow::Owned(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_is_one_frame() {
        for (text, want) in [
            ("at com.example.Pool.take(Pool.java:88)", "com.example.Pool.take Pool.java 88"),
            (
                "at java.io.FileInputStream.readBytes(java.base@25/Native Method)",
                "java.io.FileInputStream.readBytes  0",
            ),
            (
                "at java.io.BufferedReader.fill(java.base@21.0.4/BufferedReader.java:166)",
                "java.io.BufferedReader.fill BufferedReader.java 166",
            ),
            ("at java.base@11.0.19/jdk.internal.misc.Unsafe.park(Native Method)", "jdk.internal.misc.Unsafe.park  0"),
            ("at app//com.example.Api.run(Api.java:3)", "com.example.Api.run Api.java 3"),
            ("at app/abc.def.Api.run(Api.java:3)", "abc.def.Api.run Api.java 3"),
            ("at x.T$$Lambda/0x000007fc0113c400.generate(Unknown Source)", "x.T$$Lambda.generate  0"),
            ("at x.T$$Lambda$14/0x0000000800c03000.run(Unknown Source)", "x.T$$Lambda.run  0"),
            ("at x.T$$Lambda$14/1234567.run(Unknown Source)", "x.T$$Lambda.run  0"),
            (
                "at java.lang.invoke.LambdaForm$MH/0x000007fc011d5000.invoke(java.base@25/LambdaForm$MH)",
                "java.lang.invoke.LambdaForm$MH.invoke LambdaForm$MH 0",
            ),
            ("at x.MyTest.it works(MyTest.kt:12)", "x.MyTest.it works MyTest.kt 12"),
            ("at x.Demo.run(Demo.java:31(Compiled Code))", "x.Demo.run Demo.java 31"),
            ("at x.Demo.<init>(Demo.java)", "x.Demo.<init> Demo.java 0"),
        ] {
            let frame = parse_frame(text.as_bytes()).unwrap_or_else(|| panic!("{text}"));
            let shown = format!(
                "{} {} {}",
                String::from_utf8_lossy(&frame.function),
                String::from_utf8_lossy(frame.file),
                frame.line
            );
            assert_eq!(shown, want, "{text}");
        }
        for text in ["at noon (local time)", "at (x)", "at .x(y)", "in x.y(z)", "at x.y(z", "at \"x.y\"(z)"] {
            assert_eq!(parse_frame(text.as_bytes()), None, "{text}");
        }
    }
}
