//! What collectors of bundles say of their own work.

pub mod analysers;
pub mod collector_errors;
pub mod kubectl_errors;
pub mod sos_log;
pub mod sos_manifest;
