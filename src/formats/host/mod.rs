//! Host state and limits.
//!
//! `ulimit`, `sysctl` and `proc-sys` share `transcript`: people paste the answers of several commands into one file, so whichever
//! of the three wins detection must read the lines of the other two.

mod clock;
pub mod limits_conf;
mod listing;
pub mod loadavg;
pub mod pidstat;
pub mod proc_sys;
mod prompt;
pub mod ps;
pub mod sadf;
pub mod sadf_json;
pub mod sadf_xml;
mod samples;
pub mod sar;
pub mod sysctl;
mod sysstat;
mod tally;
pub mod top;
mod transcript;
pub mod ulimit;

pub(in crate::formats) use prompt::is_prompt;
