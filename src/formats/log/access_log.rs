//! Access logs of web servers and proxies: nginx, Apache, ingress controllers, HAProxy, Envoy, Amazon's load balancers, IIS, CloudFront.
//!
//! ```text
//! 10.0.0.1 - - [20/Aug/2024:14:00:01 +0800] "POST /pay HTTP/1.1" 502 157
//! 10.0.0.1 - bob [20/Aug/2024:14:00:01 +0800] "GET / HTTP/1.1" 200 612 "-" "curl/8.0" 0.003        combined, further fields
//! 2024/08/20 14:00:01 [error] 7#7: *1 upstream timed out …                                          nginx's errors between them
//! shop.example.org:443 10.0.0.1 - - [20/Aug/2024:14:00:01 +0800] "GET / HTTP/1.1" 304 -               with the virtual host
//! 10.0.1.2:33317 [04/Mar/2026:11:20:31.655] http-in static/srv1 10/0/30/69/109 200 2750 - - ---- 1/1/1/1/0 0/0 "GET / HTTP/1.1"   HAProxy
//! [2026-03-04T11:20:32.123Z] "GET /pay HTTP/1.1" 503 UF,URX - "-" 0 91 3 - …                         Envoy, Istio
//! http 2026-03-04T11:20:32.186641Z app/shop/50dc 10.0.0.9:2817 - -1 -1 -1 502 - 34 366 "GET …"        ALB; classic ones without the first word
//! #Fields: date time s-ip cs-method cs-uri-stem sc-status time-taken                                  W3C: IIS, CloudFront
//! 2026-03-04 11:20:32 10.0.0.5 GET /pay 500 30015
//! ```
//! The time is when the request came in (nginx, ALB: when it was answered), with its zone; HAProxy has none, W3C's is UTC. No line states a level. A status of 500 and above,
//! which the protocol calls an error of the server and monitoring tools count as one, is read as the level error, and that this is a reading
//! is said (`levels-derived`); a status of 4xx is none, for the client may be wrong.
//!
//! Spec: <https://httpd.apache.org/docs/current/logs.html>, <https://nginx.org/en/docs/http/ngx_http_log_module.html> (`combined`),
//! docs.haproxy.org (8.2.2, 8.2.3), envoyproxy.io (access logging), docs.aws.amazon.com (ELB access logs), <https://www.w3.org/TR/WD-logfile.html>.
//! Not supported: own formats that put something between time and request, sums per path or status.

use memchr::memchr;

use super::super::dates::parse_clf;
use super::super::time::{Stamp, parse_iso};
use super::super::{Family, Format, Head, Parsed, Parser};
use super::{LineParser, Lines, Verdict, nginx_error, share_of_heads};
use crate::evidence::Line;
use crate::model::{EvidenceId, IssueCode, Level, WallKind, WallTime};

/// The format's descriptor.
pub static FORMAT: Format = Format { id: "access-log", family: Family::Log, sniff, parser };

/// Who asked stands before the time: a virtual host, an IPv6 address and a user's name at most.
const MAX_LEAD: usize = 300;

fn sniff(head: &Head<'_>) -> u8 {
    let (mut n_requests, mut columns) = (0, None);
    let share = share_of_heads(head, |line| {
        if line.starts_with(b"#") {
            columns = columns_of(line).or(columns);
            return columns.is_some();
        }
        let is_request = read_line(line, columns).is_some();
        n_requests += u32::from(is_request);
        is_request || nginx_error::read_head(line).is_some()
    });
    if n_requests > 0 { share.min(97) } else { 0 }
}

fn parser(_evidence: EvidenceId, head: &Head<'_>) -> Box<dyn Parser> {
    // An error may stand before the first request, whose zone is its own.
    let zone = head.lines().find_map(|line| read_line(line, None)).map(|(stamp, _)| stamp.offset_s);
    Box::new(LineParser::new(AccessLog {
        is_zoned: zone.map(|zone| zone.is_some()),
        zone: zone.flatten(),
        columns: None,
    }))
}

/// The column of a status, where the date and the time are the first ones.
fn columns_of(line: &[u8]) -> Option<usize> {
    let names = line.strip_prefix(b"#Fields: date time ")?;
    names.split(|byte| matches!(byte, b' ' | b'\t')).position(|name| name == b"sc-status")
}

/// The time of a line, and what stands from its status on; nothing where a connection has none.
pub(super) fn read_line(line: &[u8], columns: Option<usize>) -> Option<(Stamp, &[u8])> {
    if let Some(status) = columns {
        let tab = line.get(10) == Some(&b'\t');
        let mut spaced = [0; 19];
        spaced.copy_from_slice(line.get(..19)?);
        spaced[10] = if tab { b' ' } else { spaced[10] };
        let stamp = Stamp { offset_s: Some(0), ..parse_iso(&spaced)? };
        let gap = if tab { b'\t' } else { b' ' };
        return Some((stamp, from_field(line.get(20..)?, gap, status)?));
    }
    let reach = &line[..line.len().min(MAX_LEAD)];
    match memchr(b'[', reach) {
        Some(0) => {
            let stamp = parse_iso(&line[1..]).filter(|stamp| stamp.offset_s.is_some())?;
            Some((stamp, behind_request(line[1 + stamp.len..].strip_prefix(b"] \"")?)?))
        }
        Some(open) if let Some(stamp) = parse_clf(&line[open + 1..]) => {
            let rest = line[open + 1 + stamp.len..].strip_prefix(b"] ")?;
            match rest.strip_prefix(b"\"") {
                Some(request) => Some((stamp, behind_request(request)?)),
                None => Some((stamp, behind_timers(rest)?)),
            }
        }
        _ => balanced(line),
    }
}

/// What follows a request, whose opening quote is off.
fn behind_request(request: &[u8]) -> Option<&[u8]> {
    // A request may hold an escaped quote; the one that ends it has a blank behind it.
    let mut at = 0;
    loop {
        let quote = at + memchr(b'"', &request[at..])?;
        match request.get(quote + 1) {
            Some(b' ') => return Some(&request[quote + 2..]),
            Some(_) => at = quote + 1,
            None => return Some(b""),
        }
    }
}

/// The text from a field on.
fn from_field(text: &[u8], gap: u8, n: usize) -> Option<&[u8]> {
    (0..n).try_fold(text, |rest, _| Some(&rest[memchr(gap, rest)? + 1..]))
}

/// HAProxy's: behind the frontend, the backend and the times that a request took; a connection took three and has no status.
fn behind_timers(text: &[u8]) -> Option<&[u8]> {
    let timers = from_field(text, b' ', 2)?;
    let (timers, rest) = timers.split_at(memchr(b' ', timers)?);
    let n_gaps = timers.iter().filter(|byte| **byte == b'/').count();
    let is_time = |byte: &u8| byte.is_ascii_digit() || matches!(byte, b'/' | b'-' | b'+');
    match n_gaps {
        2 | 4 if timers.iter().all(is_time) => Some(if n_gaps == 4 { &rest[1..] } else { b"" }),
        _ => None,
    }
}

/// A load balancer's: the name, two addresses and three times in seconds stand before the status.
fn balanced(line: &[u8]) -> Option<(Stamp, &[u8])> {
    let from = if line.first()?.is_ascii_digit() { 0 } else { memchr(b' ', &line[..line.len().min(6)])? + 1 };
    let stamp = parse_iso(&line[from..]).filter(|stamp| stamp.offset_s == Some(0))?;
    let rest = line[from + stamp.len..].strip_prefix(b" ")?;
    let (mut times, status) = (from_field(rest, b' ', 3)?, from_field(rest, b' ', 6)?);
    times = &times[..times.len() - status.len()];
    let are_times = times.iter().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'-' | b' '));
    let is_status = matches!(status, [b'1'..=b'5', _, _, b' ', ..] | [b'-', b' ', ..]);
    (are_times && is_status).then_some((stamp, status))
}

struct AccessLog {
    /// Whether times have zones; known from the first record on.
    is_zoned: Option<bool>,
    /// The zone of the last request.
    zone: Option<i32>,
    /// Where W3C's lines have their status.
    columns: Option<usize>,
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
        if line.bytes.starts_with(b"#") {
            self.columns = columns_of(line.bytes).or(self.columns);
            return Verdict::Skipped;
        }
        // A line is a request: what is none was cut or is damaged, and belongs to no other.
        let Some((stamp, rest)) = read_line(line.bytes, self.columns) else { return self.read_error(line, out) };
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
