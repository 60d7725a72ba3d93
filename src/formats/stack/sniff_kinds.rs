//! How sure an input is to be a dump of a kind, by the share of its lines that can only be of one.

use super::envelope::{Margin, Peeler};
use super::{Above, Kind};
use crate::formats::Head;

/// Lines of a head that are looked at.
const SNIFFED_LINES: usize = 200;
/// A log that holds dumps is a log.
const OF_A_LOG: u32 = 45;
/// Nothing else is so sure of it.
const SURE: u32 = 95;

/// The score of a head; `is_part` tells lines that only a dump of these kinds has.
pub(super) fn sniff_dump(head: &Head<'_>, kinds: &[&Kind], is_part: fn(&[u8]) -> bool) -> u8 {
    let (mut peeler, mut margin) = (Peeler::default(), Margin::default());
    let (mut seen, mut known, mut heads, mut enveloped, mut begins) = (0u32, 0u32, 0u32, 0u32, false);
    let opens = |text: &[u8]| kinds.iter().any(|kind| (kind.opens)(text));
    for line in head.lines().filter(|line| !line.trim_ascii().is_empty()).take(SNIFFED_LINES) {
        let peeled = peeler.peel(line);
        enveloped += u32::from(!peeled.process.is_empty());
        let mut text = margin.strip(peeled.text);
        if heads == 0 && !opens(text) {
            let anchors = kinds.iter().flat_map(|kind| kind.anchors);
            let at = anchors.filter_map(|anchor| memchr::memmem::find(text, anchor.as_bytes())).min();
            if let Some(at) = at.filter(|at| opens(Margin::behind(&text[..*at], &text[*at..]))) {
                margin = Margin::learn(&text[..at]).unwrap_or_default();
                text = margin.strip(text);
            }
        }
        let is_head = opens(text);
        let is_known = is_head || is_part(text) || kinds.iter().any(|kind| (kind.above)(text) != Above::Other);
        begins |= seen == 0 && is_known;
        seen += 1;
        heads += u32::from(is_head);
        known += u32::from(is_known);
    }
    if heads == 0 || known * 2 < seen {
        return 0;
    }
    let most = if enveloped * 2 > seen || !begins { OF_A_LOG } else { SURE };
    (55 + known * 40 / seen).min(most) as u8
}
