//! What stack dumps show.

pub mod lock_convoy;
