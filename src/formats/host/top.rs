//! `top -b` of procps, with or without threads (`-H`), any number of reports.
//!
//! ```text
//! top - 22:10:31 up 12 days,  3:04,  2 users,  load average: 3.31, 3.12, 3.09
//! Threads: 30112 total,   9 running, 30103 sleeping,   0 stopped,   0 zombie        -H; without it the word is Tasks: and means processes
//! %Cpu(s):  3.1 us,  1.0 sy,  0.0 ni, 95.8 id,  0.1 wa,  0.0 hi,  0.0 si,  0.0 st
//! MiB Mem : 257654.2 total,  81022.7 free, 120301.0 used,  56330.5 buff/cache
//!     PID USER      PR  NI    VIRT    RES    SHR S  %CPU  %MEM     TIME+ COMMAND
//!   41001 app       20   0   12.1g   3.2g  21504 S  14.1   1.2   0:41.03 java
//! ```
//! Yields a snapshot per report: all threads where the summary counts `Threads:`, processes only where it counts `Tasks:`, and the two are
//! never mixed; a column `nTH` makes threads of processes. Rows of `-H` are threads and name no process, so they are understood and yield
//! nothing. The clock has no date: a `date` line above states it, else the day is inferred from other evidence.
//!
//! Spec: top(1). Not supported: busybox's top, colours of interactive screens.

use super::clock::{Dated, Stamps, parse_clock, parse_date_line};
use super::listing::{Columns, Listing};
use super::prompt::parse_prompt;
use super::tally::{Fate, locator_of, parse_whole, tally, words};
use crate::evidence::{Block, Line};
use crate::formats::{Family, Format, Head, Parsed, Parser};
use crate::model::{EvidenceId, IssueCode, Locator, ProcessSnapshot, WallKind, WallTime};

/// The format's descriptor.
pub static FORMAT: Format = Format { id: "top", family: Family::Host, sniff, parser };

fn sniff(head: &Head<'_>) -> u8 {
    let has = |test: fn(&[u8]) -> bool| head.lines().take(400).any(test);
    let is_table = |line: &[u8]| Columns::of_header(line).is_some_and(|columns| columns.is_top);
    match (has(|line| clock_of(line).is_some()), has(|line| Total::of(line).is_some()), has(is_table)) {
        (true, true, _) => 97,
        (_, _, true) => 90,
        _ => 0,
    }
}

fn parser(evidence: EvidenceId, _head: &Head<'_>) -> Box<dyn Parser> {
    Box::new(Top {
        evidence,
        dated: Dated::default(),
        stamps: Stamps::default(),
        has_report: false,
        last: None,
        report: None,
    })
}

/// The time in `top - 22:10:31 up 12 days, …`.
fn clock_of(line: &[u8]) -> Option<i64> {
    let (of_day, len) = parse_clock(line.strip_prefix(b"top - ")?)?;
    line[6 + len..].starts_with(b" up").then_some(of_day)
}

/// `Threads: 30112 total, …` or `Tasks: 412 total, …`.
#[derive(Clone, Copy, Debug)]
struct Total {
    n: u32,
    counts_threads: bool,
}

impl Total {
    fn of(line: &[u8]) -> Option<Self> {
        let mut fields = words(line);
        let counts_threads = match fields.next()? {
            b"Threads:" => true,
            b"Tasks:" => false,
            word => match std::str::from_utf8(word).ok()? {
                "线程:" => true,
                "任务:" => false,
                _ => return None,
            },
        };
        let n = u32::try_from(parse_whole(fields.next()?)?).ok()?;
        fields.next()?.starts_with(b"total").then_some(Self { n, counts_threads })
    }
}

/// One report while its lines come in.
struct Report {
    of_day: Option<WallTime>,
    wall: Option<WallTime>,
    total: Option<Total>,
    listing: Option<Listing>,
    locator: Locator,
}

struct Top {
    evidence: EvidenceId,
    dated: Dated,
    stamps: Stamps,
    has_report: bool,
    last: Option<WallTime>,
    report: Option<Report>,
}

impl Top {
    fn read(&mut self, line: &Line<'_>, out: &mut Parsed) -> Fate {
        if let Some(of_day) = clock_of(line.bytes) {
            self.end_report(out);
            let wall = self.dated.wall(of_day, self.last);
            (self.last, self.has_report) = (Some(wall), true);
            self.begin_report(Some(WallTime(of_day)), Some(wall), line);
            return Fate::Parsed;
        }
        if let Some(columns) = Columns::of_header(line.bytes).filter(|columns| columns.is_top) {
            if self.report.as_ref().is_none_or(|report| report.listing.is_some()) {
                self.end_report(out);
                self.begin_report(None, None, line);
            }
            if let Some(report) = &mut self.report {
                report.listing = Some(Listing::new(columns, report.wall, self.evidence, line));
            }
            return Fate::Skipped;
        }
        if let (Some(total), Some(report)) = (Total::of(line.bytes), &mut self.report) {
            report.total = Some(total);
            return Fate::Parsed;
        }
        if self.take_row(line) || is_summary(line.bytes) {
            return Fate::Parsed;
        }
        if let Some(stamp) = parse_date_line(line.bytes) {
            let wall = self.stamps.place(stamp, out);
            // Reports that came before without a date keep the whole input without one.
            if !self.has_report || self.dated.day.is_some() {
                self.dated.day = Some(wall.0.div_euclid(super::clock::DAY_NS));
                self.last = None;
            }
            return Fate::Parsed;
        }
        if parse_prompt(line.bytes).is_some() { Fate::Skipped } else { Fate::Failed }
    }

    fn begin_report(&mut self, of_day: Option<WallTime>, wall: Option<WallTime>, line: &Line<'_>) {
        let locator = locator_of(self.evidence, line);
        self.report = Some(Report { of_day, wall, total: None, listing: None, locator });
    }

    fn take_row(&mut self, line: &Line<'_>) -> bool {
        let Some(Report { total, listing: Some(listing), .. }) = &mut self.report else { return false };
        let Some(row) = listing.columns.read(line.bytes) else { return false };
        // A thread's row has the thread's id in the column of PIDs.
        total.is_some_and(|total| total.counts_threads) || listing.push(&row, self.evidence, line)
    }

    fn end_report(&mut self, out: &mut Parsed) {
        let Some(Report { of_day, wall, total, listing, locator }) = self.report.take() else { return };
        match (listing, total) {
            (Some(mut listing), total) if !total.is_some_and(|total| total.counts_threads) => {
                listing.snapshot.time_of_day = of_day;
                let (first, bytes) = (locator.lines.first, locator.bytes.start);
                (listing.snapshot.locator.lines.first, listing.snapshot.locator.bytes.start) = (first, bytes);
                let stated = if listing.snapshot.counts_threads { None } else { total.map(|total| total.n) };
                listing.finish(stated, out);
            }
            (_, Some(total)) => {
                if wall.is_none() {
                    out.issues.add(IssueCode::SnapshotWithoutTime, locator.lines.first, locator.bytes.start);
                }
                out.processes.push(ProcessSnapshot {
                    time_of_day: of_day,
                    wall,
                    counts_threads: total.counts_threads,
                    n_threads: total.n,
                    processes: Vec::new(),
                    held: None,
                    locator,
                });
            }
            _ => {}
        }
    }
}

/// Lines between the clock and the table.
fn is_summary(line: &[u8]) -> bool {
    let first = words(line).next().unwrap_or_default();
    first.starts_with(b"%Cpu") || matches!(first, b"MiB" | b"KiB" | b"GiB" | b"Mem:" | b"Swap:" | b"Cpu(s):")
}

impl Parser for Top {
    fn feed(&mut self, block: &Block<'_>, out: &mut Parsed) {
        tally(block, out, |line, out| self.read(line, out));
    }

    fn finish(&mut self, out: &mut Parsed) {
        self.end_report(out);
        out.wall_kind = match (self.has_report, self.dated.day) {
            (false, _) => WallKind::Unclocked,
            (true, Some(_)) => WallKind::Local,
            (true, None) => WallKind::TimeOfDay,
        };
    }
}

#[cfg(test)]
mod tests {
    use super::super::tally::parse_text;
    use super::*;

    fn report(clock: &str, word: &str, n: u32) -> String {
        format!(
            "top - {clock} up 12 days,  3:04,  2 users,  load average: 3.31, 3.12, 3.09\n{word}: {n} total,   9 running\n\
             %Cpu(s):  3.1 us\nMiB Mem : 257654.2 total\nMiB Swap:      0.0 total\n\n\
             \x20   PID USER      PR  NI    VIRT    RES    SHR S  %CPU  %MEM     TIME+ COMMAND\n\
             \x20 41001 app       20   0   12.1g   3.2g  21504 S  14.1   1.2   0:41.03 java\n\
             \x20 41022 app       20   0   12.1g   3.2g  21504 S   1.1   1.2   0:03.00 GC Thread#0\n\n"
        )
    }

    #[test]
    fn threads_and_processes_are_never_mixed() {
        let threads = report("22:10:31", "Threads", 30_112);
        assert_eq!(sniff(&Head { bytes: threads.as_bytes(), name: "unknown", complete: true }), 97);
        let parsed = parse_text(&FORMAT, "unknown", &threads);
        let only = &parsed.processes[0];
        assert_eq!((only.n_threads, only.counts_threads, only.processes.len()), (30_112, true, 0));
        assert_eq!((parsed.wall_kind, parsed.lines.failed), (WallKind::TimeOfDay, 0));
        let parsed = parse_text(&FORMAT, "unknown", &report("22:10:31", "Tasks", 412));
        let only = &parsed.processes[0];
        assert_eq!((only.n_threads, only.counts_threads, only.processes.len()), (412, false, 2));
        assert!(parsed.issues.list.iter().any(|issue| issue.code == IssueCode::NoThreadRows));
    }

    #[test]
    fn reports_follow_each_other_over_midnight() {
        let text = format!(
            "Sun Jul 23 23:59:40 CST 2023\n{}{}",
            report("23:59:50", "Threads", 10),
            report("00:00:05", "Threads", 20)
        );
        let parsed = parse_text(&FORMAT, "unknown", &text);
        let walls: Vec<_> = parsed.processes.iter().filter_map(|one| one.wall).collect();
        assert_eq!(walls[1].0 - walls[0].0, 15_000_000_000);
        assert_eq!((parsed.wall_kind, parsed.lines.failed), (WallKind::Local, 0));
    }

    #[test]
    fn a_column_of_thread_counts_makes_threads_of_processes() {
        let text = "  PID USER nTH TIME+ COMMAND\n    1 root 1 0:01.00 systemd\n  812 root 41 9:01.00 kubelet\n";
        let parsed = parse_text(&FORMAT, "unknown", text);
        assert_eq!((parsed.processes[0].n_threads, parsed.processes[0].counts_threads), (42, true));
    }
}
