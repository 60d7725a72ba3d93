//! What only several layers together show.

pub mod call_chain_stalled;
