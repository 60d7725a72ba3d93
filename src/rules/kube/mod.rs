//! Failure patterns of Kubernetes.

pub mod pod_pids_exhausted;
