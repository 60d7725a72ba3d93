//! `/proc/PID/status`: threads and identity of one process.
//!
//! ```text
//! Name:  kubelet
//! Pid:  1123
//! NSpid:  1123  7                   PID on the host, then in the container
//! Threads:  41
//! ```
//! Yields a table and, without a time, the series `threads` of the process. Several files may follow each other.
//!
//! Spec: proc_pid_status(5).

use super::samples::single;
use super::tally::{Fate, locator_of, parse_whole, tally, text_of, words};
use crate::evidence::{Block, Line};
use crate::formats::{Family, Format, Head, Parsed, Parser};
use crate::model::{EvidenceId, Table, WallKind};

/// The format's descriptor.
pub static FORMAT: Format = Format { id: "proc-status", family: Family::Host, sniff, parser };

fn sniff(head: &Head<'_>) -> u8 {
    let has =
        |name: &str| head.lines().take(80).any(|line| field_of(line).is_some_and(|(key, _)| key == name.as_bytes()));
    if ["Name", "State", "Pid", "Threads"].into_iter().all(has) { 95 } else { 0 }
}

fn parser(evidence: EvidenceId, _head: &Head<'_>) -> Box<dyn Parser> {
    Box::new(ProcStatus { evidence, pid: Vec::new(), name: Vec::new(), table: None })
}

/// `Threads:  41`.
fn field_of(line: &[u8]) -> Option<(&[u8], &[u8])> {
    let colon = memchr::memchr(b':', line)?;
    let is_key = line[..colon].iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_') && colon > 0;
    is_key.then(|| (&line[..colon], line[colon + 1..].trim_ascii()))
}

struct ProcStatus {
    evidence: EvidenceId,
    pid: Vec<u8>,
    name: Vec<u8>,
    table: Option<Table>,
}

impl ProcStatus {
    fn read(&mut self, line: &Line<'_>, out: &mut Parsed) -> Fate {
        let Some((key, value)) = field_of(line.bytes) else {
            let is_banner = super::proc_sys::banner_path(line.bytes.trim_ascii()).is_some();
            return if is_banner { Fate::Skipped } else { Fate::Failed };
        };
        match key {
            b"Name" => {
                out.tables.extend(self.table.take());
                self.name = value.to_vec();
            }
            b"Pid" => self.pid = value.to_vec(),
            b"Threads" => {
                let Some(threads) = parse_whole(value) else { return Fate::Failed };
                single("threads", &[("pid", &self.pid), ("command", &self.name)], threads as f64, line, out);
            }
            _ => {}
        }
        let columns = || ["name", "value"].map(str::to_owned).to_vec();
        let table = self.table.get_or_insert_with(|| Table::new("/proc/PID/status", columns()));
        let value = words(value).map(text_of).collect::<Vec<_>>().join(" ");
        table.push(vec![text_of(key), value], locator_of(self.evidence, line));
        Fate::Parsed
    }
}

impl Parser for ProcStatus {
    fn feed(&mut self, block: &Block<'_>, out: &mut Parsed) {
        tally(block, out, |line, out| self.read(line, out));
    }

    fn finish(&mut self, out: &mut Parsed) {
        out.tables.extend(self.table.take());
        out.wall_kind = WallKind::Unclocked;
    }
}
