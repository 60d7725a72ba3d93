//! Containers as their runtime lists them: `docker ps`, `crictl ps`, `crictl pods`, `docker stats`, `podman stats`, `crictl stats`.
//!
//! ```text
//! CONTAINER ID   IMAGE         COMMAND                  CREATED        STATUS                      PORTS   NAMES        docker ps -a
//! 95516ea08b56   bd8638c869ea  "/bin/sh -c 'yum inst"   18 hours ago   Exited (137) 18 hours ago           tender
//! CONTAINER      IMAGE         CREATED          STATE     NAME      ATTEMPT   POD ID          POD                       crictl ps -a
//! POD ID         CREATED       STATE            NAME      NAMESPACE ATTEMPT   RUNTIME                                   crictl pods
//! CONTAINER ID   NAME   CPU %   MEM USAGE / LIMIT   MEM %   NET I/O   BLOCK I/O   PIDS                                  docker stats
//! ```
//! Yields tables, and the tasks of each container (`PIDS` is the control group's `pids.current`): as samples of a time where a line of
//! `date` stands above the table. Columns are cut where the header's begin. Spec: docker-ps(1), crictl(1). Not supported: `--format`, `-q`.

use super::clock::{Stamps, parse_date_line};
use super::grid::{Columns, Spec, Start, cut_aligned, parser as grid, sniff as sniff_grid};
use super::samples::Samples;
use crate::evidence::{Block, Line};
use crate::formats::{Family, Format, Head, Parsed, Parser};
use crate::model::{EvidenceId, LimitName, LimitUse, Scope, Unit, WallKind, WallTime};

/// The format's descriptor.
pub static FORMAT: Format = Format { id: "containers", family: Family::Host, sniff, parser };

static SPECS: [Spec; 7] = [
    Spec { title: "docker ps", start: Start::Header(|line| header(line, &["CONTAINER ID", "IMAGE", "COMMAND"])), row },
    Spec { title: STATS, start: Start::Header(|line| header(line, &["CONTAINER ID", "NAME", "CPU %"])), row },
    Spec { title: STATS, start: Start::Header(|line| header(line, &["ID", "NAME", "CPU %"])), row },
    Spec { title: "crictl stats", start: Start::Header(|line| header(line, &["CONTAINER", "NAME", "CPU %"])), row },
    Spec { title: "crictl stats", start: Start::Header(|line| header(line, &["CONTAINER", "CPU %", "MEM"])), row },
    Spec {
        title: "crictl ps",
        start: Start::Header(|line| header(line, &["CONTAINER", "IMAGE", "CREATED", "STATE"])),
        row,
    },
    Spec {
        title: "crictl pods",
        start: Start::Header(|line| header(line, &["POD ID", "CREATED", "STATE", "NAME"])),
        row,
    },
];

fn sniff(head: &Head<'_>) -> u8 {
    sniff_grid(&SPECS, is_date, head)
}

fn parser(evidence: EvidenceId, _head: &Head<'_>) -> Box<dyn Parser> {
    let (stamps, dates) = (Stamps::default(), Vec::new());
    Box::new(Containers { tables: grid(&SPECS, is_date, evidence), stamps, dates, n_before: None })
}

/// What `docker stats` and `podman stats` print is called.
const STATS: &str = "docker stats";

/// Whether a line says when the table below it was printed.
fn is_date(line: &[u8]) -> bool {
    parse_date_line(line).is_some()
}

struct Containers {
    tables: Box<dyn Parser>,
    stamps: Stamps,
    /// Lines that say when, with their times.
    dates: Vec<(u32, WallTime)>,
    /// Tables that other commands printed before.
    n_before: Option<usize>,
}

impl Parser for Containers {
    fn feed(&mut self, block: &Block<'_>, out: &mut Parsed) {
        self.n_before.get_or_insert(out.tables.len());
        for line in block.lines() {
            if let Some(stamp) = parse_date_line(line.bytes) {
                self.dates.push((line.number, self.stamps.place(stamp, out)));
            }
        }
        self.tables.feed(block, out);
    }

    fn finish(&mut self, out: &mut Parsed) {
        self.tables.finish(out);
        let (mut samples, mut above) = (Samples::default(), 0);
        let Parsed { tables, uses, wall_kind, .. } = out;
        for table in tables.iter().skip(self.n_before.unwrap_or(0)).filter(|table| table.title == STATS) {
            let column = |name: &str| table.columns.iter().position(|column| column == name);
            let (Some(first), Some(name)) = (table.rows.first(), column("NAME")) else { continue };
            let n_dates = self.dates.partition_point(|(line, _)| *line < first.locator.lines.first);
            let date = n_dates.checked_sub(1).map(|last| self.dates[last]).filter(|(line, _)| *line > above);
            for row in &table.rows {
                above = row.locator.lines.first;
                let number = |name: &str| row.cells.get(column(name)?)?.trim_end_matches('%').parse::<f64>().ok();
                let Some(name) = row.cells.get(name) else { continue };
                if let Some((_, wall)) = date {
                    let line = Line { bytes: &[], offset: row.locator.bytes.start, number: above, full_len: 0 };
                    let frame = samples.frame(b"", &[("container", name.as_bytes())]);
                    frame.row(wall, &line);
                    for (name, unit) in [("PIDS", Unit::None), ("CPU %", Unit::Percent), ("MEM %", Unit::Percent)] {
                        frame.put(name, unit, number(name).unwrap_or(f64::NAN));
                    }
                    *wall_kind = WallKind::Local;
                } else if let Some(used) = number("PIDS") {
                    let (name, scope, used) = (LimitName::PidsMax, Scope::Cgroup(name.clone()), used as u64);
                    uses.push(LimitUse { name, scope, used, wall: WallTime::NONE, locator: row.locator });
                }
            }
        }
        samples.finish(out);
    }
}

fn header(line: &[u8], first: &[&str]) -> Option<Columns> {
    if !line.starts_with(first[0].as_bytes()) {
        return None;
    }
    let columns = Columns::aligned(line);
    columns
        .names
        .iter()
        .zip(first)
        .all(|(name, known)| name == known)
        .then_some(columns)
        .filter(|one| one.names.len() >= first.len())
}

fn row(columns: &Columns, line: &[u8]) -> Option<Vec<String>> {
    let id = line.split(|byte| *byte == b' ').next()?;
    let is_id = id.len() >= 8 && id.iter().all(u8::is_ascii_hexdigit);
    is_id.then(|| cut_aligned(columns, line))?
}
