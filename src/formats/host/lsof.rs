//! `lsof`: open files, counted per process.
//!
//! ```text
//! COMMAND    PID  TID           USER   FD      TYPE             DEVICE  SIZE/OFF       NODE NAME
//! systemd-l  602                root   14u      CHR              13,64       0t0       6406 /dev/input/event0
//! gmain      642  643        polkitd    0u      CHR                1,3       0t0       4674 /dev/null
//! ```
//! Yields a table of processes with their open files, the most first. Rows of threads (a `TID`) show the files of their process again and
//! are not counted; neither is what is no descriptor (`cwd`, `txt`, `mem`), because limits count descriptors.
//!
//! Spec: lsof(8). Not supported: `-F`, `-n` tables without FD.

use std::collections::HashMap;

use super::prompt::parse_prompt;
use super::tally::{Fate, locator_of, parse_whole, tally, text_of, words};
use crate::evidence::{Block, Line};
use crate::formats::{Family, Format, Head, Parsed, Parser};
use crate::model::sort::Order as _;
use crate::model::{EvidenceId, Locator, Table, WallKind};

/// The format's descriptor.
pub static FORMAT: Format = Format { id: "lsof", family: Family::Host, sniff, parser };

fn sniff(head: &Head<'_>) -> u8 {
    let mut lines = head.lines().skip_while(|line| Header::of(line).is_none());
    let Some(header) = lines.next().and_then(Header::of) else { return 0 };
    let (mut n_rows, mut n_understood) = (0, 0);
    for line in lines.filter(|line| !line.trim_ascii().is_empty()).take(30) {
        n_rows += 1;
        n_understood += u32::from(header.read(line).is_some());
    }
    if n_understood * 2 >= n_rows { 93 } else { 0 }
}

fn parser(evidence: EvidenceId, _head: &Head<'_>) -> Box<dyn Parser> {
    Box::new(Lsof { evidence, header: None, processes: Vec::new(), index_of_pid: HashMap::new() })
}

/// Whether the header has a column of thread ids, which most rows leave empty.
#[derive(Clone, Copy)]
struct Header {
    has_tid: bool,
}

/// A row as far as it is counted.
struct Row<'a> {
    command: &'a [u8],
    pid: u64,
    user: &'a [u8],
    is_counted: bool,
}

impl Header {
    fn of(line: &[u8]) -> Option<Self> {
        let mut names = words(line);
        let is_header = names.next() == Some(b"COMMAND") && names.next() == Some(b"PID");
        let has = |name: &[u8]| words(line).any(|word| word == name);
        (is_header && has(b"FD") && has(b"NAME")).then(|| Self { has_tid: has(b"TID") })
    }

    fn read<'a>(&self, line: &'a [u8]) -> Option<Row<'a>> {
        let mut fields = words(line).peekable();
        let (command, pid) = (fields.next()?, parse_whole(fields.next()?)?);
        let thread = if self.has_tid { fields.next_if(|word| parse_whole(word).is_some()) } else { None };
        // `TASKCMD`, the thread's name, stands behind its id.
        let mut user = fields.next()?;
        let is_fd = |word: &[u8]| {
            word.first().is_some_and(u8::is_ascii_digit)
                || matches!(word, b"cwd" | b"rtd" | b"txt" | b"mem" | b"DEL" | b"NOFD" | b"err" | b"ltx")
        };
        let mut fd = fields.next()?;
        if !is_fd(fd) {
            (user, fd) = (fd, fields.next()?);
        }
        is_fd(fd).then(|| Row { command, pid, user, is_counted: thread.is_none() && fd[0].is_ascii_digit() })
    }
}

struct Process {
    pid: u64,
    command: String,
    user: String,
    n_files: u64,
    locator: Locator,
}

struct Lsof {
    evidence: EvidenceId,
    header: Option<Header>,
    processes: Vec<Process>,
    index_of_pid: HashMap<u64, usize>,
}

impl Lsof {
    fn read(&mut self, line: &Line<'_>, out: &mut Parsed) -> Fate {
        if let Some(header) = Header::of(line.bytes) {
            self.end_table(out);
            self.header = Some(header);
            return Fate::Skipped;
        }
        let Some(row) = self.header.and_then(|header| header.read(line.bytes)) else {
            return if parse_prompt(line.bytes).is_some() { Fate::Skipped } else { Fate::Failed };
        };
        let index = *self.index_of_pid.entry(row.pid).or_insert(self.processes.len());
        if index == self.processes.len() {
            self.processes.push(Process {
                pid: row.pid,
                command: text_of(row.command),
                user: text_of(row.user),
                n_files: 0,
                locator: locator_of(self.evidence, line),
            });
        }
        self.processes[index].n_files += u64::from(row.is_counted);
        Fate::Parsed
    }

    fn end_table(&mut self, out: &mut Parsed) {
        if self.header.take().is_none() {
            return;
        }
        let mut processes = std::mem::take(&mut self.processes);
        self.index_of_pid.clear();
        processes.order_by(|a, b| b.n_files.cmp(&a.n_files).then(a.pid.cmp(&b.pid)));
        let mut table = Table::new("lsof", ["COMMAND", "PID", "USER", "files"].map(str::to_owned).to_vec());
        for process in processes {
            let cells = vec![process.command, process.pid.to_string(), process.user, process.n_files.to_string()];
            table.push(cells, process.locator);
        }
        out.tables.push(table);
    }
}

impl Parser for Lsof {
    fn feed(&mut self, block: &Block<'_>, out: &mut Parsed) {
        tally(block, out, |line, out| self.read(line, out));
    }

    fn finish(&mut self, out: &mut Parsed) {
        self.end_table(out);
        out.wall_kind = WallKind::Unclocked;
    }
}
