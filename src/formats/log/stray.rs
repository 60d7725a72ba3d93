//! Lines of another logger between those of a format: what one output holds is not always written by one library.
//!
//! ```text
//! E0820 14:30:00.123456       1 reflector.go:20] "failed" err="…"          klog, between the objects of zap
//! 20-Aug-2024 14:30:00.123 SEVERE [main] org.apache.catalina.…             Tomcat, between the lines of Logback
//! 10.0.0.1 - - [20/Aug/2024:14:30:00 +0000] "GET / HTTP/1.1" 502 …         nginx, between the lines of its controller
//! ```
//! Such a line has a time of its own at its head: it goes on nothing, and the record above says nothing of it.

use super::super::time::{Stamp, parse_klog, parse_syslog};
use super::json_fields::Told;
use super::message::read_message;
use super::prefix::split_prefix;
use super::shape::{LineHead, Shape, When, read_own_head};
use super::{access_log, json_lines, jul};
use crate::evidence::Line;
use crate::formats::Parsed;
use crate::model::{IssueCode, Level, WallKind, WallTime};

/// Emits a line that begins with the time of another format as a record, and says whether it did. Its time is told where it lacks what the
/// times of the input lack; else it has none (`bad-time`). Where the input has no times at all, nothing is gained by it.
pub(in crate::formats) fn read_stray(line: &Line<'_>, kind: WallKind, source: &[u8], out: &mut Parsed) -> bool {
    // Frames of a stack and what else is indented cost a look at one byte.
    let may_begin = |first: &u8| first.is_ascii_alphanumeric() || matches!(first, b'[' | b'{');
    if kind == WallKind::Unclocked || !line.bytes.first().is_some_and(may_begin) {
        return false;
    }
    let (source, text) = split_prefix(line.bytes).unwrap_or((source, line.bytes));
    let Some(told) = told_by(text) else { return false };
    let wall = match (told, kind) {
        (Some(Told::Utc(wall)), WallKind::Utc) | (Some(Told::Local(wall)), WallKind::Local) => wall,
        _ => {
            out.issues.add(IssueCode::BadTime, line.number, line.offset);
            WallTime::NONE
        }
    };
    out.records.push(line.number, wall, read_message(text).level, source);
    true
}

/// The time at the head of a line, if it has one there; `Some(None)` where it lacks the year.
#[cold]
fn told_by(text: &[u8]) -> Option<Option<Told>> {
    if text.starts_with(b"{") {
        let fields = json_lines::object_of(text)?.1.filter(|fields| fields.is_log() && fields.level != Level::None)?;
        return fields.time.map(Some);
    }
    let told = |stamp: Stamp| Some(stamp.utc().map_or(Told::Local(stamp.wall), Told::Utc));
    let own = || [Shape::Iso, Shape::Slashed, Shape::DayMonth].iter().find_map(|&shape| read_own_head(shape, text));
    let (told, rest) = if let Some(LineHead { when: When::Dated(stamp), rest, .. }) = own() {
        (told(stamp), rest)
    } else if let Some((stamp, _)) = access_log::read_line(text, None) {
        return Some(told(stamp));
    } else if let Some((wall, _)) = jul::read_head(text) {
        return Some(Some(Told::Local(wall)));
    } else {
        let len = parse_klog(text).map(|(_, time)| time).or_else(|| parse_syslog(text))?.len;
        (None, &text[len..])
    };
    // A time alone begins a dump of threads, or is what `date` printed.
    matches!(rest, [b' ' | b'\t' | b']' | b':', _, ..]).then_some(told)
}
