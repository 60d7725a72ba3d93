//! The one integration binary: a module per layer, each with one check function over fixture files.
#![allow(clippy::unwrap_used, missing_docs, unreachable_pub)]

mod bad_input;
mod bad_metrics;
mod bundles;
mod case;
mod ceilings;
mod change_points;
mod cli;
mod clocks;
mod corpus;
mod desk;
mod documents;
mod export;
mod fixes;
mod forms;
mod import;
mod merge;
mod rules;

mod asked;
mod chart;
mod formats;
mod incident_a;
mod incident_f;
mod java_stacks;
mod kernel_stacks;
mod layouts;
mod limits;
mod oom;
mod overclaims;
mod owner_graph;
mod panels;
mod postmortem;
mod reading;
mod redact;
mod saved;
mod stack_panel;
mod stacks;
mod text;
mod tidy;
mod timeline;
mod trends;
mod unpack;
mod verdicts;
mod workloads;
