//! Log lines: one file per way of writing them down.
//!
//! What all of them share is here and in `message` and `envelope`: a format only says what one line is (`Lines`), the driver
//! (`LineParser`) splits blocks, counts every line and reports bytes that are not text.

pub mod access_log;
pub mod alerts;
pub mod apache_error;
pub mod chat;
pub mod coredns;
pub mod cri;
pub mod dmesg;
pub mod dmesg_human;
pub mod docker_json;
pub(in crate::formats) mod envelope;
pub mod escapes;
mod export_keys;
pub mod go_runtime;
pub mod java_exception;
pub mod journal_boot;
mod journal_dated;
pub mod journal_epoch;
pub mod journal_fields;
pub mod journal_full;
pub mod journal_iso;
pub mod journal_json;
pub mod journal_short;
pub mod json_export;
mod json_fields;
pub mod json_lines;
pub mod jul;
pub mod klog;
mod level;
pub mod log_table;
pub mod logfmt;
mod message;
pub mod mysql_slow;
pub mod nginx_error;
mod own_second;
pub mod plain;
mod prefix;
pub mod python_log;
mod shape;
pub mod stamped;
mod stray;
pub mod syslog;
pub mod wevtutil;
mod zones;

use memchr::memchr;

use super::{Head, Parsed, Parser};
use crate::evidence::encoding::{ESCAPE, is_plain};
use crate::evidence::{Block, Line};
use crate::model::{IssueCode, WallKind};
use escapes::strip_escapes;
pub(in crate::formats) use message::goes_on;
pub(in crate::formats) use stray::read_stray;

/// Lines of a head that are looked at: enough to see past a banner, few enough to cost nothing.
const SNIFFED_LINES: usize = 200;

/// What one line turned out to be. Blank lines never get this far.
pub(in crate::formats) enum Verdict {
    /// A record was emitted, or a line of one that is emitted at its end.
    Record,
    /// It belongs to the record above; not understood where there is none.
    Continuation,
    /// It has not the format's head: a continuation, unless it has the head of [another](stray).
    Headless,
    /// A header: nothing to understand.
    Skipped,
    /// Not understood, wherever it stands.
    Unread,
}

/// A line-oriented format, seen from the driver.
pub(in crate::formats) trait Lines {
    /// What the written times lack, as far as the lines read so far tell.
    fn wall_kind(&self) -> WallKind;

    /// Reads one line that is not blank.
    fn read(&mut self, line: &Line<'_>, out: &mut Parsed) -> Verdict;

    /// The input has ended: emits what was held back.
    fn end(&mut self, _out: &mut Parsed) {}
}

/// Feeds lines to a format and accounts for each.
pub(in crate::formats) struct LineParser<L> {
    lines: L,
    has_record: bool,
    /// The line at hand without the terminal's colours.
    plain: Vec<u8>,
}

impl<L: Lines> LineParser<L> {
    pub(in crate::formats) const fn new(lines: L) -> Self {
        Self { lines, has_record: false, plain: Vec::new() }
    }
}

impl<L: Lines> Parser for LineParser<L> {
    fn feed(&mut self, block: &Block<'_>, out: &mut Parsed) {
        let is_plain = report_bytes(block, out);
        let has_escapes = !is_plain && memchr(ESCAPE, block.bytes).is_some();
        for mut line in block.lines() {
            if line.is_cut() {
                out.issues.add(IssueCode::LineTooLong, line.number, line.offset);
            }
            // A crash left blocks unwritten, or the log was cut while its writer went on: the line is what follows.
            if line.bytes.first() == Some(&0) {
                line.bytes = &line.bytes[line.bytes.iter().take_while(|byte| **byte == 0).count()..];
            }
            if is_blank(line.bytes) {
                out.lines.skipped += 1;
                continue;
            }
            let verdict = if has_escapes && memchr(ESCAPE, line.bytes).is_some() {
                strip_escapes(line.bytes, &mut self.plain);
                self.lines.read(&Line { bytes: &self.plain, ..line }, out)
            } else {
                self.lines.read(&line, out)
            };
            let is_between = matches!(verdict, Verdict::Headless);
            let is_stray = (is_between || matches!(verdict, Verdict::Unread))
                && read_stray(&line, self.lines.wall_kind(), b"", is_between, out);
            match if is_stray { Verdict::Record } else { verdict } {
                Verdict::Record => {
                    self.has_record = true;
                    out.lines.parsed += 1;
                }
                Verdict::Continuation | Verdict::Headless if self.has_record => out.lines.parsed += 1,
                Verdict::Continuation | Verdict::Headless | Verdict::Unread => {
                    out.lines.failed += 1;
                    out.issues.add(IssueCode::UnparsedLines, line.number, line.offset);
                }
                Verdict::Skipped => out.lines.skipped += 1,
            }
        }
        out.wall_kind = self.lines.wall_kind();
    }

    fn finish(&mut self, out: &mut Parsed) {
        self.lines.end(out);
        out.wall_kind = self.lines.wall_kind();
    }
}

/// Counts the lines that hold NUL bytes or bytes that are not UTF-8; whether there is [nothing odd](is_plain) at all, as in nearly every block.
pub(in crate::formats) fn report_bytes(block: &Block<'_>, out: &mut Parsed) -> bool {
    let end = block.offset + block.bytes.len() as u64;
    if out.plain.start <= block.offset && end <= out.plain.end || is_plain(block.bytes) {
        return true;
    }
    let has_nul = memchr(0, block.bytes).is_some();
    let is_utf8 = std::str::from_utf8(block.bytes).is_ok();
    if !has_nul && is_utf8 {
        return false;
    }
    for line in block.lines() {
        if has_nul && memchr(0, line.bytes).is_some() {
            out.issues.add(IssueCode::NulBytes, line.number, line.offset);
        }
        // A line that the guard cut may end inside a character: that is the guard's doing, not the input's.
        let bad = !is_utf8
            && std::str::from_utf8(line.bytes).is_err_and(|error| error.error_len().is_some() || !line.is_cut());
        if bad {
            out.issues.add(IssueCode::NotUtf8, line.number, line.offset);
        }
    }
    false
}

/// The level that the start of a line states.
pub(in crate::formats) fn level_of(line: &[u8]) -> crate::model::Level {
    message::read_message(line).level
}

fn is_blank(line: &[u8]) -> bool {
    match line.first() {
        Some(first) if !first.is_ascii_whitespace() => false,
        _ => line.trim_ascii_start().is_empty(),
    }
}

/// The share of the head's first lines, apart from blank and indented ones, that a format knows; 0 where fewer than one in two is.
fn share_of_heads(head: &Head<'_>, mut knows: impl FnMut(&[u8]) -> bool) -> u8 {
    let (mut seen, mut known, mut plain) = (0u32, 0u32, Vec::new());
    for line in
        head.lines().filter(|line| line.first().is_some_and(|first| !first.is_ascii_whitespace())).take(SNIFFED_LINES)
    {
        seen += 1;
        known += u32::from(if memchr(ESCAPE, line).is_some() {
            strip_escapes(line, &mut plain);
            knows(&plain)
        } else {
            knows(line)
        });
    }
    if known * 2 < seen || seen == 0 { 0 } else { (known * 100 / seen) as u8 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::EvidenceId;

    fn read(text: &[u8]) -> Parsed {
        let mut out = Parsed::default();
        let head = Head { bytes: text, name: "unknown", complete: true };
        let mut parser = (plain::FORMAT.parser)(EvidenceId(0), &head);
        parser.feed(&Block { bytes: text, offset: 0, first_line: 1 }, &mut out);
        parser.finish(&mut out);
        out
    }

    #[test]
    fn bytes_that_are_not_text_are_counted_by_line() {
        let out = read(b"a\0\0\nfine\n\xff\xfe\n\n\xc3");
        let issues: Vec<_> = out.issues.list.iter().map(|issue| (issue.code, issue.count, issue.first_line)).collect();
        let want = [(IssueCode::NotUtf8, 2, 3), (IssueCode::NulBytes, 1, 1), (IssueCode::PlainText, 1, 1)];
        assert_eq!(issues, want);
        assert_eq!((out.lines.parsed, out.lines.skipped), (4, 1));
    }

    #[test]
    fn a_line_beyond_the_guard_is_parsed_by_its_beginning() {
        let long = "é".repeat(crate::evidence::guard::MAX_LINE_BYTES);
        let out = read(format!("x{long}\nshort").as_bytes());
        let codes: Vec<_> = out.issues.list.iter().map(|issue| issue.code).collect();
        assert_eq!(codes, [IssueCode::LineTooLong, IssueCode::PlainText]);
        assert!(out.records.iter().map(|record| record.line).eq([1, 2]));
    }
}
