//! Which format an input is: every format scores the head, the best wins, the runners-up are kept for a person to choose from.

use super::registry::FORMATS;
use super::{Format, Head};
use crate::model::sort::Order as _;

/// The ranking of one input.
#[derive(Clone, Debug)]
pub struct Ranking {
    /// The winner; plain text when nothing else claims the input.
    pub format: &'static Format,
    /// Its score, 0 to 100.
    pub score: u8,
    /// The others that would accept the input, best first.
    pub runners_up: Vec<(&'static Format, u8)>,
}

/// Ranks all formats. Ties are broken by id, so the answer never depends on the registry's order.
#[must_use]
pub fn detect(head: &Head<'_>) -> Ranking {
    let mut scored: Vec<(&'static Format, u8)> =
        FORMATS.iter().map(|format| (*format, (format.sniff)(head))).filter(|(_, score)| *score > 0).collect();
    scored.order_by(|(a, score_a), (b, score_b)| score_b.cmp(score_a).then(a.id.cmp(b.id)));
    let mut scored = scored.into_iter();
    match scored.next() {
        Some((format, score)) => Ranking { format, score, runners_up: scored.collect() },
        None => Ranking { format: &super::log::plain::FORMAT, score: 0, runners_up: Vec::new() },
    }
}
