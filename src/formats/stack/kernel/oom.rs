//! The kernel's table of processes when it kills for memory: a listing of processes like those of `ps`, with what each of them held.
//!
//! ```text
//! [ pid ]   uid  tgid total_vm      rss cpu oom_adj oom_score_adj name                                       2.6.32
//! [ pid ]   uid  tgid total_vm      rss nr_ptes swapents oom_score_adj name                                  3.x
//! [ pid ]   uid  tgid total_vm      rss nr_ptes nr_pmds swapents oom_score_adj name                          4.1 to 4.14
//! [  pid  ]   uid  tgid total_vm      rss pgtables_bytes swapents oom_score_adj name                         since 4.19
//! [  pid  ]   uid  tgid total_vm      rss rss_anon rss_file rss_shmem pgtables_bytes swapents oom_score_adj name     since 6.8
//! [28438]     0 28438  5063909   119961    1661   136409          -998 java
//! Killed process 28438 (java) total-vm:20255636kB, anon-rss:466160kB, file-rss:13684kB
//! ```
//! One row per process, never per thread: it counts no threads. `total_vm` and `rss` are pages, whose size is not printed; the line about
//! the kill gives the same size in kB, and a page is what divides both. Columns are known by the header.
//!
//! Source: <https://github.com/torvalds/linux/blob/master/mm/oom_kill.c> (`dump_tasks`, `dump_task`, `__oom_kill_process`).

use std::collections::HashMap;

use crate::model::memmem;

use super::super::super::time::number;
use super::super::Parsed;
use super::super::seen::Seen;
use crate::model::sort::Order as _;
use crate::model::{HeldMemory, Locator, Process, ProcessSnapshot};

/// Rows of a table that are kept.
const MAX_ROWS: usize = 100_000;
/// Columns of a header.
const MAX_COLUMNS: usize = 20;
/// Sizes of a page that machines have, in kB.
const PAGES_KB: [u64; 4] = [4, 8, 16, 64];

/// Which number of a row is what, counted behind the pid in brackets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Columns {
    total_vm: usize,
    rss: usize,
    /// How many numbers come before the name.
    n: usize,
}

/// The columns of a header.
pub(super) fn parse_header(text: &[u8]) -> Option<Columns> {
    let inside = text.strip_prefix(b"[")?.trim_ascii_start().strip_prefix(b"pid")?.trim_ascii_start();
    let words = || inside.strip_prefix(b"]").unwrap_or_default().split(u8::is_ascii_whitespace);
    let names: Vec<&[u8]> = words().filter(|word| !word.is_empty()).take(MAX_COLUMNS).collect();
    let at = |name: &[u8]| names.iter().position(|other| *other == name);
    let is_whole = names.starts_with(&[b"uid", b"tgid"]) && names.last() == Some(&&b"name"[..]);
    is_whole.then_some(Columns { total_vm: at(b"total_vm")?, rss: at(b"rss")?, n: names.len() - 1 })
}

/// A row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Row<'a> {
    /// The process; the pid in front may be that of another thread of it.
    tgid: u32,
    uid: &'a [u8],
    total_vm: u64,
    rss: u64,
    /// The command, cut at 15 characters. It may hold blanks.
    name: &'a [u8],
}

/// Reads a row below its header.
fn parse_row(text: &[u8], columns: Columns) -> Option<Row<'_>> {
    let close = memchr::memchr(b']', text)?;
    number(text.strip_prefix(b"[")?.get(..close.checked_sub(1)?)?.trim_ascii())?;
    let mut row = Row { tgid: 0, uid: b"", total_vm: 0, rss: 0, name: b"" };
    let mut rest = &text[close + 1..];
    for index in 0..columns.n {
        rest = rest.trim_ascii_start();
        let (word, after) = rest.split_at(rest.iter().position(u8::is_ascii_whitespace)?);
        rest = after;
        let digits = word.strip_prefix(b"-").unwrap_or(word);
        let value: u64 = std::str::from_utf8(digits).ok()?.parse().ok()?;
        match index {
            0 => row.uid = word,
            1 => row.tgid = u32::try_from(value).ok()?,
            _ if index == columns.total_vm => row.total_vm = value,
            _ if index == columns.rss => row.rss = value,
            _ => {}
        }
    }
    row.name = rest.trim_ascii();
    (!row.name.is_empty()).then_some(row)
}

/// The process and its size in kB of `Killed process 28438 (java) total-vm:20255636kB`.
fn parse_killed(text: &[u8]) -> Option<(u32, u64)> {
    let value = |key: &[u8]| {
        let rest = &text[memmem::find(text, key)? + key.len()..];
        let n_digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        std::str::from_utf8(&rest[..n_digits]).ok()?.parse::<u64>().ok()
    };
    Some((u32::try_from(value(b"Killed process ")?).ok()?, value(b"total-vm:")?))
}

/// A table while its rows come in.
pub(super) struct OomTable {
    columns: Columns,
    snapshot: ProcessSnapshot,
    known: Seen,
    /// `total_vm` and `rss` of every process.
    pages: Vec<[u64; 2]>,
    page_kb: Option<u32>,
}

impl OomTable {
    /// A table below its header.
    pub(super) fn new(columns: Columns, header: Locator) -> Self {
        let snapshot = ProcessSnapshot {
            time_of_day: None,
            wall: None,
            counts_threads: false,
            n_threads: 0,
            processes: Vec::new(),
            held: None,
            locator: header,
        };
        Self { columns, snapshot, known: Seen::default(), pages: Vec::new(), page_kb: None }
    }

    /// Whether a line is a row; it is taken then.
    pub(super) fn push(&mut self, text: &[u8], place: Locator) -> bool {
        let Some(row) = parse_row(text, self.columns) else { return false };
        self.snapshot.locator.lines.last = self.snapshot.locator.lines.last.max(place.lines.last);
        self.snapshot.locator.bytes.end = self.snapshot.locator.bytes.end.max(place.bytes.end);
        if self.pages.len() < MAX_ROWS && self.known.insert(row.tgid.into()) {
            self.pages.push([row.total_vm, row.rss]);
            let text_of = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
            self.snapshot.processes.push(Process {
                pid: row.tgid,
                ppid: 0,
                user: text_of(row.uid),
                n_threads: 1,
                command: text_of(row.name),
                locator: place,
            });
        }
        true
    }

    /// Whether a line tells of the kill that the table was printed for.
    pub(super) fn is_killed(&mut self, text: &[u8]) -> bool {
        let Some((pid, total_kb)) = parse_killed(text) else { return false };
        let at = self.snapshot.processes.iter().position(|process| process.pid == pid);
        let pages = at.map_or(0, |at| self.pages[at][0]);
        let is_page = |kb: &&u64| pages > 0 && kb.checked_mul(pages) == Some(total_kb);
        self.page_kb = PAGES_KB.iter().find(is_page).map(|kb| *kb as u32);
        true
    }

    /// Hands the listing over, with who held most of the memory.
    pub(super) fn finish(self, out: &mut Parsed) {
        let Self { mut snapshot, pages, page_kb, .. } = self;
        let rows = || snapshot.processes.iter().zip(&pages).map(|(process, pages)| (process, pages[1]));
        // Pages of all processes of one name, how many they are, and the largest of them.
        let mut named: Vec<(u64, u32, (&Process, u64))> = Vec::new();
        let mut index_of: HashMap<Vec<u8>, usize> = HashMap::new();
        for (process, rss) in rows() {
            let index = *index_of.entry(process.command.clone().into_bytes()).or_insert(named.len());
            if index == named.len() {
                named.push((0, 0, (process, rss)));
            }
            let of_name = &mut named[index];
            (of_name.0, of_name.1) = (of_name.0.saturating_add(rss), of_name.1 + 1);
            if rss > of_name.2.1 {
                of_name.2 = (process, rss);
            }
        }
        let total = rows().map(|(_, rss)| rss).fold(0, u64::saturating_add);
        // Of two that held as much, the first by name.
        let most = named.into_iter().reduce(|a, b| {
            let is_more = b.0 > a.0 || b.0 == a.0 && b.2.0.command < a.2.0.command;
            if is_more { b } else { a }
        });
        snapshot.held = most.filter(|(sum, ..)| *sum > 0).map(|(sum, n_named, (process, rss))| HeldMemory {
            name: process.command.clone(),
            n_named,
            pid: process.pid,
            pages: [rss, sum, total],
            page_kb,
            row: process.locator,
        });
        snapshot.n_threads = u32::try_from(snapshot.processes.len()).unwrap_or(u32::MAX);
        snapshot.processes.order_by_key(|process| process.pid);
        if !snapshot.processes.is_empty() {
            out.processes.push(snapshot);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_of_all_generations_are_read() {
        for (header, row, want) in [
            (
                "[ pid ]   uid  tgid total_vm      rss cpu oom_adj oom_score_adj name",
                "[ 4711]    48  4711    71234    12345   3       0             0 httpd",
                (4711, 71_234, 12_345, "httpd"),
            ),
            (
                "[ pid ]   uid  tgid total_vm      rss nr_ptes swapents oom_score_adj name",
                "[28440]     0 28438  5063909   119961    1661   136409          -998 java",
                (28_438, 5_063_909, 119_961, "java"),
            ),
            (
                "[ pid ]   uid  tgid total_vm      rss nr_ptes nr_pmds swapents oom_score_adj name",
                "[  912]  1000   912   166000    80000     301       4        0             0 Web Content",
                (912, 166_000, 80_000, "Web Content"),
            ),
            (
                "[  pid  ]   uid  tgid total_vm      rss pgtables_bytes swapents oom_score_adj name",
                "[   8123]     0  8123  5063909   516540  4620288        0           985 java",
                (8123, 5_063_909, 516_540, "java"),
            ),
            (
                "[  pid  ]   uid  tgid total_vm      rss rss_anon rss_file rss_shmem pgtables_bytes swapents oom_score_adj name",
                "[   8123] 65535  8123   166000    80000    78000     1500      500  1392640        0          1000 stress-ng",
                (8123, 166_000, 80_000, "stress-ng"),
            ),
        ] {
            let columns = parse_header(header.as_bytes()).expect(header);
            let row = parse_row(row.as_bytes(), columns).expect(row);
            let name = std::str::from_utf8(row.name).expect("a name");
            assert_eq!((row.tgid, row.total_vm, row.rss, name), want, "{header}");
        }
        for text in ["[ pid ] uid name", "[ pid ]   uid  tgid total_vm rss", "[  912] 0 912", "[ pid", ""] {
            assert_eq!(parse_header(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn kills_of_all_generations_are_read() {
        for (line, want) in [
            ("Killed process 28438 (java) total-vm:20255636kB, anon-rss:466160kB", Some((28_438, 20_255_636))),
            ("Out of memory: Killed process 8123 (java) total-vm:664000kB, anon-rss:1kB", Some((8123, 664_000))),
            ("Killed process 4711, UID 48, (httpd) total-vm:284936kB", Some((4711, 284_936))),
            ("Out of memory: Kill process 7001 (worker) score 612 or sacrifice child", None),
            ("Killed process 7001 (worker)", None),
        ] {
            assert_eq!(parse_killed(line.as_bytes()), want, "{line}");
        }
    }
}
