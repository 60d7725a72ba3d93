//! How full file systems were, as `df` says, and kubelet of its own.

use super::Input;
use super::usage::short;
use crate::model::sort::Order as _;
use crate::model::words::holds;
use crate::model::{Cite, Role};

/// Rows that are kept of each sort: the fullest.
const MAX_ROWS: usize = 20;

/// What of a file system is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Room {
    /// Its bytes, in a table of all that are mounted.
    Bytes,
    /// Its inodes: a file system without room can have most of them left.
    Inodes,
    /// The bytes of the one that kubelet's own files lie on, and of no other.
    Kubelet,
}

impl Room {
    /// Each, with the head of the titles of its tables.
    const ALL: [(Self, &'static str); 3] = [(Self::Inodes, "df -i"), (Self::Bytes, "df"), (Self::Kubelet, "node.fs")];
}

/// One row of `df` or `df -i`.
#[derive(Clone, Debug)]
pub struct FileSystem {
    /// Where it is mounted.
    pub mount: String,
    /// Whether its device is an image or a share of Ceph.
    pub is_on_ceph: bool,
    /// What is counted.
    pub room: Room,
    /// Per cent of it that is used.
    pub percent: u32,
    /// Whose it is, where the evidence says so.
    pub host: Option<String>,
    /// The row.
    pub cite: Cite,
}

impl FileSystem {
    /// Whether it may be of a host, as far as it is known whose it is.
    #[must_use]
    pub fn is_of(&self, host: Option<&str>) -> bool {
        self.host.is_none() || host.is_none() || self.host.as_deref() == host
    }
}

/// File systems that can be written to, the fullest first.
#[must_use]
pub fn derive_space(inputs: &[Input<'_>]) -> Vec<FileSystem> {
    let mut all = Vec::new();
    let tables = inputs.iter().flat_map(|input| input.parsed.tables.iter().map(move |table| (input, table)));
    for (input, table) in tables {
        let room = Room::ALL.iter().find(|(_, head)| table.title.starts_with(head)).map(|(room, _)| *room);
        let Some(room) = room else { continue };
        let Some(share) = table.columns.iter().position(|name| name.ends_with('%') || name == "Capacity") else {
            continue;
        };
        all.extend(table.rows.iter().filter_map(|row| {
            let (device, mount) = (row.cells.first()?, row.cells.last()?);
            // Images are full by nature.
            let is_image =
                ["/dev/loop", "/dev/sr", "squashfs", "devfs", "snapfuse"].iter().any(|name| device.starts_with(name));
            let percent = row.cells.get(share)?.strip_suffix('%')?.parse().ok().filter(|_| !is_image)?;
            let cite = Cite { locator: row.locator, role: Role::Bounds, at: None };
            // `/dev/rbd0`, `ceph-fuse`; a share is `mon-a:6789,mon-b:6789:/path`.
            let is_share = holds(device, ":6789") || holds(device, ":3300");
            let is_on_ceph = device.starts_with("/dev/rbd") || device.starts_with("ceph") || is_share;
            let named = (room == Room::Kubelet).then_some(short(device)).filter(|name| !name.is_empty());
            let host = input.host_at(&row.locator).or(named).map(str::to_owned);
            Some(FileSystem { mount: mount.clone(), is_on_ceph, room, percent, host, cite })
        }));
    }
    all.order_by(|a, b| {
        b.percent.cmp(&a.percent).then(a.mount.cmp(&b.mount)).then(a.cite.locator.cmp(&b.cite.locator))
    });
    let mut kept = Room::ALL.map(|(room, _)| (room, 0));
    all.retain(|row: &FileSystem| {
        kept.iter_mut().find(|(room, _)| *room == row.room).is_some_and(|(_, n)| {
            *n += 1;
            *n <= MAX_ROWS
        })
    });
    all
}
