//! What sos wrote about its own run: `sos_logs/sos.log` and `sos_logs/ui.log`.
//!
//! ```text
//! 2021-05-17 08:20:41,120 INFO: [plugin:networking] collecting output of 'ip -s -d link'
//! 2021-05-17 08:20:46,305 WARNING: [plugin:satellite] command 'spacewalk-debug' timed out after 300s
//! 2021-05-17 08:20:47,001 ERROR: caught exception in plugin method "cgroups.collect()"
//! 2021-05-17 08:20:48,602 ERROR:                                                    ui.log: the sentence is on the next line
//!  Plugin networking timed out
//! ```
//! A log with local times, and of it the plugins and commands that did not end or failed, as errors of the collector: what they should have
//! collected is missing or cut. A command that is not installed is no error.
//!
//! Source: <https://github.com/sosreport/sos> `sos/report/__init__.py`, `sos/report/plugins/__init__.py`, `sos/component.py`;
//! canonical/hotsos#95. Not supported: logs of `sos collect` and `sos clean`.

use super::super::log::{LineParser, Lines, Verdict};
use super::super::time::{Stamp, parse_iso};
use super::super::{Family, Format, Head, Parsed, Parser};
use crate::evidence::Line;
use crate::model::{ByteRange, CollectorError, EvidenceId, Level, LineRange, Locator, WallKind};

/// The format's descriptor.
pub static FORMAT: Format = Format { id: "sos-log", family: Family::Log, sniff, parser };

/// What only sos writes.
const MARKS: [&[u8]; 4] = [b"[plugin:", b"[sos.report:setup]", b"sosreport (version ", b"sos report (version "];

fn sniff(head: &Head<'_>) -> u8 {
    let mut lines = head.telling_lines();
    let begins = lines.next().is_some_and(|line| read_head(line).is_some());
    let is_marked = |line: &[u8]| MARKS.iter().any(|mark| crate::model::memmem::find(line, mark).is_some());
    if begins && head.telling_lines().take(100).any(is_marked) { 90 } else { 0 }
}

fn parser(evidence: EvidenceId, _head: &Head<'_>) -> Box<dyn Parser> {
    Box::new(LineParser::new(SosLog { evidence, head: None }))
}

/// Time, level and text.
fn read_head(line: &[u8]) -> Option<(Stamp, Level, &[u8])> {
    let stamp = parse_iso(line)?;
    let rest = line[stamp.len..].strip_prefix(b" ")?;
    let colon = rest.iter().take(10).position(|byte| *byte == b':')?;
    let level = match &rest[..colon] {
        b"DEBUG" => Level::Debug,
        b"INFO" => Level::Info,
        b"WARNING" => Level::Warning,
        b"ERROR" => Level::Error,
        b"CRITICAL" => Level::Fatal,
        _ => return None,
    };
    Some((stamp, level, rest[colon + 1..].trim_ascii()))
}

/// What sos prints when the time of a plugin is up.
pub(super) fn timed_out(plugin: &str) -> String {
    format!("Plugin {plugin} timed out")
}

/// The plugin and what it says, where a text tells of something that was not collected.
fn trouble(level: Level, text: &[u8]) -> Option<(&[u8], &[u8])> {
    if let Some(rest) = text.strip_prefix(b"[plugin:") {
        let close = memchr::memchr(b']', rest)?;
        let said = rest[close + 1..].trim_ascii();
        let timed_out = crate::model::memmem::find(said, b" timed out after ").is_some();
        return (timed_out || level == Level::Error).then_some((&rest[..close], said));
    }
    if let Some(rest) = text.strip_prefix(b"Plugin ") {
        let blank = memchr::memchr(b' ', rest)?;
        return rest[blank..].starts_with(b" timed out").then_some((&rest[..blank], text));
    }
    let rest = text.strip_prefix(b"caught exception in plugin method \"")?;
    let end = rest.iter().position(|byte| matches!(byte, b'.' | b'"'))?;
    Some((&rest[..end], text))
}

struct SosLog {
    evidence: EvidenceId,
    /// The head of the record at hand: its level, line and first byte.
    head: Option<(Level, u32, u64)>,
}

impl SosLog {
    fn tell(&self, line: &Line<'_>, level: Level, text: &[u8], out: &mut Parsed) {
        let Some((plugin, said)) = trouble(level, text) else { return };
        let (_, first, start) = self.head.unwrap_or((level, line.number, line.offset));
        out.collector_errors.push(CollectorError {
            collector: String::from_utf8_lossy(plugin).into_owned(),
            message: String::from_utf8_lossy(said).into_owned(),
            locator: Locator {
                evidence: self.evidence,
                bytes: ByteRange { start, end: line.offset + line.bytes.len() as u64 },
                lines: LineRange { first, last: line.number },
            },
            also: Vec::new(),
        });
    }
}

impl Lines for SosLog {
    fn wall_kind(&self) -> WallKind {
        WallKind::Local
    }

    fn read(&mut self, line: &Line<'_>, out: &mut Parsed) -> Verdict {
        let Some((stamp, level, text)) = read_head(line.bytes) else {
            // A sentence of `ui.log` follows its head at once.
            if let Some((level, ..)) = self.head.filter(|(_, first, _)| line.number - first <= 2) {
                self.tell(line, level, line.bytes.trim_ascii(), out);
            }
            return Verdict::Continuation;
        };
        out.records.push(line.number, stamp.wall, level, b"");
        self.head = Some((level, line.number, line.offset));
        self.tell(line, level, text, out);
        Verdict::Record
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_did_not_end_is_told_with_its_plugin() {
        for (level, text, want) in [
            (Level::Warning, "[plugin:satellite] command 'spacewalk-debug' timed out after 300s", Some("satellite")),
            (Level::Error, "[plugin:openshift] could not get pods", Some("openshift")),
            (Level::Warning, "[plugin:boot] skipped command 'lsinitrd': required kmods missing", None),
            (Level::Error, "Plugin networking timed out", Some("networking")),
            (Level::Info, "Plugin of the month", None),
            (Level::Error, "caught exception in plugin method \"cgroups.collect()\"", Some("cgroups")),
            (Level::Error, "writing traceback to sos_logs/cgroups-plugin-errors.txt", None),
        ] {
            let plugin =
                trouble(level, text.as_bytes()).map(|(plugin, _)| String::from_utf8_lossy(plugin).into_owned());
            assert_eq!(plugin.as_deref(), want, "{text}");
        }
    }
}
