//! What collectors of bundles say of their own work.

pub mod collector_errors;
