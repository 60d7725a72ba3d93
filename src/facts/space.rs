//! How full file systems were, as `df` says.

use super::Input;
use crate::model::sort::Order as _;
use crate::model::words::holds;
use crate::model::{Cite, Role};

/// Rows that are kept: the fullest.
const MAX_ROWS: usize = 20;

/// One row of `df` or `df -i`.
#[derive(Clone, Debug)]
pub struct FileSystem {
    /// Where it is mounted.
    pub mount: String,
    /// Whether its device is an image or a share of Ceph.
    pub is_on_ceph: bool,
    /// Per cent that is used, of bytes or of inodes.
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
    for (input, table) in tables.filter(|(_, table)| table.title.starts_with("df")) {
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
            let host = input.host_at(&row.locator).map(str::to_owned);
            Some(FileSystem { mount: mount.clone(), is_on_ceph, percent, host, cite })
        }));
    }
    all.order_by(|a, b| {
        b.percent.cmp(&a.percent).then(a.mount.cmp(&b.mount)).then(a.cite.locator.cmp(&b.cite.locator))
    });
    all.truncate(MAX_ROWS);
    all
}
