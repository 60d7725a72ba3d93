//! Failure patterns of the host.

pub mod pid_space_exhausted;
