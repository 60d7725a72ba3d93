//! Containers as their runtime lists them: `docker ps`, `crictl ps`, `crictl pods`, `docker stats`.
//!
//! ```text
//! CONTAINER ID   IMAGE         COMMAND                  CREATED        STATUS                      PORTS   NAMES        docker ps -a
//! 95516ea08b56   bd8638c869ea  "/bin/sh -c 'yum inst"   18 hours ago   Exited (137) 18 hours ago           tender
//! CONTAINER      IMAGE         CREATED          STATE     NAME      ATTEMPT   POD ID          POD                       crictl ps -a
//! POD ID         CREATED       STATE            NAME      NAMESPACE ATTEMPT   RUNTIME                                   crictl pods
//! CONTAINER ID   NAME   CPU %   MEM USAGE / LIMIT   MEM %   NET I/O   BLOCK I/O   PIDS                                  docker stats
//! ```
//! Yields tables. Columns are cut where the header's begin. Spec: docker-ps(1), crictl(1). Not supported: `--format`, `-q`.

use super::grid::{Columns, Spec, Start, cut_aligned, no_noise, parser as grid, sniff as sniff_grid};
use crate::formats::{Family, Format, Head, Parser};
use crate::model::EvidenceId;

/// The format's descriptor.
pub static FORMAT: Format = Format { id: "containers", family: Family::Host, sniff, parser };

static SPECS: [Spec; 4] = [
    Spec { title: "docker ps", start: Start::Header(|line| header(line, &["CONTAINER ID", "IMAGE", "COMMAND"])), row },
    Spec { title: "docker stats", start: Start::Header(|line| header(line, &["CONTAINER ID", "NAME", "CPU %"])), row },
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
    sniff_grid(&SPECS, no_noise, head)
}

fn parser(evidence: EvidenceId, _head: &Head<'_>) -> Box<dyn Parser> {
    grid(&SPECS, no_noise, evidence)
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
