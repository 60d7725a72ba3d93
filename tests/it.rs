//! The one integration binary: a module per layer, each with one check function over fixture files.
#![allow(clippy::unwrap_used, missing_docs, unreachable_pub)]

mod case;
mod cli;
mod corpus;
mod export;
mod rules;

mod chart;
mod formats;
mod incident_a;
mod postmortem;
mod tidy;
mod verdicts;
