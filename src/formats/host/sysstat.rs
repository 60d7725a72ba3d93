//! The text form that sysstat's tools share: a banner, then sections of a header and its rows, each with a time of day in front.
//!
//! What `sar` and `pidstat` say differs only in the names of the columns, so both are read here.

use super::clock::{Dated, parse_date, split_clock};
use super::samples::{Samples, parse_value, unit_of};
use super::tally::{Fate, locator_of, split_words, tally, text_of, words};
use crate::evidence::{Block, Line};
use crate::formats::{Parsed, Parser};
use crate::model::{EvidenceId, IssueCode, Note, NoteKind, Unit, WallKind, WallTime};

/// The banner: `Linux 4.17.18-200.fc28.x86_64 (linux.home)   08/29/18   _x86_64_  (8 CPU)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Banner<'a> {
    /// Host between parentheses.
    pub(super) host: &'a [u8],
    /// Days since the epoch, where the date could be read.
    pub(super) day: Option<i64>,
}

/// Reads a banner.
pub(super) fn parse_banner(line: &[u8]) -> Option<Banner<'_>> {
    let mut fields = words(line.strip_prefix(b"Linux ")?);
    let _kernel = fields.next()?;
    let host = fields.next()?.strip_prefix(b"(")?.strip_suffix(b")")?;
    let day = fields.next().and_then(parse_date);
    words(line).any(|word| word.starts_with(b"_") && word.ends_with(b"_")).then_some(Banner { host, day })
}

/// What a column is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// Part of whom the row is about.
    Label,
    /// A number.
    Value(Unit),
    /// Of no use over time (the processor that a process ran on).
    Ignored,
    /// The rest of the line, part of whom the row is about.
    Command,
}

/// A section's header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Header {
    names: Vec<String>,
    kinds: Vec<Kind>,
    /// The header as one word, to know it again.
    key: Vec<u8>,
}

impl Header {
    /// Reads the words behind a header's time; `None` where one of them is a number, which a row has and a header has not.
    pub(super) fn of(text: &[u8]) -> Option<Self> {
        let mut header = Self { names: Vec::new(), kinds: Vec::new(), key: Vec::new() };
        let is_of_processes = words(text).any(|word| matches!(word, b"PID" | b"TGID"));
        for word in words(text) {
            let is_name = word.iter().any(u8::is_ascii_alphabetic) && word.is_ascii() && word.len() <= 24;
            if !is_name || parse_value(word).is_some() || header.names.len() == 64 {
                return None;
            }
            let is_label = word.iter().all(|byte| byte.is_ascii_uppercase());
            header.kinds.push(match word {
                b"Command" => Kind::Command,
                b"CPU" if is_of_processes => Kind::Ignored,
                _ if is_label => Kind::Label,
                _ => Kind::Value(unit_of(word)),
            });
            let name = String::from_utf8_lossy(word);
            header.names.push(if is_label { name.to_ascii_lowercase() } else { name.into_owned() });
            header.key.extend_from_slice(word);
            header.key.push(b' ');
        }
        header.kinds.iter().any(|kind| matches!(kind, Kind::Value(_))).then_some(header)
    }

    /// Reads the header that `pidstat -h` prints, which has the word for a time where others have one: `# Time        UID       PID …`.
    pub(super) fn of_word(line: &[u8]) -> Option<Self> {
        let text = line.trim_ascii_start().strip_prefix(b"#")?.trim_ascii_start();
        Self::of(text.strip_prefix(b"Time ")?)
    }

    /// Whether it has a column.
    pub(super) fn has(&self, name: &str) -> bool {
        self.names.iter().any(|column| column == name)
    }

    /// Whether the words behind a row's time fill it, with a number in at least one column.
    pub(super) fn fits(&self, text: &[u8]) -> bool {
        let n_words = words(text).count();
        let has_command = self.kinds.last() == Some(&Kind::Command);
        let is_full = if has_command { n_words >= self.kinds.len() } else { n_words == self.kinds.len() };
        is_full && words(text).zip(&self.kinds).any(|(word, kind)| is_value(*kind) && parse_value(word).is_some())
    }
}

const fn is_value(kind: Kind) -> bool {
    matches!(kind, Kind::Value(_))
}

/// Whether the host restarted here: `09:33:38  LINUX RESTART (8 CPU)`.
pub(super) fn is_restart(text: &[u8]) -> bool {
    let mut fields = words(text);
    fields.next() == Some(b"LINUX") && fields.next() == Some(b"RESTART")
}

/// Restarts that are known again in the next section: more than a host has in a day.
const SAME_RESTARTS: usize = 512;

/// The parser of both.
pub(super) struct Sysstat {
    evidence: EvidenceId,
    host: Vec<u8>,
    dated: Dated,
    banner_line: u32,
    has_rows: bool,
    header: Option<Header>,
    /// Time of the section's header or last row: its first row may lie behind a midnight.
    last: Option<WallTime>,
    samples: Samples,
    /// Whether rows of single threads are passed over: what counts is the process above them.
    skips_threads: bool,
}

impl Sysstat {
    /// A parser; `skips_threads` leaves out the rows of `pidstat -t` that are about one thread.
    pub(super) fn new(evidence: EvidenceId, skips_threads: bool) -> Self {
        Self {
            evidence,
            host: Vec::new(),
            dated: Dated::default(),
            banner_line: 0,
            has_rows: false,
            header: None,
            last: None,
            samples: Samples::default(),
            skips_threads,
        }
    }

    fn read(&mut self, line: &Line<'_>, out: &mut Parsed) -> Fate {
        if let Some(banner) = parse_banner(line.bytes) {
            self.host = banner.host.to_vec();
            (self.banner_line, self.last) = (line.number, None);
            // Rows that came before without a date keep the whole input without one.
            if !self.has_rows || self.dated.day.is_some() {
                self.dated.day = banner.day.or(self.dated.day);
            }
            if banner.day.is_none() {
                out.issues.add(IssueCode::BadTime, line.number, line.offset);
            }
            return Fate::Skipped;
        }
        if let Some(header) = Header::of_word(line.bytes) {
            self.header = Some(header);
            return Fate::Skipped;
        }
        let Some((of_day, rest)) = split_clock(line.bytes) else {
            // `Average:` in any language sums up, French has a blank before the colon; `#` begins pidstat's header under `-h`.
            let mut begins = words(line.bytes);
            let first = begins.next().unwrap_or_default();
            let is_summary = first == b"#" || first.ends_with(b":") || begins.next() == Some(b":");
            return if is_summary { Fate::Skipped } else { Fate::Failed };
        };
        if is_restart(rest) {
            self.restart(of_day, line);
            self.tell_restart(of_day, line, out);
            return Fate::Parsed;
        }
        if words(rest).next() == Some(b"COM") {
            return Fate::Parsed;
        }
        if let Some(header) = Header::of(rest) {
            let known = self.last.filter(|_| self.header.as_ref() == Some(&header));
            self.last = Some(self.dated.wall(of_day, known));
            self.header = Some(header);
            return Fate::Skipped;
        }
        if self.take_row(of_day, rest, line).is_some() { Fate::Parsed } else { Fate::Failed }
    }

    fn take_row(&mut self, of_day: i64, rest: &[u8], line: &Line<'_>) -> Option<()> {
        let header = self.header.as_ref().filter(|header| header.fits(rest))?;
        let mut labels: Vec<(&str, &[u8])> = Vec::with_capacity(5);
        if !self.host.is_empty() {
            labels.push(("node", &self.host));
        }
        let columns = header.names.iter().zip(&header.kinds);
        for (index, ((name, kind), word)) in columns.zip(words(rest)).enumerate() {
            match kind {
                // `-` stands for whom the row is not about.
                Kind::Label if word != b"-" => labels.push((name, word)),
                Kind::Command if self.skips_threads && word.starts_with(b"|__") => return Some(()),
                Kind::Command => labels.push(("command", split_words(rest, index)?.1.trim_ascii_end())),
                _ => {}
            }
        }
        let frame = self.samples.frame(&header.key, &labels);
        let wall = self.dated.wall(of_day, frame.last_below(self.banner_line).max(self.last));
        self.last = Some(wall);
        frame.row(wall, line);
        for ((name, kind), word) in header.names.iter().zip(&header.kinds).zip(words(rest)) {
            if let Kind::Value(unit) = kind {
                frame.put_text(name, *unit, word);
            }
        }
        self.has_rows = true;
        Some(())
    }

    /// Notes a restart, once for all sections that show it.
    fn tell_restart(&self, of_day: i64, line: &Line<'_>, out: &mut Parsed) {
        let wall = self.dated.wall(of_day, self.last);
        let who = text_of(&self.host);
        let is_told = out.notes.kept.iter().rev().take(SAME_RESTARTS).any(|note| note.wall == wall && note.who == who);
        if self.dated.day.is_some() && !is_told {
            let (kind, end, locator) = (NoteKind::Change, WallTime::NONE, locator_of(self.evidence, line));
            let text = "LINUX RESTART".to_owned();
            out.notes.push(Note { kind, who, text, wall, end, locator });
        }
    }

    /// A restart is a gap in what the section counts, so that no slope leads over it.
    fn restart(&mut self, of_day: i64, line: &Line<'_>) {
        if let Some(header) = &self.header
            && header.kinds.iter().all(|kind| is_value(*kind))
        {
            let host: &[(&str, &[u8])] = &[("node", &self.host)];
            let frame = self.samples.frame(&header.key, if self.host.is_empty() { &[] } else { host });
            let wall = self.dated.wall(of_day, frame.last_below(self.banner_line));
            frame.row(wall, line);
        }
    }
}

impl Parser for Sysstat {
    fn feed(&mut self, block: &Block<'_>, out: &mut Parsed) {
        tally(block, out, |line, out| self.read(line, out));
    }

    fn finish(&mut self, out: &mut Parsed) {
        self.samples.finish(out);
        out.wall_kind = match (self.has_rows, self.dated.day) {
            (false, _) => WallKind::Unclocked,
            (true, Some(_)) => WallKind::Local,
            (true, None) => WallKind::TimeOfDay,
        };
    }
}
