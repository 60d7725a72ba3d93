//! `mount`, and `/proc/mounts`.
//!
//! ```text
//! /dev/sda1 on /boot type ext4 (rw,relatime,seclabel,data=ordered)
//! /dev/sr0 on /run/media/root/VMware Tools type iso9660 (ro,nosuid,nodev) [VMware Tools]
//! /dev/sda1 /boot ext4 rw,relatime,data=ordered 0 0
//! ```
//! Yields a table of source, mount point, type, options and label. Spec: mount(8), proc_pid_mounts(5).

use super::grid::{Columns, Spec, Start, cut_words, no_noise, parser as grid, sniff as sniff_grid};
use super::tally::words;
use crate::formats::{Family, Format, Head, Parser};
use crate::model::EvidenceId;
use crate::model::words::{cut_at, places_of};

/// The format's descriptor.
pub static FORMAT: Format = Format { id: "mount", family: Family::Host, sniff, parser };

static SPECS: [Spec; 2] = [
    Spec { title: "mount", start: Start::Row(&["source", "target", "type", "options", "label"]), row: printed },
    Spec {
        title: "/proc/mounts",
        start: Start::Row(&["source", "target", "type", "options", "dump", "pass"]),
        row: listed,
    },
];

fn sniff(head: &Head<'_>) -> u8 {
    sniff_grid(&SPECS, no_noise, head)
}

fn parser(evidence: EvidenceId, _head: &Head<'_>) -> Box<dyn Parser> {
    grid(&SPECS, no_noise, evidence)
}

fn printed(_columns: &Columns, line: &[u8]) -> Option<Vec<String>> {
    let text = std::str::from_utf8(line).ok()?.trim();
    let (source, rest) = cut_at(text, " on ")?;
    // The mount point may hold blanks, the type does not.
    let (rest, options) = cut_at(rest, " (")?;
    let place = places_of(rest, " type ").last()?;
    let (target, kind) = (&rest[..place], &rest[place + " type ".len()..]);
    let (options, label) = options.split_once(')')?;
    let is_label = label.is_empty() || label.starts_with(" [") && label.ends_with(']');
    let is_row = target.starts_with('/') && !kind.contains(' ') && is_label;
    let label = label.trim_matches([' ', '[', ']']);
    is_row.then(|| [source, target, kind, options, label].map(str::to_owned).to_vec())
}

fn listed(_columns: &Columns, line: &[u8]) -> Option<Vec<String>> {
    let mut fields = words(line);
    let (_, target, _, options) = (fields.next()?, fields.next()?, fields.next()?, fields.next()?);
    let is_flag = |word: Option<&[u8]>| matches!(word, Some([b'0'..=b'9']));
    let is_row = target.starts_with(b"/") && (options.starts_with(b"rw") || options.starts_with(b"ro"));
    (is_row && is_flag(fields.next()) && is_flag(fields.next())).then(|| cut_words(6, 6, line))?
}
