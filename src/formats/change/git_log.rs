//! `git log`: what was committed, by whom and when.
//!
//! ```text
//! commit 8e8c1f2a… (HEAD -> main, tag: v1.2.3)                                            default; `--format=fuller` names the committer
//! Author:     Dana Example <dana@example.org>
//! AuthorDate: Sun Jul 23 20:10:00 2023 +0800
//! Commit:     Bob Example <bob@example.org>
//! CommitDate: Sun Jul 23 21:58:11 2023 +0800
//!
//!     Raise the pool of workers
//!
//! 8e8c1f2 2023-07-23 21:58:11 +0800 Dana Example Raise the pool of workers                       `--format='%h %ad %an %s' --date=iso`
//! 8e8c1f2 (tag: v1.2.3) Raise the pool of workers                                                `--oneline`: without a time
//! ```
//! A commit is a record, at its commit date where that is printed, else at its author date. It is no deployment, and nothing here says that
//! it became one. The author's name is the source; addresses are not kept. Dates are read as git prints them by default and with
//! `--date=iso`, `iso-strict`, `rfc` and `unix`; without a zone (`--date=local`) they are local. Relative ones are no times.
//!
//! Spec: git-log(1). Not supported: `--graph`, patches of a merge with several parents as such; a patch belongs to its commit.

use super::super::dates::{parse_ctime, parse_epoch};
use super::super::log::{LineParser, Lines, Verdict};
use super::super::time::{Stamp, parse_iso, parse_rfc1123};
use super::super::{Family, Format, Head, Parsed, Parser};
use super::{emit, note};
use crate::evidence::Line;
use crate::model::{ByteRange, EvidenceId, IssueCode, Level, LineRange, WallKind, WallTime};

/// The format's descriptor.
pub static FORMAT: Format = Format { id: "git-log", family: Family::Change, sniff, parser };

fn sniff(head: &Head<'_>) -> u8 {
    let mut lines = head.telling_lines();
    match lines.next() {
        Some(first) if commit_of(first).is_some() => {
            let is_whole = lines.take(3).any(|line| line.starts_with(b"Author:"));
            96 * u8::from(is_whole)
        }
        Some(first) if one_line(first).is_some() => {
            let (mut n, mut dated) = (0u32, 0u32);
            let share = head.share(100, |line| {
                let read = one_line(line);
                n += u32::from(read.is_some());
                dated += u32::from(read.as_ref().is_some_and(|read| read.when.is_some()));
                read.is_some()
            });
            // Words that could be numbers in hexadecimal begin many lines; a date behind them begins few.
            match share {
                100 if dated == n => 92,
                100 if n > 2 => 60,
                _ => 0,
            }
        }
        _ => 0,
    }
}

fn parser(evidence: EvidenceId, _head: &Head<'_>) -> Box<dyn Parser> {
    Box::new(LineParser::new(GitLog { evidence, kind: None, open: None }))
}

/// The hash of `commit 8e8c1f2a… (HEAD -> main)`.
fn commit_of(line: &[u8]) -> Option<&[u8]> {
    let rest = line.strip_prefix(b"commit ")?;
    let len = hash_len(rest);
    let ends = rest.get(len).is_none_or(|byte| *byte == b' ');
    (matches!(len, 40 | 64) || (7..=12).contains(&len)).then_some(&rest[..len]).filter(|_| ends)
}

fn hash_len(text: &[u8]) -> usize {
    text.iter().take(65).take_while(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')).count()
}

struct OneLine<'a> {
    hash: &'a [u8],
    when: Option<Told>,
    rest: &'a [u8],
}

/// A commit on one line; its hash has a digit, for `added` and `facade` are words.
fn one_line(line: &[u8]) -> Option<OneLine<'_>> {
    let len = hash_len(line);
    let is_hash = (matches!(len, 40 | 64) || (7..=16).contains(&len)) && line[..len].iter().any(u8::is_ascii_digit);
    let is_hash = is_hash && !line[..len].iter().all(u8::is_ascii_digit);
    let rest = line[len..].strip_prefix(b" ").filter(|_| is_hash)?.trim_ascii_start();
    let rest = rest.strip_prefix(b"- ").unwrap_or(rest);
    let (when, rest) = match when_of(rest) {
        Some((when, len)) => (Some(when), &rest[len..]),
        None => (None, rest),
    };
    Some(OneLine { hash: &line[..len], when, rest: rest.trim_ascii() })
}

#[derive(Clone, Copy)]
struct Told {
    kind: WallKind,
    wall: WallTime,
}

impl From<Stamp> for Told {
    fn from(stamp: Stamp) -> Self {
        stamp.utc().map_or(Self { kind: WallKind::Local, wall: stamp.wall }, |wall| Self { kind: WallKind::Utc, wall })
    }
}

/// A date at the beginning of a text, in brackets or not, and the bytes taken.
fn when_of(text: &[u8]) -> Option<(Told, usize)> {
    if let Some(inside) = text.strip_prefix(b"(").or_else(|| text.strip_prefix(b"[")) {
        let (told, len) = when_of(inside)?;
        return matches!(inside.get(len), Some(b')' | b']')).then_some((told, len + 2));
    }
    if let Some(stamp) = parse_iso(text).or_else(|| parse_ctime(text)).or_else(|| parse_rfc1123(text)) {
        return Some((stamp.into(), stamp.len));
    }
    let (wall, len) = parse_epoch(text).filter(|(_, len)| *len == 10)?;
    Some((Told { kind: WallKind::Utc, wall }, len))
}

/// A commit while its lines come in.
struct Commit {
    line: u32,
    offset: u64,
    end: (u64, u32),
    author: Vec<u8>,
    when: Option<Told>,
    is_committed: bool,
    subject: Vec<u8>,
}

struct GitLog {
    evidence: EvidenceId,
    /// What the times lack; known from the first commit on.
    kind: Option<WallKind>,
    open: Option<Commit>,
}

impl GitLog {
    fn wall(&mut self, when: Option<Told>, (line, offset): (u32, u64), out: &mut Parsed) -> WallTime {
        match when {
            Some(told) if *self.kind.get_or_insert(told.kind) == told.kind => told.wall,
            _ => {
                out.issues.add(IssueCode::BadTime, line, offset);
                WallTime::NONE
            }
        }
    }

    fn flush(&mut self, out: &mut Parsed) {
        let Some(commit) = self.open.take() else { return };
        let wall = self.wall(commit.when, (commit.line, commit.offset), out);
        out.records.push(commit.line, wall, Level::None, &commit.author);
        let place = (
            ByteRange { start: commit.offset, end: commit.end.0 },
            LineRange { first: commit.line, last: commit.end.1 },
        );
        let mut note = note(self.evidence, wall, &commit.author, place);
        note.say(&String::from_utf8_lossy(&commit.subject));
        out.notes.push(note);
    }
}

impl Lines for GitLog {
    fn wall_kind(&self) -> WallKind {
        self.kind.unwrap_or(WallKind::Unclocked)
    }

    fn read(&mut self, line: &Line<'_>, out: &mut Parsed) -> Verdict {
        let end = line.offset + line.bytes.len() as u64;
        if commit_of(line.bytes).is_some() {
            self.flush(out);
            let end = (end, line.number);
            let (author, subject) = (Vec::new(), Vec::new());
            self.open = Some(Commit {
                line: line.number,
                offset: line.offset,
                end,
                author,
                when: None,
                is_committed: false,
                subject,
            });
            return Verdict::Record;
        }
        if self.open.is_none()
            && let Some(read) = one_line(line.bytes)
        {
            let wall = match read.when {
                None if self.kind.is_none() => WallTime::NONE,
                when => self.wall(when, (line.number, line.offset), out),
            };
            emit(self.evidence, line, wall, read.hash, &[read.rest], out);
            return Verdict::Record;
        }
        let Some(commit) = &mut self.open else { return Verdict::Continuation };
        let value = |name: &[u8]| line.bytes.strip_prefix(name).map(<[u8]>::trim_ascii);
        let date = |text: &[u8]| when_of(text).map(|(told, _)| told);
        if !commit.subject.is_empty() {
            return Verdict::Continuation;
        }
        if let Some(author) = value(b"Author:") {
            let end = author.iter().position(|byte| *byte == b'<').unwrap_or(author.len());
            commit.author = author[..end].trim_ascii().to_vec();
        } else if let Some(text) = value(b"CommitDate:") {
            (commit.when, commit.is_committed) = (date(text), true);
        } else if let Some(text) = value(b"Date:").or_else(|| value(b"AuthorDate:")) {
            commit.when = if commit.is_committed { commit.when } else { date(text) };
        } else if line.bytes.starts_with(b"    ") {
            commit.subject = line.bytes.trim_ascii().to_vec();
            commit.end = (end, line.number);
        }
        Verdict::Continuation
    }

    fn end(&mut self, out: &mut Parsed) {
        self.flush(out);
    }
}
