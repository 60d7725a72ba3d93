//! Failure patterns of the host.

pub mod conntrack_table_full;
pub mod file_system_full;
pub mod inotify_exhausted;
pub mod name_not_resolved;
pub mod open_files_exhausted;
pub mod pid_space_exhausted;
pub mod unit_tasks_exhausted;
pub mod user_processes_exhausted;
