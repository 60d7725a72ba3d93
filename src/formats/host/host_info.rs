//! What a host says of itself: `uname -a`, `uptime`, `w`, `hostnamectl`, `lscpu`, `nproc`'s neighbours.
//!
//! ```text
//! Linux node-xx 5.4.0-100-generic #113-Ubuntu SMP Thu Feb 3 18:43:29 UTC 2022 x86_64 x86_64 x86_64 GNU/Linux      uname -a
//!  22:10:31 up 12 days,  3:04,  2 users,  load average: 3.31, 3.12, 3.09                                           uptime
//! Architecture:        x86_64                                                                                      lscpu
//! ```
//! Yields tables. Spec: uname(1), uptime(1), lscpu(1). Not supported: `lscpu -J`.

use super::clock::parse_clock;
use super::grid::{Columns, Spec, Start, cut_words, no_noise, parser as grid, sniff as sniff_grid};
use super::tally::words;
use crate::formats::{Family, Format, Head, Parser};
use crate::model::EvidenceId;
use crate::model::words::cut_at;

/// The format's descriptor.
pub static FORMAT: Format = Format { id: "host-info", family: Family::Host, sniff, parser };

static SPECS: [Spec; 4] = [
    Spec { title: "w", start: Start::Header(users), row: |columns, line| cut_words(columns.names.len(), 6, line) },
    Spec { title: "uname -a", start: Start::Row(&["host", "kernel", "rest"]), row: uname },
    Spec { title: "uptime", start: Start::Row(&["time", "up", "load"]), row: uptime },
    Spec { title: "lscpu", start: Start::Row(&["name", "value"]), row: named },
];

/// Names that `lscpu` and `hostnamectl` print.
const NAMES: &[&str] = &[
    "Architecture",
    "Byte Order",
    "Address sizes",
    "CPU(s)",
    "On-line CPU(s) list",
    "Thread(s) per core",
    "Core(s) per socket",
    "Socket(s)",
    "NUMA node(s)",
    "Vendor ID",
    "CPU family",
    "Model",
    "Model name",
    "Stepping",
    "CPU MHz",
    "CPU max MHz",
    "CPU min MHz",
    "BogoMIPS",
    "Virtualization",
    "Hypervisor vendor",
    "Virtualization type",
    "L1d cache",
    "L1i cache",
    "L2 cache",
    "L3 cache",
    "Flags",
    "Frequency boost",
    "CPU op-mode(s)",
    "Static hostname",
    "Transient hostname",
    "Icon name",
    "Chassis",
    "Machine ID",
    "Boot ID",
    "Operating System",
    "CPE OS Name",
    "Kernel",
    "Hardware Vendor",
    "Hardware Model",
    "Firmware Version",
    "BIOS Vendor ID",
    "BIOS Model name",
];

fn sniff(head: &Head<'_>) -> u8 {
    sniff_grid(&SPECS, no_noise, head)
}

fn parser(evidence: EvidenceId, _head: &Head<'_>) -> Box<dyn Parser> {
    grid(&SPECS, no_noise, evidence)
}

fn uname(_columns: &Columns, line: &[u8]) -> Option<Vec<String>> {
    let text = std::str::from_utf8(line).ok()?.trim();
    let mut parts = text.strip_prefix("Linux ")?.splitn(3, ' ');
    let (host, kernel, rest) = (parts.next()?, parts.next()?, parts.next()?);
    let is_row = rest.starts_with('#') && kernel.starts_with(|char: char| char.is_ascii_digit());
    is_row.then(|| [host, kernel, rest].map(str::to_owned).to_vec())
}

/// `USER     TTY      FROM             LOGIN@   IDLE   JCPU   PCPU WHAT`: below `uptime`.
fn users(line: &[u8]) -> Option<Columns> {
    let names: Vec<&str> = std::str::from_utf8(line).ok()?.split_whitespace().collect();
    (names.starts_with(&["USER", "TTY"]) && names.contains(&"LOGIN@")).then(|| Columns::named(&names))
}

fn uptime(_columns: &Columns, line: &[u8]) -> Option<Vec<String>> {
    let text = line.trim_ascii();
    let (_, len) = parse_clock(text)?;
    let text = std::str::from_utf8(text).ok()?;
    let (up, load) = cut_at(text[len..].trim_start().strip_prefix("up ")?, "load average")?;
    let load = load.trim_start_matches(['s', ':', ' ']);
    Some(vec![text[..len].to_owned(), up.trim_end_matches([' ', ',']).to_owned(), load.to_owned()])
}

fn named(_columns: &Columns, line: &[u8]) -> Option<Vec<String>> {
    let text = std::str::from_utf8(line).ok()?.trim();
    let (name, value) = text.split_once(':')?;
    let is_numa = name.starts_with("NUMA node") || name.starts_with("Vulnerability ");
    let is_row = (is_numa || NAMES.contains(&name)) && words(value.as_bytes()).next().is_some();
    is_row.then(|| vec![name.to_owned(), value.trim().to_owned()])
}
