//! Host state and limits.
//!
//! `ulimit`, `sysctl` and `proc-sys` share `transcript`: people paste the answers of several commands into one file, so whichever
//! of the three wins detection must read the lines of the other two.

pub mod calico;
pub mod ceph;
pub mod cgroup;
mod clock;
mod commands;
pub mod containers;
pub mod date;
pub mod df;
mod grid;
pub mod host_info;
pub mod host_json;
mod inside;
pub mod iostat;
pub mod iptables_save;
mod kinds;
mod kubectl;
pub mod kubelet_config;
pub mod limits_conf;
mod listing;
pub mod loadavg;
pub mod lsof;
pub mod memory;
pub mod mount;
mod open_count;
pub mod pidstat;
pub mod probes;
pub mod proc_status;
pub mod proc_sys;
pub mod proc_tables;
mod prompt;
pub mod ps;
pub mod resolv_conf;
pub mod sadf;
pub mod sadf_json;
pub mod sadf_xml;
mod samples;
pub mod sar;
pub mod sockets;
pub mod sysctl;
mod sysstat;
pub mod systemctl;
mod tally;
pub mod terminal;
pub mod top;
mod transcript;
pub mod ulimit;
pub mod vmstat;

pub(in crate::formats) use clock::{Stamps, parse_date_line};
pub(in crate::formats) use prompt::{is_prompt, stamp_of_prompt};
pub(in crate::formats) use samples::Samples;
#[cfg(test)]
pub(in crate::formats) use tally::parse_text;
