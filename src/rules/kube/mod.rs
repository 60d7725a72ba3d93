//! Failure patterns of Kubernetes.

pub mod crash_loop;
pub mod evicted_pressure;
pub mod image_pull_failed;
pub mod oom_killed;
pub mod pod_pids_exhausted;
pub mod probe_kill_loop;
