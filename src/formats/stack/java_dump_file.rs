//! Threads as `jcmd Thread.dump_to_file` writes them, as text or JSON: all threads, virtual ones too.
//!
//! ```text
//! 4711
//! 2026-03-02T09:14:05.123456Z
//! 25+36-LTS
//!
//! #30 "worker-1" RUNNABLE 2026-03-02T09:14:05.125Z
//!       // locked com.example.Pool@2653a7de
//!       com.example.Pool.refill(Pool.java:120)
//!
//! #31 "worker-2" BLOCKED 2026-03-02T09:14:05.126Z
//!       // blocked on com.example.Pool@2653a7de
//!       com.example.Pool.take(Pool.java:88)
//! ```
//! ```text
//! {"threadDump": {"processId": "4711", "time": "…", "threadContainers": [{"container": "<root>", "threads": [
//!   {"tid": "31", "name": "worker-2", "state": "BLOCKED", "blockedOn": "com.example.Pool@2653a7de", "stack": ["…"]}]}]}}
//! ```
//! Before 25 there are neither states nor locks (`#31 "" virtual`): then none are shown. The answer of Spring's `/actuator/threaddump`
//! (`{"threads": [{"threadName": "worker-2", "threadState": "BLOCKED", "lockName": "com.example.Pool@2653a7de", "lockOwnerId": 30, …}]}`) is
//! read by the same code; it has no time.
//!
//! Source: <https://github.com/openjdk/jdk/blob/master/src/java.base/share/classes/jdk/internal/vm/ThreadDumper.java>,
//! <https://docs.spring.io/spring-boot/api/rest/actuator/threaddump.html>. Not supported: such a file inside a log.

use super::super::time::parse_iso;
use super::super::whole::WholeParser;
use super::super::{Family, Format, Head, Parsed, Parser};
use super::java::file::{FileText, is_head, read_json};
use super::{Opening, Taken, Text};
use crate::evidence::Block;
use crate::model::{ByteRange, EvidenceId, IssueCode, Level, LineRange, Locator, WallKind, WallTime};

/// The format's descriptor.
pub static FORMAT: Format = Format { id: "java-dump-file", family: Family::Stack, sniff, parser };

/// Bytes of a document in which its name must stand, or what only threads have.
const JSON_HEAD: usize = 600;

fn is_json(head: &Head<'_>) -> bool {
    let start = head.bytes.trim_ascii_start();
    let has = |name: &[u8]| crate::model::memmem::find(&start[..start.len().min(JSON_HEAD)], name).is_some();
    matches!(start.first(), Some(b'{' | b'[')) && (has(b"\"threadDump\"") || has(b"\"lockOwnerId\""))
}

fn sniff(head: &Head<'_>) -> u8 {
    if is_json(head) {
        return 95;
    }
    let mut lines = head.lines().map(<[u8]>::trim_ascii).filter(|line| !line.is_empty());
    let is_pid = |line: &[u8]| !line.is_empty() && line.iter().all(u8::is_ascii_digit);
    let is_time = |line: &[u8]| parse_iso(line).is_some_and(|stamp| stamp.len == line.len() && stamp.utc().is_some());
    let begins = lines.next().is_some_and(is_pid) && lines.next().is_some_and(is_time);
    if begins && lines.nth(1).is_some_and(is_head) { 95 } else { 0 }
}

fn parser(evidence: EvidenceId, head: &Head<'_>) -> Box<dyn Parser> {
    if is_json(head) {
        return WholeParser::boxed(evidence, read_whole);
    }
    Box::new(TextFile { evidence, reader: FileText::new(Opening::default()), wall: WallTime::NONE })
}

struct TextFile {
    evidence: EvidenceId,
    reader: FileText,
    wall: WallTime,
}

impl Parser for TextFile {
    fn feed(&mut self, block: &Block<'_>, out: &mut Parsed) {
        super::super::log::report_bytes(block, out);
        out.wall_kind = WallKind::Utc;
        for line in block.lines() {
            if line.is_cut() {
                out.issues.add(IssueCode::LineTooLong, line.number, line.offset);
            }
            if line.bytes.trim_ascii().is_empty() {
                out.lines.skipped += 1;
                continue;
            }
            let bytes = ByteRange { start: line.offset, end: line.offset + line.bytes.len() as u64 };
            let place = Locator { evidence: self.evidence, bytes, lines: LineRange::one(line.number) };
            if let Some(wall) = parse_iso(line.bytes).and_then(|stamp| stamp.utc()) {
                self.wall = wall;
            }
            match self.reader.read(&Text { bytes: line.bytes, place }, out) {
                Taken::Head => {
                    out.records.push(line.number, self.wall, Level::None, &[]);
                    out.lines.parsed += 1;
                }
                Taken::Part => out.lines.parsed += 1,
                Taken::Foreign => {
                    out.lines.failed += 1;
                    out.issues.add(IssueCode::UnparsedLines, line.number, line.offset);
                }
            }
        }
    }

    fn finish(&mut self, out: &mut Parsed) {
        self.reader.finish(out);
    }
}

fn read_whole(evidence: EvidenceId, bytes: &[u8], out: &mut Parsed) {
    out.wall_kind = WallKind::Utc;
    super::super::log::report_bytes(&Block { bytes, offset: 0, first_line: 1 }, out);
    let n_lines =
        memchr::memchr_iter(b'\n', bytes).count() as u64 + u64::from(bytes.last().is_some_and(|last| *last != b'\n'));
    match read_json(evidence, bytes, out) {
        Ok(()) => out.lines.parsed += n_lines,
        Err(at) => {
            // Where a document breaks off, it does so at its last byte.
            let at = at.min(bytes.trim_ascii_end().len().saturating_sub(1));
            let before = memchr::memchr_iter(b'\n', &bytes[..at]).count() as u64;
            out.lines.parsed += before.min(n_lines);
            out.lines.failed += n_lines - before.min(n_lines);
            let line = u32::try_from(before).unwrap_or(u32::MAX).saturating_add(1);
            out.issues.add(IssueCode::TruncatedDocument, line, at as u64);
        }
    }
}
