//! What the Go runtime and its profiles print. One file per thing: the head of a goroutine, a frame, a dump, a profile.
//!
//! Source: <https://github.com/golang/go/blob/master/src/runtime/traceback.go> (`goroutineheader`, `printAncestorTraceback`),
//! `runtime/pprof/pprof.go` (`printCountProfile`).

mod frame;
mod head;
mod profile;
mod reader;
mod wait;

use super::{Above, Kind};
use frame::{parse_call, parse_place};
use head::{is_open_head, parse_access, parse_head};

/// Crashes, SIGQUIT, `debug=2`.
pub(super) static DUMP: Kind = Kind { anchors: &["goroutine ", RACE], opens, above, reader: reader::open };

fn opens(line: &[u8]) -> bool {
    parse_head(line).or_else(|| parse_access(line)).is_some() || is_open_head(line) || line.starts_with(RACE.as_bytes())
}

/// Begins a report of the race detector.
const RACE: &str = "WARNING: DATA RACE";

/// `debug=1`.
pub(super) static PROFILE: Kind = Kind {
    anchors: &[" profile: total "],
    opens: |line| profile::parse_head(line).is_some(),
    above,
    reader: profile::open,
};

/// Lines that say why a dump was printed.
const TITLES: &[&[u8]] = &[
    b"SIGQUIT: ",
    b"SIGABRT: ",
    b"SIGSEGV: ",
    b"SIGBUS: ",
    b"SIGILL: ",
    b"SIGFPE: ",
    b"SIGTRAP: ",
    b"SIGSYS: ",
    b"fatal error: ",
    b"panic: ",
    b"fatal: morestack on ",
    b"unexpected signal during runtime execution",
    b"runtime: goroutine stack exceeds ",
    b"runtime: out of memory",
    b"http: panic serving ",
    b"http2: panic serving ",
    b"Observed a panic: ",
    b"=== BEGIN goroutine stack dump",
    RACE.as_bytes(),
];

/// What the runtime prints between and in front of goroutines besides frames.
const BETWEEN: &[&[u8]] = &[
    b"PC=",
    b"runtime: ",
    b"runtime/cgo: ",
    b"runtime stack:",
    b"[signal ",
    b"[recovered",
    b"\tpanic: ",
    b"stack: frame=",
    b"-----",
    b"exit status ",
    b"=== END goroutine stack dump",
    b"=== goroutine stack dump",
    b"created by ",
    b"non-Go function",
    b"pc=0x",
    b"Aborted",
    b"FAIL",
    b"--- FAIL",
    b"=== RUN",
    b"\trunning tests:",
    b"=====",
];

fn above(line: &[u8]) -> Above {
    match behind_stamp(line) {
        Some(text) if above_plain(text) == Above::Title => Above::Title,
        _ => above_plain(line),
    }
}

fn above_plain(line: &[u8]) -> Above {
    // What went wrong while the first panic was being handled stands below it.
    if line.starts_with(b"\tpanic: ") {
        return Above::Known;
    }
    let text = line.trim_ascii_start();
    let is_title = |line: &[u8]| TITLES.iter().any(|title| line.starts_with(title));
    // A logger may put words in front of a title that ends the line.
    if is_title(text) || crate::model::memmem::find(text, b"Observed a panic: ").is_some() {
        return Above::Title;
    }
    if is_between(line) || parse_call(text).is_some() || text.len() < line.len() && parse_place(text).is_some() {
        return Above::Known;
    }
    Above::Other
}

/// A line without what package `log` puts in front of it: `2024/05/01 12:00:00 http: panic serving …`, with microseconds or without.
fn behind_stamp(text: &[u8]) -> Option<&[u8]> {
    const SHAPE: &[u8] = b"0000/00/00 00:00:00";
    let (stamp, rest) = text.split_at_checked(SHAPE.len())?;
    let is_same = |(byte, shape): (&u8, &u8)| if *shape == b'0' { byte.is_ascii_digit() } else { byte == shape };
    stamp.iter().zip(SHAPE).all(is_same).then_some(())?;
    let fraction = rest.iter().take_while(|byte| matches!(byte, b'.' | b'0'..=b'9')).count();
    Some(rest[fraction..].trim_ascii_start())
}

/// Whether the runtime prints such lines between goroutines: registers, marks, a signal's details.
fn is_between(line: &[u8]) -> bool {
    let is_register = || {
        let mut words = line.split(|byte| *byte == b' ').filter(|word| !word.is_empty());
        let (name, value) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        (2..=8).contains(&name.len()) && value.starts_with(b"0x") && words.next().is_none()
    };
    BETWEEN.iter().any(|start| line.starts_with(start))
        || line.len() < 40 && (line.ends_with(b" data race(s)") || is_register())
}

/// Whether a line without its envelope can only be a part of a Go dump or profile: for recognising inputs.
pub(super) fn is_telling(line: &[u8]) -> bool {
    let text = line.trim_ascii_start();
    let is_place = || text.len() < line.len() && parse_place(text).is_some();
    parse_call(text).is_some() || is_place() || text.starts_with(b"created by ") || profile::is_telling(text)
}

/// Whether a line begins a dump, a goroutine or a profile.
pub(super) fn is_head(line: &[u8]) -> bool {
    parse_head(line).or_else(|| parse_access(line)).is_some() || profile::parse_head(line).is_some()
}

/// Whether a line says why a dump was printed, or stands beside one that does.
pub(super) fn is_above(line: &[u8]) -> bool {
    above_plain(line) != Above::Other
}
