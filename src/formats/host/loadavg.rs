//! `/proc/loadavg`, once or over and over.
//!
//! ```text
//! 0.31 0.28 0.25 3/30112 48211                              load over 1, 5 and 15 minutes, runnable/ALL tasks, last PID
//! 2023-07-23 22:10:00 0.31 0.28 0.25 3/30112 48211          a loop that prints the time in front, or on a line above
//! ```
//! All tasks are threads, of the whole node even inside a container. With times the rows are series under the names that `sar -q`, which
//! reads the same file, has for them (`plist-sz`, `runq-sz`, `ldavg-1`); without, each is a total at an unknown time.
//!
//! Spec: proc_loadavg(5).

use super::clock::{Stamps, parse_date_line};
use super::samples::{Samples, parse_value};
use super::tally::{Fate, locator_of, parse_whole, tally, words};
use crate::evidence::{Block, Line};
use crate::formats::{Family, Format, Head, Parsed, Parser};
use crate::model::{EvidenceId, IssueCode, ProcessSnapshot, Unit, WallKind, WallTime};

/// The format's descriptor.
pub static FORMAT: Format = Format { id: "loadavg", family: Family::Host, sniff, parser };

fn sniff(head: &Head<'_>) -> u8 {
    let mut n_rows = 0;
    let share = head.share(50, |line| {
        let is_row = Row::of(line).is_some();
        n_rows += u32::from(is_row);
        is_row || parse_date_line(line).is_some()
    });
    if n_rows > 0 && share >= 80 { 90 } else { 0 }
}

fn parser(evidence: EvidenceId, _head: &Head<'_>) -> Box<dyn Parser> {
    Box::new(LoadAvg { evidence, date: None, stamps: Stamps::default(), samples: Samples::default(), has_time: false })
}

/// One line of the file.
struct Row<'a> {
    loads: [f64; 3],
    n_runnable: u32,
    n_tasks: u32,
    before: &'a [u8],
}

impl<'a> Row<'a> {
    fn of(line: &'a [u8]) -> Option<Self> {
        let text = line.trim_ascii();
        let n_words = words(text).count();
        if !(5..=12).contains(&n_words) {
            return None;
        }
        let mut fields = words(text).skip(n_words - 5);
        let mut load = || {
            let word = fields.next()?;
            (word.iter().filter(|byte| **byte == b'.').count() == 1).then(|| parse_value(word)).flatten()
        };
        let loads = [load()?, load()?, load()?];
        let tasks = fields.next()?;
        let slash = memchr::memchr(b'/', tasks)?;
        let count = |text: &[u8]| u32::try_from(parse_whole(text)?).ok();
        let (n_runnable, n_tasks) = (count(&tasks[..slash])?, count(&tasks[slash + 1..])?);
        parse_whole(fields.next()?)?;
        let before = super::tally::split_words(text, n_words - 5).map_or(&text[..0], |(before, _)| before);
        Some(Self { loads, n_runnable, n_tasks, before })
    }
}

struct LoadAvg {
    evidence: EvidenceId,
    date: Option<WallTime>,
    stamps: Stamps,
    samples: Samples,
    has_time: bool,
}

impl LoadAvg {
    fn read(&mut self, line: &Line<'_>, out: &mut Parsed) -> Fate {
        let Some(row) = Row::of(line.bytes) else {
            let Some(stamp) = parse_date_line(line.bytes) else { return Fate::Failed };
            self.date = Some(self.stamps.place(stamp, out));
            return Fate::Parsed;
        };
        let own = if row.before.is_empty() { None } else { parse_date_line(row.before) };
        if own.is_none() && !row.before.is_empty() {
            return Fate::Failed;
        }
        match own.map(|stamp| self.stamps.place(stamp, out)).or(self.date.take()) {
            Some(wall) => {
                self.has_time = true;
                let frame = self.samples.frame(b"", &[]);
                frame.row(wall, line);
                frame.put("runq-sz", Unit::None, f64::from(row.n_runnable));
                frame.put("plist-sz", Unit::None, f64::from(row.n_tasks));
                for (name, load) in ["ldavg-1", "ldavg-5", "ldavg-15"].into_iter().zip(row.loads) {
                    frame.put(name, Unit::None, load);
                }
            }
            None => {
                out.issues.add(IssueCode::SnapshotWithoutTime, line.number, line.offset);
                out.processes.push(ProcessSnapshot {
                    time_of_day: None,
                    wall: None,
                    counts_threads: true,
                    n_threads: row.n_tasks,
                    processes: Vec::new(),
                    held: None,
                    locator: locator_of(self.evidence, line),
                });
            }
        }
        Fate::Parsed
    }
}

impl Parser for LoadAvg {
    fn feed(&mut self, block: &Block<'_>, out: &mut Parsed) {
        tally(block, out, |line, out| self.read(line, out));
    }

    fn finish(&mut self, out: &mut Parsed) {
        self.samples.finish(out);
        out.wall_kind = if self.has_time { WallKind::Local } else { WallKind::Unclocked };
    }
}

#[cfg(test)]
mod tests {
    use super::super::tally::parse_text;
    use super::*;

    #[test]
    fn all_tasks_are_read_with_and_without_a_time() {
        let sniffed = |text: &str| sniff(&Head { bytes: text.as_bytes(), name: "unknown", complete: true });
        let bare = "0.31 0.28 0.25 3/30112 48211\n";
        assert_eq!(sniffed(bare), 90);
        let parsed = parse_text(&FORMAT, "unknown", bare);
        assert_eq!((parsed.processes[0].n_threads, parsed.processes[0].counts_threads), (30_112, true));
        let timed = "2023-07-23 22:10:00 0.31 0.28 0.25 3/30112 48211\nSun Jul 23 22:10:15 CST 2023\n0.4 0.28 0.25 3/30200 48300\n";
        assert_eq!(sniffed(timed), 90);
        let parsed = parse_text(&FORMAT, "unknown", timed);
        assert_eq!(parsed.frames[0].columns[1].values, [30_112.0, 30_200.0]);
        assert_eq!(parsed.frames[0].wall.iter().map(|wall| wall.0).reduce(|a, b| b - a), Some(15_000_000_000));
        assert_eq!((parsed.processes.len(), parsed.wall_kind), (0, WallKind::Local));
        for text in ["1 2 3 4/5 6\n", "load 0.1 0.2 0.3 4/5\n", "root 0.1 0.2 0.3 4/5 6 7 8 9\n"] {
            assert_eq!(sniffed(text), 0, "{text}");
        }
    }
}
