//! Structured logs: one JSON object per line, as zap, zerolog, bunyan, pino, logrus, klog, Logback's and Python's encoders write.
//!
//! ```text
//! {"level":"error","ts":1690121000.123,"logger":"db","caller":"x.go:1","msg":"connection lost","error":"EOF"}                     zap
//! {"name":"renovate","hostname":"web-1","pid":7,"level":20,"msg":"Found","time":"2023-03-24T14:26:16.243Z","v":0}               bunyan
//! {"level":"info","time":1745532517537,"pid":17,"msg":"charged"}                                                                  pino
//! {"ts":1690121000123.456,"caller":"kubelet.go:2345","msg":"SyncLoop","v":0}                              klog with --logging-format=json
//! caddy  | {"level":"info","ts":1761019822.3152757,"msg":"serving"}                                                 docker compose logs
//! [pod/payment-6c9f-x2x/payment] {"level":"info",…}                                                               kubectl logs --prefix
//! ```
//! Keys are known by their role (`ts`, `time`, `@timestamp`, …; `level`, `severity`, …; `logger`, `name`, …), a number by its size: it is
//! seconds, milliseconds, microseconds or nanoseconds. Whether times have zones is decided by the first record; a line that differs has
//! no time (`bad-time`). An object that ends inside is not understood and counted; text between objects belongs to the record above, unless
//! another logger wrote it.
//!
//! Not supported: objects over several lines.

use super::super::metrics::json::Reader;
use super::super::{Family, Format, Head, Parsed, Parser};
use super::json_fields::{Fields, read_fields};
use super::prefix::split_prefix;
use super::zones::Zones;
use super::{LineParser, Lines, Verdict, share_of_heads};
use crate::evidence::Line;
use crate::model::{EvidenceId, WallKind};

/// The format's descriptor.
pub static FORMAT: Format = Format { id: "json-lines", family: Family::Log, sniff, parser };

fn sniff(head: &Head<'_>) -> u8 {
    share_of_heads(head, |line| object_of(line).is_some_and(|(_, fields)| fields.is_some_and(|fields| fields.is_log())))
        .min(88)
}

fn parser(_evidence: EvidenceId, _head: &Head<'_>) -> Box<dyn Parser> {
    Box::new(LineParser::new(JsonLines::default()))
}

/// Who a line is from and what its object says; no object in a line that has none, no fields where it is broken.
pub(super) fn object_of(line: &[u8]) -> Option<(&[u8], Option<Fields<'_>>)> {
    let (origin, text) = if line.first() == Some(&b'{') { (&line[..0], line) } else { split_prefix(line)? };
    let mut fields = Fields::default();
    (text.first() == Some(&b'{'))
        .then(|| (origin, read_fields(&mut Reader::new(text, 0), &mut fields).is_ok().then_some(fields)))
}

#[derive(Default)]
struct JsonLines {
    zones: Zones,
}

impl Lines for JsonLines {
    fn wall_kind(&self) -> WallKind {
        self.zones.kind()
    }

    fn read(&mut self, line: &Line<'_>, out: &mut Parsed) -> Verdict {
        let Some((origin, fields)) = object_of(line.bytes) else { return Verdict::Headless };
        let Some(fields) = fields else { return Verdict::Unread };
        let wall = self.zones.wall(fields.time, fields.has_bad_time, line, out);
        out.records.push(
            line.number,
            wall,
            fields.level,
            if fields.source.is_empty() { origin } else { fields.source },
        );
        Verdict::Record
    }
}
