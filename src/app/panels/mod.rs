//! The panels of the centre, one file each; `outcomes` is a part of Findings.

pub(crate) mod data;
pub(crate) mod findings;
pub(crate) mod gestures;
pub(crate) mod legend;
mod level_changes;
pub(crate) mod log_model;
pub(crate) mod log_rows;
pub(crate) mod logs;
pub(crate) mod outcomes;
pub(crate) mod picture;
pub(crate) mod plot;
pub(crate) mod postmortem;
pub(crate) mod timeline;
pub(crate) mod trends;
pub(crate) mod whys;
