//! CoreDNS as it writes to its container's output.
//!
//! ```text
//! .:53
//! [INFO] plugin/reload: Running configuration MD5 = c01130958998acfddd4a8e74c3ad5d68
//! CoreDNS-1.6.7
//! linux/amd64, go1.13.6, da7f65b
//! [ERROR] plugin/errors: 2 redis.cache. A: read udp 10.200.0.5:48557->10.0.0.53:53: i/o timeout
//! [INFO] 10.244.0.5:41532 - 1234 "A IN redis.cache. udp 29 false 512" NOERROR qr,rd 56 0.000123s
//! ```
//! No line has a time and none is made up. The plugin is the source; what has no level in brackets is the banner.
//!
//! Source: <https://github.com/coredns/coredns/blob/master/plugin/pkg/log/log.go>, `coremain/run.go`, `plugin/log`.
//! Not supported: answers and queries as a table. With `kubectl logs --timestamps` it is a container log.

use super::super::{Family, Format, Head, Parsed, Parser};
use super::level::level_of_word;
use super::{LineParser, Lines, Verdict, share_of_heads};
use crate::evidence::Line;
use crate::model::{EvidenceId, Level, WallKind, WallTime};

/// The format's descriptor.
pub static FORMAT: Format = Format { id: "coredns", family: Family::Log, sniff, parser };

fn sniff(head: &Head<'_>) -> u8 {
    let mut n_own = 0;
    let share = share_of_heads(head, |line| {
        let record = read_head(line);
        n_own += u32::from(record.is_some_and(|(_, rest)| rest.starts_with(b"plugin/") || is_query(rest)));
        record.is_some() || is_banner(line)
    });
    if n_own > 0 { share.min(95) } else { 0 }
}

fn parser(_evidence: EvidenceId, _head: &Head<'_>) -> Box<dyn Parser> {
    Box::new(LineParser::new(CoreDns))
}

fn read_head(line: &[u8]) -> Option<(Level, &[u8])> {
    let rest = line.strip_prefix(b"[")?;
    let close = rest.iter().take(10).position(|byte| *byte == b']')?;
    let level = level_of_word(&rest[..close]);
    (level != Level::None).then(|| (level, rest[close + 1..].trim_ascii_start()))
}

/// `10.244.0.5:41532 - 1234 "A IN …`.
fn is_query(text: &[u8]) -> bool {
    crate::model::memmem::find(&text[..text.len().min(120)], b" IN ").is_some() && text.contains(&b'"')
}

/// `.:53`, `cluster.local.:53`, `CoreDNS-1.6.7`, `linux/amd64, go1.13.6, da7f65b`.
fn is_banner(line: &[u8]) -> bool {
    let is_zone = |line: &[u8]| {
        let port = line.iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
        port > 0 && line[..line.len() - port].ends_with(b".:")
    };
    line.starts_with(b"CoreDNS-") || line.starts_with(b"linux/") || is_zone(line)
}

struct CoreDns;

impl Lines for CoreDns {
    fn wall_kind(&self) -> WallKind {
        WallKind::Unclocked
    }

    fn read(&mut self, line: &Line<'_>, out: &mut Parsed) -> Verdict {
        let Some((level, rest)) = read_head(line.bytes) else {
            return if is_banner(line.bytes) { Verdict::Skipped } else { Verdict::Continuation };
        };
        let plugin = rest.starts_with(b"plugin/").then(|| rest.split(|byte| *byte == b':').next()).flatten();
        out.records.push(line.number, WallTime::NONE, level, plugin.unwrap_or_default());
        Verdict::Record
    }
}
