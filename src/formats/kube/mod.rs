//! Kubernetes objects and events.

mod columns;
pub mod container_inspect;
pub mod describe;
mod events;
pub mod get_events;
pub mod get_table;
pub mod kube_json;
pub mod kube_yaml;
mod manifest;
