//! Kubernetes objects and events.

pub mod describe_pod;
mod events;
pub mod get_events;
pub mod kube_json;
pub mod kube_yaml;
mod manifest;
