//! Pure view models: what a panel shows for a viewport. A component renders one of these and decides nothing.

pub mod causes;
pub mod conclusions;
pub mod document;
pub mod evidence;
pub mod evidence_panel;
pub mod limits_panel;
pub mod lines;
pub mod owner_graph;
pub mod panel;
pub mod spread;
pub mod stack_panel;
mod stack_picture;
pub mod stacks;
pub mod timeline;
pub mod trends;
mod wait_bars;
pub mod workload_panel;
