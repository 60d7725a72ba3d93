//! logfmt: `key=value` pairs, as logrus, slog, Prometheus, Grafana, containerd and etcd's clients write.
//!
//! ```text
//! time="2023-07-23T14:03:11.123456789Z" level=error msg="failed to start container" error="…"        logrus, containerd, slog's text
//! ts=2023-07-23T14:03:11.123Z caller=main.go:42 level=error msg="context deadline exceeded"                              Prometheus
//! logger=settings t=2025-04-24T19:51:48.520963849Z level=info msg="Starting Grafana" version=11.5.2                         Grafana
//! ```
//! Keys are known by their role, as in JSON lines; values in quotes may hold anything. A line whose quotes do not close is read as far as
//! it goes. Whether times have zones is decided by the first record. Other lines belong to the record above.
//!
//! Spec: <https://brandur.org/logfmt>, <https://pkg.go.dev/log/slog#TextHandler>. Not supported: pairs after other text.

use super::super::{Family, Format, Head, Parsed, Parser};
use super::json_fields::{Told, level_of, time_of};
use super::prefix::split_prefix;
use super::zones::Zones;
use super::{LineParser, Lines, Verdict, share_of_heads};
use crate::evidence::Line;
use crate::model::{EvidenceId, Level, WallKind};

/// The format's descriptor.
pub static FORMAT: Format = Format { id: "logfmt", family: Family::Log, sniff, parser };

fn sniff(head: &Head<'_>) -> u8 {
    share_of_heads(head, |line| {
        read_pairs(split_prefix(line).map_or(line, |(_, rest)| rest))
            .is_some_and(|pairs| pairs.level != Level::None && (pairs.time.is_some() || pairs.n > 1))
    })
    .min(90)
}

fn parser(_evidence: EvidenceId, _head: &Head<'_>) -> Box<dyn Parser> {
    Box::new(LineParser::new(Logfmt::default()))
}

#[derive(Default)]
pub(super) struct Pairs<'a> {
    pub(super) time: Option<Told>,
    pub(super) level: Level,
    source: &'a [u8],
    has_bad_time: bool,
    /// Pairs read.
    n: u32,
}

/// Pairs looked at: time and level stand among the first ones.
const MAX_PAIRS: u32 = 16;

/// Reads the pairs of a line until time, level and logger are known; `None` where it does not begin with one.
pub(super) fn read_pairs(line: &[u8]) -> Option<Pairs<'_>> {
    let (mut pairs, mut rest) = (Pairs::default(), line);
    while pairs.n < MAX_PAIRS {
        rest = rest.trim_ascii_start();
        let key_len = rest.iter().take(64).take_while(|byte| is_key(**byte)).count();
        let Some(value) = rest[key_len..].strip_prefix(b"=").filter(|_| key_len > 0) else { break };
        let (key, text, taken) = (&rest[..key_len], value_of(value), value_len(value));
        pairs.n += 1;
        match key {
            b"time" | b"ts" | b"t" | b"timestamp" if pairs.time.is_none() => {
                pairs.time = time_of(text);
                pairs.has_bad_time = pairs.time.is_none();
            }
            b"level" | b"lvl" | b"severity" => pairs.level = level_of(text),
            b"logger" | b"component" | b"module" => pairs.source = text,
            _ => {}
        }
        if pairs.time.is_some() && pairs.level != Level::None && (pairs.n > 4 || !pairs.source.is_empty()) {
            break;
        }
        rest = &value[taken..];
    }
    (pairs.n > 0).then_some(pairs)
}

const fn is_key(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-' | b'/' | b'@')
}

/// Bytes of a value, its quotes included.
fn value_len(value: &[u8]) -> usize {
    if value.first() != Some(&b'"') {
        return memchr::memchr(b' ', value).unwrap_or(value.len());
    }
    let mut at = 1;
    while let Some(hit) = memchr::memchr2(b'"', b'\\', &value[at..]) {
        at += hit;
        if value[at] == b'"' {
            return at + 1;
        }
        at = (at + 2).min(value.len());
    }
    value.len()
}

fn value_of(value: &[u8]) -> &[u8] {
    let text = &value[..value_len(value)];
    text.strip_prefix(b"\"").map_or(text, |text| text.strip_suffix(b"\"").unwrap_or(text))
}

#[derive(Default)]
struct Logfmt {
    zones: Zones,
}

impl Lines for Logfmt {
    fn wall_kind(&self) -> WallKind {
        self.zones.kind()
    }

    fn read(&mut self, line: &Line<'_>, out: &mut Parsed) -> Verdict {
        let (origin, text) = split_prefix(line.bytes).unwrap_or((b"", line.bytes));
        let known = |pairs: &Pairs<'_>| pairs.level != Level::None || pairs.time.is_some() || pairs.n > 1;
        let Some(pairs) = read_pairs(text).filter(known) else { return Verdict::Headless };
        let wall = self.zones.wall(pairs.time, pairs.has_bad_time, line, out);
        out.records.push(line.number, wall, pairs.level, if pairs.source.is_empty() { origin } else { pairs.source });
        Verdict::Record
    }
}
