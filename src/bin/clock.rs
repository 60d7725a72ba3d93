//! A worker's clock, to tell how long something took.

use super::wire::scope;

/// Milliseconds since the worker began.
pub(crate) fn now_ms() -> f64 {
    scope().performance().map_or(0.0, |performance| performance.now())
}
