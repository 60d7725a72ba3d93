//! Support bundles as they were recognised: whose layout the inputs have together, and when they were collected.

use serde::{Deserialize, Serialize};

use super::citation::Cite;
use super::time::Timestamp;

/// Who lays files out like this.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BundleKind {
    /// `kubectl cluster-info dump`, into a directory or onto standard output.
    ClusterInfoDump,
    /// The archive of OpenShift's Insights operator.
    InsightsArchive,
    /// OpenShift's `oc adm must-gather`.
    MustGather,
    /// `sos report`, and the archives of Red Hat's Insights client, which copy the same files.
    Sosreport,
    /// The support-bundle-kit of Rancher, Longhorn and Harvester.
    SupportBundleKit,
    /// Troubleshoot of Replicated: `kubectl support-bundle`.
    Troubleshoot,
}

/// How the time of collection is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CollectedBy {
    /// The bundle holds the output of `date` or a stamp of its collector.
    Clock,
    /// The bundle's name holds it.
    Name,
    /// Nothing says it: the newest instant in the bundle, which collection cannot precede.
    Newest,
}

/// When a bundle was collected.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Collected {
    /// When.
    pub at: Timestamp,
    /// How far it may be off, in seconds: a name without a zone may mean any.
    pub uncertainty_s: u32,
    /// How it is known.
    pub by: CollectedBy,
    /// Where it stands; `None` where only the name says it.
    pub cite: Option<Cite>,
}

/// Inputs that belong together because somebody collected them as one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Bundle {
    /// Whose layout it is.
    pub kind: BundleKind,
    /// What all its paths begin with; empty where its members were given without their folder.
    pub root: String,
    /// Whether this layout was checked with a bundle that others made; else only with its description.
    pub verified: bool,
    /// When it was collected.
    pub collected: Option<Collected>,
    /// Its inputs.
    pub inputs: u32,
    /// Those of them that hold something that was read.
    pub read: u32,
}

impl BundleKind {
    /// The contract's spelling.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ClusterInfoDump => "cluster_info_dump",
            Self::InsightsArchive => "insights_archive",
            Self::MustGather => "must_gather",
            Self::Sosreport => "sosreport",
            Self::SupportBundleKit => "support_bundle_kit",
            Self::Troubleshoot => "troubleshoot",
        }
    }
}
