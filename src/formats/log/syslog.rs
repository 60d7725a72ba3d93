//! Syslog as it goes over the wire, with its priority: RFC 5424, and RFC 3164 in its forms.
//!
//! ```text
//! <165>1 2003-10-11T22:14:15.003Z node-xx payment 123 ID47 [example@32473 iut="3"] text           RFC 5424
//! <34>Oct 11 22:14:15 node-xx su: 'su root' failed for lonvick                                    RFC 3164
//! <30>2023-07-23T22:03:11.123456+08:00 node-xx kubelet[1123]: E0723 22:03:11.242405 …             rsyslog's forward format
//! ```
//! The message's own level counts, else the severity in the priority; the source is the application's name. Which kind of time an input
//! has (with a zone, or without a year) is decided by the first record; a line that differs has no time (`bad-time`). klog's inner clock
//! is the event. `-` is none. Where times lack year and zone a message may say both (`own_second`).
//!
//! Spec: <https://www.rfc-editor.org/rfc/rfc5424>, <https://www.rfc-editor.org/rfc/rfc3164>.
//! Not supported: counted frames (RFC 6587), structured data as labels.

use memchr::memchr;

use super::super::time::{Stamp, Yearless, Years, number, parse_iso, parse_syslog};
use super::super::{Family, Format, Head, Parsed, Parser};
use super::envelope::read_envelope;
use super::level::level_of_priority;
use super::message::{InnerClock, read_message};
use super::own_second::OwnSecond;
use super::{LineParser, Lines, Verdict, share_of_heads};
use crate::evidence::Line;
use crate::model::{EvidenceId, IssueCode, Level, WallKind, WallTime};

/// The format's descriptor.
pub static FORMAT: Format = Format { id: "syslog", family: Family::Log, sniff, parser };

fn sniff(head: &Head<'_>) -> u8 {
    share_of_heads(head, |line| read_head(line).is_some()).min(98)
}

fn parser(_evidence: EvidenceId, _head: &Head<'_>) -> Box<dyn Parser> {
    Box::new(LineParser::new(Syslog::default()))
}

enum When {
    Zoned(Stamp),
    Yearless(Yearless),
    None,
}

struct LineHead<'a> {
    level: Level,
    when: When,
    source: &'a [u8],
    message: &'a [u8],
}

fn read_head(line: &[u8]) -> Option<LineHead<'_>> {
    let inside = line.strip_prefix(b"<")?;
    let len = inside.iter().take(3).take_while(|byte| byte.is_ascii_digit()).count();
    let priority = number(&inside[..len]).filter(|priority| *priority < 192)?;
    let (level, rest) = (level_of_priority(priority), inside[len..].strip_prefix(b">")?);
    if let Some(rest) = rest.strip_prefix(b"1 ") {
        return read_5424(level, rest);
    }
    let (when, len) = match parse_syslog(rest) {
        Some(time) => (When::Yearless(time), time.len),
        None => {
            let stamp = parse_iso(rest).filter(|stamp| stamp.offset_s.is_some())?;
            (When::Zoned(stamp), stamp.len)
        }
    };
    let envelope = read_envelope(&rest[len..])?;
    Some(LineHead { level, when, source: envelope.source, message: envelope.message })
}

/// `TIMESTAMP HOSTNAME APP-NAME PROCID MSGID STRUCTURED-DATA MSG`.
fn read_5424(level: Level, text: &[u8]) -> Option<LineHead<'_>> {
    let mut rest = text;
    let mut field = || {
        let end = memchr(b' ', rest)?;
        let field = &rest[..end];
        rest = &rest[end + 1..];
        (!field.is_empty()).then_some(field)
    };
    let (time, _host, app, _process, _id) = (field()?, field()?, field()?, field()?, field()?);
    let when = match time {
        b"-" => When::None,
        time => When::Zoned(parse_iso(time).filter(|stamp| stamp.offset_s.is_some() && stamp.len == time.len())?),
    };
    let message = match rest {
        [b'-', b' ', message @ ..] => message,
        [b'[', ..] => &rest[data_len(rest)..],
        [b'-'] => b"",
        _ => return None,
    };
    // The mark of UTF-8 before a text.
    let message = message.strip_prefix(b"\xef\xbb\xbf").unwrap_or(message);
    Some(LineHead { level, when, source: if app == b"-" { b"" } else { app }, message })
}

/// Bytes of the structured data and the blank behind it: elements in brackets, values in quotes with escapes.
fn data_len(data: &[u8]) -> usize {
    let (mut at, mut is_quoted) = (0, false);
    while let Some(&byte) = data.get(at) {
        match byte {
            b'\\' if is_quoted => at += 1,
            b'"' => is_quoted = !is_quoted,
            b']' if !is_quoted && data.get(at + 1) != Some(&b'[') => return (at + 2).min(data.len()),
            _ => {}
        }
        at += 1;
    }
    data.len()
}

#[derive(Default)]
struct Syslog {
    years: Years,
    inner: InnerClock,
    own_second: OwnSecond,
    /// What the times lack; known from the first record on.
    kind: Option<WallKind>,
}

impl Lines for Syslog {
    fn wall_kind(&self) -> WallKind {
        self.kind.unwrap_or(WallKind::Unclocked)
    }

    fn read(&mut self, line: &Line<'_>, out: &mut Parsed) -> Verdict {
        let Some(head) = read_head(line.bytes) else { return Verdict::Headless };
        let message = read_message(head.message);
        let (kind, outer, offset_s) = match head.when {
            When::Zoned(stamp) => (WallKind::Utc, stamp.wall, stamp.offset_s),
            When::Yearless(time) => {
                let wall = self.years.wall(&time);
                self.own_second.look(head.message, &time, wall, out);
                (WallKind::LocalWithoutYear, wall.unwrap_or(WallTime::NONE), None)
            }
            When::None => (WallKind::Unclocked, WallTime::NONE, None),
        };
        let wall = if kind == WallKind::Unclocked {
            WallTime::NONE
        } else if *self.kind.get_or_insert(kind) == kind && outer.is_some() {
            let local = message.time.map_or(outer, |inner| self.inner.event_at(outer, &inner));
            Stamp { wall: local, offset_s, len: 0 }.utc().unwrap_or(local)
        } else {
            out.issues.add(IssueCode::BadTime, line.number, line.offset);
            WallTime::NONE
        };
        let level = if message.level == Level::None { head.level } else { message.level };
        out.records.push(line.number, wall, level, head.source);
        Verdict::Record
    }
}
