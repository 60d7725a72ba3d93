//! `calicoctl node status`: the BGP peers of a node, and since when they stand.
//!
//! ```text
//! Calico process is running.
//!
//! IPv4 BGP status
//! +--------------+-------------------+-------+----------+--------------------------------+
//! | PEER ADDRESS |     PEER TYPE     | STATE |  SINCE   |              INFO              |
//! +--------------+-------------------+-------+----------+--------------------------------+
//! | 10.0.0.253   | global            | start | 22:13:02 | Active Socket: Connection      |
//! |              |                   |       |          | refused                        |
//! | 10.0.0.6     | node-to-node mesh | up    | 22:14:31 | Established                    |
//! +--------------+-------------------+-------+----------+--------------------------------+
//!
//! IPv6 BGP status
//! No IPv6 peers found.
//! ```
//! Yields a table. `SINCE` is a time of the node's day, later a date: it stays as it is written. The rest of a wrapped cell is a row whose
//! address is empty.
//!
//! Source: projectcalico/calico `calicoctl/calicoctl/commands/node/status.go`. Not supported: the listing of routes.

use super::grid::{Columns, Spec, Start, parser as grid, sniff as sniff_grid};
use super::tally::text_of;
use crate::formats::{Family, Format, Head, Parser};
use crate::model::EvidenceId;

/// The format's descriptor.
pub static FORMAT: Format = Format { id: "calico", family: Family::Host, sniff, parser };

static SPECS: [Spec; 1] = [Spec { title: "calicoctl node status", start: Start::Header(header), row }];

fn sniff(head: &Head<'_>) -> u8 {
    sniff_grid(&SPECS, is_noise, head)
}

fn parser(evidence: EvidenceId, _head: &Head<'_>) -> Box<dyn Parser> {
    grid(&SPECS, is_noise, evidence)
}

/// The cells between bars.
fn cells(line: &[u8]) -> Option<Vec<String>> {
    let inside = line.trim_ascii().strip_prefix(b"|")?.strip_suffix(b"|")?;
    Some(inside.split(|byte| *byte == b'|').map(|cell| text_of(cell.trim_ascii())).collect())
}

fn header(line: &[u8]) -> Option<Columns> {
    let names = cells(line)?;
    let is_known = names.first().is_some_and(|name| name == "PEER ADDRESS") && names.iter().any(|name| name == "STATE");
    is_known.then_some(Columns { names, starts: Vec::new() })
}

fn row(columns: &Columns, line: &[u8]) -> Option<Vec<String>> {
    cells(line).filter(|cells| cells.len() == columns.names.len())
}

/// Borders, and what stands around the tables.
fn is_noise(line: &[u8]) -> bool {
    let text = line.trim_ascii();
    let is_border = text.starts_with(b"+-") && text.iter().all(|byte| matches!(byte, b'+' | b'-'));
    let said = [&b"Calico process is "[..], b"IPv4 BGP status", b"IPv6 BGP status", b"No IPv4 peers", b"No IPv6 peers"];
    is_border || said.iter().any(|words| text.starts_with(words))
}

#[cfg(test)]
mod tests {
    use super::super::tally::parse_text;
    use super::*;

    #[test]
    fn peers_are_rows_and_borders_are_nothing() {
        let text = "Calico process is running.\n\nIPv4 BGP status\n+-----+-----+\n| PEER ADDRESS | STATE |\n+-----+-----+\n\
                    | 10.0.0.6 | up |\n|  | Established |\n+-----+-----+\n\nIPv6 BGP status\nNo IPv6 peers found.\n";
        assert!(sniff(&Head { bytes: text.as_bytes(), name: "unknown", complete: true }) >= 90);
        let parsed = parse_text(&FORMAT, "unknown", text);
        assert_eq!((parsed.tables[0].n_rows, parsed.lines.failed), (2, 0));
        assert_eq!(parsed.tables[0].rows[0].cells, ["10.0.0.6", "up"]);
    }
}
