//! nginx's error log.
//!
//! ```text
//! 2024/08/20 14:00:01 [error] 7#7: *1 upstream timed out (110: Connection timed out) while connecting to upstream, client: 10.0.0.1
//! 2024/08/20 14:00:02 [notice] 1#1: signal process started
//! ```
//! Time without a zone, level, process and thread, the connection's number, text. A line without a head belongs to the record above.
//!
//! Source: <https://github.com/nginx/nginx/blob/master/src/core/ngx_log.c> (`ngx_log_error_core`).
//! Not supported: nginx's errors sent to syslog (they are syslog's).

use super::super::dates::parse_slashed;
use super::super::{Family, Format, Head, Parsed, Parser};
use super::level::level_of_word;
use super::{LineParser, Lines, Verdict, share_of_heads};
use crate::evidence::Line;
use crate::model::{EvidenceId, Level, WallKind, WallTime};

/// The format's descriptor.
pub static FORMAT: Format = Format { id: "nginx-error", family: Family::Log, sniff, parser };

fn sniff(head: &Head<'_>) -> u8 {
    share_of_heads(head, |line| read_head(line).is_some()).min(97)
}

fn parser(_evidence: EvidenceId, _head: &Head<'_>) -> Box<dyn Parser> {
    Box::new(LineParser::new(NginxError))
}

/// Time and level of a line.
pub(super) fn read_head(line: &[u8]) -> Option<(WallTime, Level)> {
    let stamp = parse_slashed(line)?;
    let rest = line[stamp.len..].strip_prefix(b" [")?;
    let close = rest.iter().take(8).position(|byte| *byte == b']')?;
    let level = level_of_word(&rest[..close]);
    let rest = rest[close + 1..].strip_prefix(b" ")?;
    let n_digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let is_process = n_digits > 0 && rest.get(n_digits) == Some(&b'#');
    (is_process && level != Level::None).then_some((stamp.wall, level))
}

struct NginxError;

impl Lines for NginxError {
    fn wall_kind(&self) -> WallKind {
        WallKind::Local
    }

    fn read(&mut self, line: &Line<'_>, out: &mut Parsed) -> Verdict {
        let Some((wall, level)) = read_head(line.bytes) else { return Verdict::Headless };
        out.records.push(line.number, wall, level, b"");
        Verdict::Record
    }
}
