//! Kubernetes objects and events.

pub mod describe_pod;
mod events;
pub mod get_events;
