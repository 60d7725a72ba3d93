//! Lines of another logger between those of a format: what one output holds is not always written by one library.
//!
//! ```text
//! E0820 14:30:00.123456       1 reflector.go:20] "failed" err="…"          klog, between the objects of zap
//! 20-Aug-2024 14:30:00.123 SEVERE [main] org.apache.catalina.…             Tomcat, between the lines of Logback
//! 10.0.0.1 - - [20/Aug/2024:14:30:00 +0000] "GET / HTTP/1.1" 502 …         nginx, between the lines of its controller
//! ```
//! Such a line has a time of its own at its head: it goes on nothing, and the record above says nothing of it. What a message quotes (rows of
//! a query, an answer's body) begins with times as well: those are of another day, or neither a level nor a logger stands behind them.

use memchr::memchr_iter;

use super::super::time::{Stamp, parse_klog, parse_syslog};
use super::json_fields::Told;
use super::level::find_level;
use super::message::read_message;
use super::prefix::split_prefix;
use super::shape::{DAY_NS, LineHead, Shape, When, read_own_head};
use super::{access_log, json_lines, jul};
use crate::evidence::Line;
use crate::formats::Parsed;
use crate::model::{IssueCode, Level, WallKind, WallTime};

/// Emits a line that begins with the time of another format as a record, and says whether it did. Its time is told where it lacks what the
/// times of the input lack; else it has none (`bad-time`). Where the input has no times at all, nothing is gained by it. What else may go on
/// the record above (`is_between`) has to show more.
pub(in crate::formats) fn read_stray(
    line: &Line<'_>,
    kind: WallKind,
    source: &[u8],
    is_between: bool,
    out: &mut Parsed,
) -> bool {
    if kind == WallKind::Unclocked || !may_begin(line.bytes) {
        return false;
    }
    let (source, text) = split_prefix(line.bytes).unwrap_or((source, line.bytes));
    let Some(told) = told_by(text, is_between) else { return false };
    if let (Some(Told::Utc(wall) | Told::Local(wall)), WallKind::Utc | WallKind::Local) = (told, kind)
        && is_between
        && is_days_off(wall, out)
    {
        return false;
    }
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

/// Whether a time is more than a day from that of the last record, in whatever zones.
pub(super) fn is_days_off(wall: WallTime, out: &Parsed) -> bool {
    let last = out.records.last().map(|last| last.wall).filter(|last| last.is_some());
    last.is_some_and(|last| wall.0.saturating_sub(last.0).saturating_abs() > DAY_NS)
}

/// How far into a line the time may stand: behind a container's name or the one who asked.
const REACH: usize = 300;

/// Whether a line may have a time at its head: an object, or a clock's colon between digits. What is indented, and nearly all else that goes
/// on a message, costs no more than this.
fn may_begin(line: &[u8]) -> bool {
    let reach = &line[..line.len().min(REACH)];
    let is_clock = |at: usize| {
        let digit = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_digit);
        digit(reach[..at].last()) && digit(reach.get(at + 1))
    };
    match line.first() {
        Some(b'{') => true,
        Some(first) if first.is_ascii_alphanumeric() || *first == b'[' => memchr_iter(b':', reach).any(is_clock),
        _ => false,
    }
}

/// The time at the head of a line, if it has one there; `Some(None)` where it lacks the year. Where it may go on the record above, a
/// level or a logger has to stand behind it.
#[cold]
fn told_by(text: &[u8], is_between: bool) -> Option<Option<Told>> {
    if text.starts_with(b"{") {
        let fields = json_lines::object_of(text)?.1.filter(|fields| fields.is_log() && fields.level != Level::None)?;
        return fields.time.map(Some);
    }
    let told = |stamp: Stamp| Some(stamp.utc().map_or(Told::Local(stamp.wall), Told::Utc));
    let own = || [Shape::Iso, Shape::Slashed, Shape::DayMonth].iter().find_map(|&shape| read_own_head(shape, text));
    let (told, rest) = if let Some(LineHead { when: When::Dated(stamp), level, rest, .. }) = own() {
        if is_between && level == Level::None && find_level(rest).is_none() && !is_logger(rest) {
            return None;
        }
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

/// Whether a word with its colon, or a bracket, follows a time: `http: TLS handshake error`, `[main] …`.
fn is_logger(rest: &[u8]) -> bool {
    let rest = rest.strip_prefix(b"]").unwrap_or(rest).trim_ascii_start();
    let word = rest.split(|byte| *byte == b' ').next().unwrap_or_default();
    word.starts_with(b"[") || word.len() > 1 && word.ends_with(b":")
}
