//! Host state and limits.
//!
//! `ulimit`, `sysctl` and `proc-sys` share `transcript`: people paste the answers of several commands into one file, so whichever
//! of the three wins detection must read the lines of the other two.

pub mod limits_conf;
pub mod proc_sys;
mod prompt;
pub mod ps;
pub mod sysctl;
mod tally;
mod transcript;
pub mod ulimit;

pub(in crate::formats) use prompt::is_prompt;
