//! When a worker tells how far it is.

use super::clock::now_ms;

/// Least time between two pieces of news, in milliseconds.
const EVERY_MS: f64 = 100.0;

/// Ten times a second at most, and less where telling itself takes long: news of a hundred thousand inputs must not take the time of reading.
#[derive(Default)]
pub(crate) struct News {
    next_ms: f64,
}

impl News {
    /// Whether news are due.
    pub(crate) fn are_due(&self) -> bool {
        now_ms() >= self.next_ms
    }

    /// Tells them.
    pub(crate) fn tell(&mut self, tell: impl FnOnce()) {
        let start = now_ms();
        tell();
        let end = now_ms();
        self.next_ms = end + EVERY_MS.max(10.0 * (end - start));
    }
}
