//! Process listings of `ps` (procps, busybox's `-o` form), with threads where it was asked for them.
//!
//! ```text
//! UID          PID    PPID     LWP  C NLWP STIME TTY          TIME CMD                ps -eLf: one row per thread
//! root        1123       1    1123  2   41 Jul20 ?        01:32:11 /usr/bin/kubelet --config=/var/lib/kubelet/config.yaml
//!   PID  PPID NLWP COMMAND                                                            ps -ewwo pid,ppid,nlwp,args
//! USER         PID %CPU %MEM    VSZ   RSS TTY      STAT START   TIME COMMAND          ps aux; with `m`, thread rows have `-` as PID
//! ```
//! Columns are known by their header, the command is the rest of the row. Rows are folded per process while they stream by. Threads are
//! counted from thread rows (a column `LWP`, `TID` or `SPID`, or `-` rows), else from `NLWP`/`THCNT`; a listing with neither has
//! processes only and must never be compared with a thread limit (issue `no-thread-rows`).
//!
//! The output has no clock. The start of the `ps` process itself is the minute in which it ran; without that row the snapshot has no time
//! (issue `snapshot-without-time`). It is a time of day without a date, so the input's clock is local.
//!
//! Spec: ps(1) of procps-ng. Not supported: listings without a header (`--no-headers`), custom column names (`-o pid=X`), forests (`f`)
//! keep their branches in the command.

use std::collections::HashMap;

use super::prompt::parse_prompt;
use super::tally::{Fate, locator_of, parse_whole, tally, text_of, words};
use crate::evidence::{Block, Line};
use crate::formats::{Family, Format, Head, Parsed, Parser};
use crate::model::sort::Order as _;
use crate::model::{EvidenceId, IssueCode, Process, ProcessSnapshot, WallKind, WallTime};

/// The format's descriptor.
pub static FORMAT: Format = Format { id: "ps", family: Family::Host, sniff, parser };

fn sniff(head: &Head<'_>) -> u8 {
    let mut lines = head.lines().skip_while(|line| Columns::of_header(line).is_none());
    let Some(columns) = lines.next().and_then(Columns::of_header) else { return 0 };
    let (mut n_rows, mut n_understood) = (0, 0);
    for line in lines.filter(|line| !line.trim_ascii().is_empty()).take(20) {
        n_rows += 1;
        n_understood += u32::from(columns.read(line).is_some());
    }
    match (n_rows, n_understood) {
        (0, _) => 60,
        (rows, good) if good * 2 >= rows => 92,
        _ => 0,
    }
}

fn parser(evidence: EvidenceId, _head: &Head<'_>) -> Box<dyn Parser> {
    Box::new(Ps { evidence, listing: None })
}

/// Which word of a row is what; the command is the last.
#[derive(Clone, Copy, Debug)]
struct Columns {
    n: usize,
    user: Option<usize>,
    pid: usize,
    ppid: Option<usize>,
    nlwp: Option<usize>,
    start: Option<usize>,
    has_thread_id: bool,
}

/// The cells of a row that are used.
struct Row<'a> {
    user: &'a [u8],
    /// `None` in the thread rows of `ps m`.
    pid: Option<u32>,
    ppid: u32,
    nlwp: Option<u32>,
    start: &'a [u8],
    command: &'a [u8],
}

impl Columns {
    /// Reads a header: it has `PID` and ends in the command's column. `top`, whose columns are alike, has `TIME+`.
    fn of_header(line: &[u8]) -> Option<Self> {
        let mut columns =
            Self { n: 0, user: None, pid: usize::MAX, ppid: None, nlwp: None, start: None, has_thread_id: false };
        let mut last: &[u8] = b"";
        for (index, word) in words(line).enumerate() {
            match word {
                b"UID" | b"USER" | b"EUSER" | b"RUSER" if columns.user.is_none() => columns.user = Some(index),
                b"PID" => columns.pid = index,
                b"PPID" => columns.ppid = Some(index),
                b"NLWP" | b"THCNT" => columns.nlwp = Some(index),
                b"STIME" | b"START" | b"STARTED" => columns.start = Some(index),
                b"LWP" | b"TID" | b"SPID" => columns.has_thread_id = true,
                b"TIME+" => return None,
                _ => {}
            }
            (columns.n, last) = (index + 1, word);
        }
        (columns.pid < columns.n && matches!(last, b"CMD" | b"COMMAND")).then_some(columns)
    }

    /// Reads a row; `None` when a number is missing or is none.
    fn read<'a>(&self, line: &'a [u8]) -> Option<Row<'a>> {
        let mut row = Row { user: b"", pid: None, ppid: 0, nlwp: None, start: b"", command: b"" };
        let mut rest = line.trim_ascii();
        for index in 0..self.n - 1 {
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
        row.command = rest;
        (!rest.is_empty()).then_some(row)
    }
}

/// `lstart` prints `Sun Jul 23 22:03:11 2023`, `start` prints `Jul 23` for an older process: both under `STARTED`.
fn n_words_of_start(text: &[u8]) -> usize {
    match words(text).next() {
        Some(b"Mon" | b"Tue" | b"Wed" | b"Thu" | b"Fri" | b"Sat" | b"Sun") => 5,
        Some(word) if word.len() == 3 && word.iter().all(u8::is_ascii_alphabetic) => 2,
        _ => 1,
    }
}

/// The first `n` words as one cell, and what follows them.
fn split_words(text: &[u8], n: usize) -> Option<(&[u8], &[u8])> {
    let mut end = 0;
    for _ in 0..n {
        let begin = end + text[end..].iter().position(|byte| !byte.is_ascii_whitespace())?;
        end = text[begin..].iter().position(u8::is_ascii_whitespace).map_or(text.len(), |blank| begin + blank);
    }
    Some((&text[..end], text[end..].trim_ascii_start()))
}

fn parse_u32(text: &[u8]) -> Option<u32> {
    u32::try_from(parse_whole(text)?).ok()
}

/// Reads `22:10` or `22:10:31` out of a start cell.
fn parse_time_of_day(start: &[u8]) -> Option<WallTime> {
    let clock = words(start).find(|word| word.contains(&b':'))?;
    let mut fields = clock.split(|&byte| byte == b':').map(parse_whole);
    let (hour, minute, second) = (fields.next()??, fields.next()??, fields.next().unwrap_or(Some(0))?);
    let valid = hour < 24 && minute < 60 && second <= 60 && fields.next().is_none();
    valid.then(|| WallTime(((hour * 3600 + minute * 60 + second) * 1_000_000_000) as i64))
}

/// One run of `ps` while its rows come in.
struct Listing {
    columns: Columns,
    snapshot: ProcessSnapshot,
    /// Where a process stands in the snapshot; rows of one process are neighbours except in sorted listings.
    index_of_pid: HashMap<u32, usize>,
    last: usize,
    /// Thread rows of `ps m` since the last process row.
    n_dash_rows: u32,
}

impl Listing {
    fn new(columns: Columns, evidence: EvidenceId, header: &Line<'_>) -> Self {
        let snapshot = ProcessSnapshot {
            time_of_day: None,
            counts_threads: columns.has_thread_id || columns.nlwp.is_some(),
            n_threads: 0,
            processes: Vec::new(),
            locator: locator_of(evidence, header),
        };
        Self { columns, snapshot, index_of_pid: HashMap::new(), last: 0, n_dash_rows: 0 }
    }

    /// Takes a row; `false` for one that belongs to nobody.
    fn push(&mut self, row: &Row<'_>, evidence: EvidenceId, line: &Line<'_>) -> bool {
        // The listing is cited whole: its number of rows is what counts.
        let end = locator_of(evidence, line);
        self.snapshot.locator.lines.last = end.lines.last;
        self.snapshot.locator.bytes.end = end.bytes.end;
        let Some(pid) = row.pid else { return self.push_dash_row() };
        self.n_dash_rows = 0;
        let n_threads = if self.columns.has_thread_id { 1 } else { row.nlwp.unwrap_or(1) };
        let processes = &mut self.snapshot.processes;
        if processes.get(self.last).is_none_or(|process| process.pid != pid) {
            self.last = *self.index_of_pid.entry(pid).or_insert(processes.len());
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
        }
        true
    }

    /// A thread row of `ps m` counts for the process above it, whose own row is then no thread.
    fn push_dash_row(&mut self) -> bool {
        let Some(process) = self.snapshot.processes.get_mut(self.last) else { return false };
        self.n_dash_rows = self.n_dash_rows.saturating_add(1);
        process.n_threads = self.n_dash_rows;
        self.snapshot.counts_threads = true;
        true
    }

    fn finish(self, out: &mut Parsed) {
        let Self { mut snapshot, .. } = self;
        let (line, byte) = (snapshot.locator.lines.first, snapshot.locator.bytes.start);
        if snapshot.time_of_day.is_none() {
            out.issues.add(IssueCode::SnapshotWithoutTime, line, byte);
        }
        if !snapshot.counts_threads {
            out.issues.add(IssueCode::NoThreadRows, line, byte);
        }
        snapshot.processes.order_by_key(|process| process.pid);
        snapshot.n_threads = snapshot.processes.iter().fold(0, |sum, process| process.n_threads.saturating_add(sum));
        out.processes.push(snapshot);
    }
}

struct Ps {
    evidence: EvidenceId,
    listing: Option<Listing>,
}

impl Ps {
    fn read(&mut self, line: &Line<'_>, out: &mut Parsed) -> Fate {
        if let Some(columns) = Columns::of_header(line.bytes) {
            if let Some(before) = self.listing.replace(Listing::new(columns, self.evidence, line)) {
                before.finish(out);
            }
            return Fate::Skipped;
        }
        let understood = self.listing.as_mut().is_some_and(|listing| {
            let row = listing.columns.read(line.bytes);
            row.is_some_and(|row| listing.push(&row, self.evidence, line))
        });
        match understood {
            true => Fate::Parsed,
            false if parse_prompt(line.bytes).is_some() => Fate::Skipped,
            false => Fate::Failed,
        }
    }
}

impl Parser for Ps {
    fn feed(&mut self, block: &Block<'_>, out: &mut Parsed) {
        tally(block, out, |line, out| self.read(line, out));
    }

    fn finish(&mut self, out: &mut Parsed) {
        if let Some(listing) = self.listing.take() {
            listing.finish(out);
        }
        let has_time = out.processes.iter().any(|snapshot| snapshot.time_of_day.is_some());
        out.wall_kind = if has_time { WallKind::Local } else { WallKind::Unclocked };
    }
}

#[cfg(test)]
mod tests {
    use super::super::tally::parse_text;
    use super::*;

    const THREADS: &str = "\
[root@node-xx ~]# ps -eLf
UID          PID    PPID     LWP  C NLWP STIME TTY          TIME CMD
root           1       0       1  0    1 Jul20 ?        00:01:12 /usr/lib/systemd/systemd --system
app        41001   40980   41001 14    3 21:40 ?        00:00:41 java -Xmx4g -jar /srv/report.jar
app        41001   40980   41022 14    3 21:40 ?        00:00:03 java -Xmx4g -jar /srv/report.jar
root       52110   52001   52110  0    1 22:10 pts/0    00:00:00 ps -eLf
app        41001   40980   41023 14    3 22:01 ?        00:00:03 java -Xmx4g -jar /srv/report.jar
[root@node-xx ~]#
";

    #[test]
    fn thread_rows_are_folded_per_process() {
        let parsed = parse_text(&FORMAT, "unknown", THREADS);
        let snapshot = &parsed.processes[0];
        let threads: Vec<_> = snapshot.processes.iter().map(|process| (process.pid, process.n_threads)).collect();
        assert_eq!(threads, [(1, 1), (41001, 3), (52110, 1)]);
        assert_eq!((snapshot.n_threads, snapshot.counts_threads), (5, true));
        assert_eq!(snapshot.time_of_day, Some(WallTime((22 * 60 + 10) * 60 * 1_000_000_000)));
        assert_eq!(snapshot.locator.lines.first, 2);
        assert_eq!(snapshot.processes[1].command, "java -Xmx4g -jar /srv/report.jar");
        assert!(parsed.issues.list.is_empty());
    }

    #[test]
    fn listings_of_processes_say_that_they_count_no_threads() {
        let text = "\
USER       PID %CPU %MEM    VSZ   RSS TTY      STAT START   TIME COMMAND
root         1  0.0  0.0  19356  1544 ?        Ss   Jul20   0:01 init
root       863  0.2  0.7 933004 14424 ?        Sl    2022 323:00 watcher <defunct>
";
        let parsed = parse_text(&FORMAT, "unknown", text);
        let codes: Vec<_> = parsed.issues.list.iter().map(|issue| issue.code).collect();
        assert_eq!(codes, [IssueCode::SnapshotWithoutTime, IssueCode::NoThreadRows]);
        assert_eq!(parsed.processes[0].processes[1].command, "watcher <defunct>");
        assert!(!parsed.processes[0].counts_threads);
    }

    #[test]
    fn thread_counts_and_dash_rows_are_understood() {
        let counts = "  PID  PPID NLWP COMMAND\n    1     0    1 /sbin/init\n  812     1   41 kubelet --v=2\n";
        assert_eq!(parse_text(&FORMAT, "x", counts).processes[0].n_threads, 42);
        let dashes = "USER PID %CPU START COMMAND\nroot 1 0.0 - init\nroot - 0.0 13:19 -\nroot 9 0.0 - dockerd\n\
                      root - 0.0 13:19 -\nroot - 0.0 13:20 -\n";
        assert_eq!(parse_text(&FORMAT, "x", dashes).processes[0].n_threads, 3);
        let started =
            "PID STARTED COMMAND\n1 Thu Jul 20 08:00:00 2023 init\n77 Sun Jul 23 22:10:05 2023 ps -eo pid,lstart\n";
        let parsed = parse_text(&FORMAT, "x", started);
        assert_eq!(parsed.processes[0].processes[0].command, "init");
        assert_eq!(parsed.processes[0].time_of_day, Some(WallTime(79_805 * 1_000_000_000)));
    }

    #[test]
    fn other_tables_with_pids_are_not_claimed() {
        let sniffed = |text: &str| sniff(&Head { bytes: text.as_bytes(), name: "unknown", complete: true });
        assert!(sniffed(THREADS) > 90);
        assert_eq!(sniffed("  PID USER PR NI VIRT S %CPU TIME+ COMMAND\n 1 root 20 0 1 S 0.0 0:01 init\n"), 0);
        assert_eq!(sniffed("COMMAND PID TID USER FD TYPE\ninit 1 1 root cwd DIR\n"), 0);
    }
}
