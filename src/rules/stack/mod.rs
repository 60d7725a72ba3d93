//! What stack dumps show.

pub mod deadlock;
pub mod lock_convoy;
