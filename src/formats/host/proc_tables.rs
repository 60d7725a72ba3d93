//! Tables of the kernel in `/proc`: interrupts, control groups, slab caches, CPU time, network backlog.
//!
//! ```text
//! #subsys_name  hierarchy  num_cgroups  enabled                          /proc/cgroups
//! slabinfo - version: 2.1                                                    /proc/slabinfo
//!            CPU0       CPU1                                                 /proc/interrupts
//!   0:         37          0  IR-IO-APIC   2-edge      timer
//! cpu  32270961 89036 23647730 1073132344 1140756 0 1522035 18738206 0 0     /proc/stat: counters since boot, never rates
//! 00358fe3 00006283 00000000 …                                               /proc/net/softnet_stat: second = dropped, third = squeezed
//! ```
//! Yields tables of the words as printed; numbers of `softnet_stat` are hexadecimal. Spec: proc(5).

use super::grid::{Columns, Spec, Start, begins_with, cut_words, parser as grid, sniff as sniff_grid};
use super::tally::{parse_whole, text_of, words};
use crate::formats::{Family, Format, Head, Parser};
use crate::model::EvidenceId;

/// The format's descriptor.
pub static FORMAT: Format = Format { id: "proc-tables", family: Family::Host, sniff, parser };

const SOFTNET: &[&str] = &["processed", "dropped", "squeezed", "rest"];

static SPECS: [Spec; 5] = [
    Spec { title: "/proc/cgroups", start: Start::Header(cgroups_header), row: cgroups_row },
    Spec { title: "/proc/slabinfo", start: Start::Header(slabinfo_header), row: slabinfo_row },
    Spec { title: "/proc/interrupts", start: Start::Header(interrupts_header), row: interrupts_row },
    Spec { title: "/proc/net/softnet_stat", start: Start::Row(SOFTNET), row: softnet_row },
    Spec { title: "/proc/stat", start: Start::Row(&["name", "values"]), row: stat_row },
];

fn sniff(head: &Head<'_>) -> u8 {
    sniff_grid(&SPECS, noise, head)
}

fn parser(evidence: EvidenceId, _head: &Head<'_>) -> Box<dyn Parser> {
    grid(&SPECS, noise, evidence)
}

fn noise(line: &[u8]) -> bool {
    line.starts_with(b"slabinfo - version")
}

fn cgroups_header(line: &[u8]) -> Option<Columns> {
    line.starts_with(b"#subsys_name").then(|| Columns::named(&["subsys_name", "hierarchy", "num_cgroups", "enabled"]))
}

fn cgroups_row(_columns: &Columns, line: &[u8]) -> Option<Vec<String>> {
    (words(line).skip(1).filter_map(parse_whole).count() == 3).then(|| cut_words(4, 4, line))?
}

fn slabinfo_header(line: &[u8]) -> Option<Columns> {
    let names = ["name", "active_objs", "num_objs", "objsize", "objperslab", "pagesperslab", "rest"];
    begins_with(line, &["#", "name", "<active_objs>"]).then(|| Columns::named(&names))
}

fn slabinfo_row(_columns: &Columns, line: &[u8]) -> Option<Vec<String>> {
    let is_row = words(line).skip(1).take(5).filter_map(parse_whole).count() == 5;
    is_row.then(|| cut_words(7, 7, line))?
}

fn interrupts_header(line: &[u8]) -> Option<Columns> {
    if words(line).next() != Some(b"CPU0") {
        return None;
    }
    let mut names = vec!["interrupt".to_owned()];
    for (index, word) in words(line).enumerate() {
        if word != format!("CPU{index}").as_bytes() || index > 1024 {
            return None;
        }
        names.push(text_of(word));
    }
    names.push("source".to_owned());
    (names.len() > 2).then_some(Columns { names, starts: Vec::new() })
}

fn interrupts_row(columns: &Columns, line: &[u8]) -> Option<Vec<String>> {
    let is_row =
        words(line).next()?.ends_with(b":") && words(line).nth(1).is_some_and(|word| parse_whole(word).is_some());
    is_row.then(|| cut_words(columns.names.len(), 2, line))?
}

fn softnet_row(_columns: &Columns, line: &[u8]) -> Option<Vec<String>> {
    let is_word = |word: &[u8]| word.len() == 8 && word.iter().all(u8::is_ascii_hexdigit);
    (words(line).all(is_word) && (9..=16).contains(&words(line).count())).then(|| cut_words(4, 4, line))?
}

fn stat_row(_columns: &Columns, line: &[u8]) -> Option<Vec<String>> {
    const NAMES: &[&[u8]] =
        &[b"intr", b"ctxt", b"btime", b"processes", b"procs_running", b"procs_blocked", b"softirq", b"page", b"swap"];
    let name = words(line).next()?;
    let cpu = name.strip_prefix(b"cpu").is_some_and(|number| number.iter().all(u8::is_ascii_digit));
    let is_row = (cpu || NAMES.contains(&name)) && words(line).skip(1).all(|word| parse_whole(word).is_some());
    is_row.then(|| cut_words(2, 2, line))?
}
