//! `mount`, `findmnt`, `lsblk`, and `/proc/mounts`.
//!
//! ```text
//! /dev/sda1 on /boot type ext4 (rw,relatime,seclabel,data=ordered)
//! /dev/sr0 on /run/media/root/VMware Tools type iso9660 (ro,nosuid,nodev) [VMware Tools]
//! /dev/sda1 /boot ext4 rw,relatime,data=ordered 0 0
//! TARGET                SOURCE     FSTYPE OPTIONS                findmnt; its tree is drawn before the target
//! └─/var/lib/kubelet    /dev/sdb1  xfs    rw,relatime
//! NAME   MAJ:MIN RM  SIZE RO TYPE MOUNTPOINT                     lsblk; MOUNTPOINTS since 2.37
//! ├─sda1   8:1    0   39G  0 part /
//! ```
//! Yields a table of source, mount point, type, options and label, or the columns as printed. Spec: mount(8), proc_pid_mounts(5), findmnt(8),
//! lsblk(8). Not supported: their `-J` and `-P`.

use super::grid::{Columns, Spec, Start, cut_words, no_noise, parser as grid, sniff as sniff_grid};
use super::tally::words;
use crate::formats::{Family, Format, Head, Parser};
use crate::model::EvidenceId;
use crate::model::words::{cut_at, places_of};

/// The format's descriptor.
pub static FORMAT: Format = Format { id: "mount", family: Family::Host, sniff, parser };

static SPECS: [Spec; 4] = [
    Spec { title: "findmnt", start: Start::Header(|line| header(line, &["TARGET", "SOURCE", "FSTYPE"])), row: branch },
    Spec { title: "lsblk", start: Start::Header(|line| header(line, &["NAME", "MAJ:MIN", "RM"])), row: branch },
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

fn header(line: &[u8], first: &[&str]) -> Option<Columns> {
    let names: Vec<&str> = std::str::from_utf8(line).ok()?.split_whitespace().collect();
    names.starts_with(first).then(|| Columns::named(&names))
}

/// A row below branches of a tree. Of a device that is mounted nowhere the last column is empty.
fn branch(columns: &Columns, line: &[u8]) -> Option<Vec<String>> {
    let text = std::str::from_utf8(line).ok()?;
    let bare = text.trim_start_matches([' ', '│', '├', '└', '─', '|', '`', '-']);
    let n = columns.names.len();
    let is_device = columns.names.first().is_some_and(|name| name == "NAME");
    let cells = cut_words(n, n.saturating_sub(usize::from(is_device)), bare.as_bytes())?;
    // `8:1` of a device, an absolute target.
    let is_row = if is_device { cells.get(1)?.contains(':') } else { cells[0].starts_with('/') };
    is_row.then_some(cells)
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
