//! Tables of processes: what `ps` and `top` have in common. Columns are known by their header, rows are folded per process.

use std::collections::HashMap;

use super::clock::parse_date_line;
use super::tally::{locator_of, parse_whole, split_words, text_of, words};
use crate::evidence::Line;
use crate::formats::Parsed;
use crate::model::sort::Order as _;
use crate::model::{EvidenceId, IssueCode, Locator, Process, ProcessSnapshot, WallTime};

/// Which word of a row is what.
#[derive(Clone, Copy, Debug)]
pub(super) struct Columns {
    n: usize,
    user: Option<usize>,
    pid: usize,
    ppid: Option<usize>,
    nlwp: Option<usize>,
    start: Option<usize>,
    command: usize,
    has_thread_id: bool,
    /// `top`'s, which are alike.
    pub(super) is_top: bool,
}

/// The cells of a row that are used.
pub(super) struct Row<'a> {
    user: &'a [u8],
    /// `None` in the thread rows of `ps m`.
    pid: Option<u32>,
    ppid: u32,
    nlwp: Option<u32>,
    start: &'a [u8],
    command: &'a [u8],
}

impl Columns {
    /// Reads a header: it has `PID` and a column for the command, which holds blanks where it is the last.
    pub(super) fn of_header(line: &[u8]) -> Option<Self> {
        const NONE: usize = usize::MAX;
        let mut columns = Self {
            n: 0,
            user: None,
            pid: NONE,
            ppid: None,
            nlwp: None,
            start: None,
            command: NONE,
            has_thread_id: false,
            is_top: false,
        };
        for (index, word) in words(line).enumerate() {
            match word {
                b"UID" | b"USER" | b"EUSER" | b"RUSER" if columns.user.is_none() => columns.user = Some(index),
                b"PID" => columns.pid = index,
                // top in Chinese.
                _ if word == "进程号".as_bytes() => columns.pid = index,
                b"PPID" => columns.ppid = Some(index),
                b"NLWP" | b"THCNT" | b"nTH" => columns.nlwp = Some(index),
                b"STIME" | b"START" | b"STARTED" => columns.start = Some(index),
                b"LWP" | b"TID" | b"SPID" => columns.has_thread_id = true,
                b"CMD" | b"COMMAND" => columns.command = index,
                b"TIME+" => columns.is_top = true,
                // A row's words are no names of columns: `grep PID … COMMAND`.
                _ if word.iter().any(|byte| byte.is_ascii_lowercase()) => return None,
                _ => {}
            }
            columns.n = index + 1;
        }
        // Of `lsof`, the command comes first.
        (columns.pid < columns.n && columns.command < columns.n && columns.command > 0).then_some(columns)
    }

    /// Reads a row; `None` when a number is missing or is none.
    pub(super) fn read<'a>(&self, line: &'a [u8]) -> Option<Row<'a>> {
        let mut row = Row { user: b"", pid: None, ppid: 0, nlwp: None, start: b"", command: b"" };
        let mut rest = line.trim_ascii();
        for index in 0..self.n {
            if index == self.command {
                row.command = before_last_words(rest, self.n - 1 - index)?;
                rest = rest[row.command.len()..].trim_ascii_start();
                continue;
            }
            let n_words = if self.start == Some(index) { n_words_of_start(rest) } else { 1 };
            let (cell, after) = split_words(rest, n_words)?;
            rest = after;
            if index == self.pid {
                row.pid = if cell == b"-" { None } else { Some(parse_u32(cell)?) };
            } else if self.user == Some(index) {
                row.user = cell;
            } else if self.ppid == Some(index) {
                row.ppid = if cell == b"-" { 0 } else { parse_u32(cell)? };
            } else if self.nlwp == Some(index) {
                row.nlwp = if cell == b"-" { None } else { Some(parse_u32(cell)?) };
            } else if self.start == Some(index) {
                row.start = cell;
            }
        }
        (!row.command.is_empty()).then_some(row)
    }
}

/// The text up to its last `n` words, without the blanks before them.
fn before_last_words(text: &[u8], n: usize) -> Option<&[u8]> {
    let mut text = text.trim_ascii_end();
    for _ in 0..n {
        text = text[..text.iter().rposition(u8::is_ascii_whitespace)?].trim_ascii_end();
    }
    Some(text)
}

/// `lstart` prints `Sun Jul 23 22:03:11 2023`, `start` prints `Jul 23` for an older process: both under `STARTED`.
fn n_words_of_start(text: &[u8]) -> usize {
    match words(text).next() {
        Some(b"Mon" | b"Tue" | b"Wed" | b"Thu" | b"Fri" | b"Sat" | b"Sun") => 5,
        Some(word) if word.len() == 3 && word.iter().all(u8::is_ascii_alphabetic) => 2,
        _ => 1,
    }
}

fn parse_u32(text: &[u8]) -> Option<u32> {
    u32::try_from(parse_whole(text)?).ok()
}

/// Reads `22:10` or `22:10:31` out of a start cell.
pub(super) fn parse_time_of_day(start: &[u8]) -> Option<WallTime> {
    let clock = words(start).find(|word| word.contains(&b':'))?;
    let mut fields = clock.split(|&byte| byte == b':').map(parse_whole);
    let (hour, minute, second) = (fields.next()??, fields.next()??, fields.next().unwrap_or(Some(0))?);
    let valid = hour < 24 && minute < 60 && second <= 60 && fields.next().is_none();
    valid.then(|| WallTime(((hour * 3600 + minute * 60 + second) * 1_000_000_000) as i64))
}

/// Whether a command is what a host starts first.
fn is_init(command: &str) -> bool {
    let program = command.split(' ').next().unwrap_or_default();
    ["init", "systemd"].contains(&program.rsplit('/').next().unwrap_or_default())
}

/// One run while its rows come in.
pub(super) struct Listing {
    /// What the header said.
    pub(super) columns: Columns,
    /// What came of it so far.
    pub(super) snapshot: ProcessSnapshot,
    /// Where a process stands in the snapshot; rows of one process are neighbours except in sorted listings.
    index_of_pid: HashMap<u64, usize>,
    last: usize,
    /// Thread rows of `ps m` since the last process row.
    n_dash_rows: u32,
}

impl Listing {
    /// A listing below its header, taken at `wall` where that is known.
    pub(super) fn new(columns: Columns, wall: Option<WallTime>, evidence: EvidenceId, header: &Line<'_>) -> Self {
        let snapshot = ProcessSnapshot {
            time_of_day: None,
            wall,
            counts_threads: columns.has_thread_id || columns.nlwp.is_some(),
            n_threads: 0,
            processes: Vec::new(),
            held: None,
            locator: locator_of(evidence, header),
        };
        Self { columns, snapshot, index_of_pid: HashMap::new(), last: 0, n_dash_rows: 0 }
    }

    /// Takes a row; `false` for one that belongs to nobody.
    pub(super) fn push(&mut self, row: &Row<'_>, evidence: EvidenceId, line: &Line<'_>) -> bool {
        // The listing is cited whole: its number of rows is what counts.
        self.extend_to(&locator_of(evidence, line));
        let Some(pid) = row.pid else { return self.push_dash_row() };
        self.n_dash_rows = 0;
        let n_threads = if self.columns.has_thread_id { 1 } else { row.nlwp.unwrap_or(1) };
        let processes = &mut self.snapshot.processes;
        if processes.get(self.last).is_none_or(|process| process.pid != pid) {
            self.last = *self.index_of_pid.entry(pid.into()).or_insert(processes.len());
        }
        match processes.get_mut(self.last) {
            Some(process) if self.columns.has_thread_id => process.n_threads = process.n_threads.saturating_add(1),
            // The same process twice in a listing of processes: one row is enough.
            Some(_) => {}
            None => processes.push(Process {
                pid,
                ppid: row.ppid,
                user: text_of(row.user),
                n_threads,
                command: text_of(row.command),
                locator: locator_of(evidence, line),
            }),
        }
        if row.command == b"ps" || row.command.starts_with(b"ps ") {
            self.snapshot.time_of_day = parse_time_of_day(row.start).or(self.snapshot.time_of_day);
            // `lstart` has the date too.
            let started = parse_date_line(row.start).map(|(wall, _)| wall);
            self.snapshot.wall = self.snapshot.wall.or(started);
        }
        true
    }

    fn extend_to(&mut self, end: &Locator) {
        self.snapshot.locator.lines.last = end.lines.last;
        self.snapshot.locator.bytes.end = end.bytes.end;
    }

    /// A thread row of `ps m` counts for the process above it, whose own row is then no thread.
    fn push_dash_row(&mut self) -> bool {
        let Some(process) = self.snapshot.processes.get_mut(self.last) else { return false };
        self.n_dash_rows = self.n_dash_rows.saturating_add(1);
        process.n_threads = self.n_dash_rows;
        self.snapshot.counts_threads = true;
        true
    }

    /// Hands the snapshot over; its total is the sum of its rows unless one was stated.
    pub(super) fn finish(self, stated: Option<u32>, out: &mut Parsed) {
        let Self { mut snapshot, .. } = self;
        let (line, byte) = (snapshot.locator.lines.first, snapshot.locator.bytes.start);
        if snapshot.time_of_day.is_none() && snapshot.wall.is_none() {
            out.issues.add(IssueCode::SnapshotWithoutTime, line, byte);
        }
        snapshot.processes.order_by_key(|process| process.pid);
        // A container sees its own processes and no thread of the kernel's.
        let is_inner = snapshot.processes.first().is_some_and(|one| one.pid == 1 && !is_init(&one.command))
            && snapshot.processes.get(1).is_none_or(|one| !one.command.contains("kthreadd"));
        if !snapshot.counts_threads {
            out.issues.add(IssueCode::NoThreadRows, line, byte);
        } else if is_inner {
            out.issues.add(IssueCode::InnerListing, line, byte);
            snapshot.counts_threads = false;
        }
        let sum = snapshot.processes.iter().fold(0, |sum: u32, process| process.n_threads.saturating_add(sum));
        snapshot.n_threads = stated.unwrap_or(sum);
        out.processes.push(snapshot);
    }
}
