//! Access logs of web servers in the common and the combined form: nginx, Apache, ingress controllers.
//!
//! ```text
//! 10.0.0.1 - - [20/Aug/2024:14:00:01 +0800] "POST /pay HTTP/1.1" 502 157
//! 10.0.0.1 - bob [20/Aug/2024:14:00:01 +0800] "GET / HTTP/1.1" 200 612 "-" "curl/8.0" 0.003        combined, further fields
//! 2024/08/20 14:00:01 [error] 7#7: *1 upstream timed out …                                          nginx's errors between them
//! shop.example.org:443 10.0.0.1 - - [20/Aug/2024:14:00:01 +0800] "GET / HTTP/1.1" 304 -               with the virtual host
//! ```
//! The time is when the request came in (nginx: when it was answered), with its zone. No line states a level. A status of 500 and above,
//! which the protocol calls an error of the server and monitoring tools count as one, is read as the level error, and that this is a reading
//! is said (`levels-derived`); a status of 4xx is none, for the client may be wrong.
//!
//! Spec: <https://httpd.apache.org/docs/current/logs.html>, <https://nginx.org/en/docs/http/ngx_http_log_module.html> (`combined`).
//! Not supported: own formats that put something between time and request, sums per path or status.

use memchr::memchr;

use super::super::dates::parse_clf;
use super::super::time::Stamp;
use super::super::{Family, Format, Head, Parsed, Parser};
use super::{LineParser, Lines, Verdict, nginx_error, share_of_heads};
use crate::evidence::Line;
use crate::model::{EvidenceId, IssueCode, Level, WallKind, WallTime};

/// The format's descriptor.
pub static FORMAT: Format = Format { id: "access-log", family: Family::Log, sniff, parser };

/// Who asked stands before the time: a virtual host, an IPv6 address and a user's name at most.
const MAX_LEAD: usize = 300;

fn sniff(head: &Head<'_>) -> u8 {
    let mut n_requests = 0;
    let share = share_of_heads(head, |line| {
        let is_request = read_line(line).is_some();
        n_requests += u32::from(is_request);
        is_request || nginx_error::read_head(line).is_some()
    });
    if n_requests > 0 { share.min(97) } else { 0 }
}

fn parser(_evidence: EvidenceId, head: &Head<'_>) -> Box<dyn Parser> {
    // An error may stand before the first request, whose zone is its own.
    let zone = head.lines().find_map(read_line).map(|(stamp, _)| stamp.offset_s);
    Box::new(LineParser::new(AccessLog { is_zoned: zone.map(|zone| zone.is_some()), zone: zone.flatten() }))
}

/// The time of a line and what stands behind the request.
fn read_line(line: &[u8]) -> Option<(Stamp, &[u8])> {
    let open = memchr(b'[', &line[..line.len().min(MAX_LEAD)]).filter(|open| *open > 0)?;
    let inside = &line[open + 1..];
    let stamp = parse_clf(inside)?;
    let request = inside[stamp.len..].strip_prefix(b"] \"")?;
    // A request may hold an escaped quote; the one that ends it has a blank behind it.
    let mut at = 0;
    loop {
        let quote = at + memchr(b'"', &request[at..])?;
        match request.get(quote + 1) {
            Some(b' ') => return Some((stamp, &request[quote + 2..])),
            Some(_) => at = quote + 1,
            None => return Some((stamp, b"")),
        }
    }
}

struct AccessLog {
    /// Whether times have zones; known from the first record on.
    is_zoned: Option<bool>,
    /// The zone of the last request.
    zone: Option<i32>,
}

impl AccessLog {
    /// nginx's error between requests, as a container prints both: the clock is one, and requests say its zone.
    fn read_error(&self, line: &Line<'_>, out: &mut Parsed) -> Verdict {
        let Some((wall, level)) = nginx_error::read_head(line.bytes) else { return Verdict::Unread };
        let wall = Stamp { wall, offset_s: self.zone, len: 0 }.utc().unwrap_or(wall);
        out.records.push(line.number, wall, level, b"");
        Verdict::Record
    }
}

impl Lines for AccessLog {
    fn wall_kind(&self) -> WallKind {
        if self.is_zoned == Some(false) { WallKind::Local } else { WallKind::Utc }
    }

    fn read(&mut self, line: &Line<'_>, out: &mut Parsed) -> Verdict {
        // A line is a request: what is none was cut or is damaged, and belongs to no other.
        let Some((stamp, rest)) = read_line(line.bytes) else { return self.read_error(line, out) };
        let is_zoned = *self.is_zoned.get_or_insert(stamp.offset_s.is_some());
        if out.stated_offset_s.is_none() {
            out.stated_offset_s = stamp.offset_s.filter(|offset_s| *offset_s != 0);
        }
        self.zone = stamp.offset_s;
        let wall = if is_zoned == stamp.offset_s.is_some() {
            stamp.utc().unwrap_or(stamp.wall)
        } else {
            out.issues.add(IssueCode::BadTime, line.number, line.offset);
            WallTime::NONE
        };
        let level = if matches!(rest, [b'5', a, b, ..] if a.is_ascii_digit() && b.is_ascii_digit()) {
            out.issues.add(IssueCode::LevelsDerived, line.number, line.offset);
            Level::Error
        } else {
            Level::None
        };
        out.records.push(line.number, wall, level, b"");
        Verdict::Record
    }
}
