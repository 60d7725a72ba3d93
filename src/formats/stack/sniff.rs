//! Recognising inputs that are dumps and hardly anything else, by what their lines are.

use super::super::Head;
use super::envelope::Peeler;
use super::margin::Margin;
use super::{Above, Kind};

/// Lines of a head that are looked at.
const SNIFFED_LINES: usize = 200;

/// What the lines of a kind of dump look like.
pub(super) struct Lines<'a> {
    /// Where in a line its task may begin: what stands in front of it is a margin.
    pub(super) begins_at: &'a dyn Fn(&[u8]) -> Option<usize>,
    /// Whether a line begins a dump or a task.
    pub(super) is_head: &'a dyn Fn(&[u8]) -> bool,
    /// Whether a line says why a dump was printed, or stands beside one that does.
    pub(super) is_above: &'a dyn Fn(&[u8]) -> bool,
    /// Whether a line can only be a part of a dump.
    pub(super) is_telling: &'a dyn Fn(&[u8]) -> bool,
}

/// The score of a head by what its kinds say of lines; `is_telling` tells lines that only a dump of these kinds has.
pub(super) fn sniff_dump(head: &Head<'_>, kinds: &[&Kind], is_telling: fn(&[u8]) -> bool) -> u8 {
    let is_head = |text: &[u8]| kinds.iter().any(|kind| (kind.opens)(text));
    let is_above = |text: &[u8]| kinds.iter().any(|kind| (kind.above)(text) != Above::Other);
    let begins_at = |text: &[u8]| begins_at(text, &is_head);
    let lines = Lines { begins_at: &begins_at, is_head: &is_head, is_above: &is_above, is_telling: &is_telling };
    lines.count(head).map_or(0, |seen| seen.score())
}

/// Where the head of a task begins in a line: at a word, behind what may be a margin.
pub(super) fn begins_at(text: &[u8], is_head: &dyn Fn(&[u8]) -> bool) -> Option<usize> {
    let words = memchr::memchr_iter(b' ', &text[..text.len().min(Margin::MAX)]).map(|blank| blank + 1);
    std::iter::once(0).chain(words).find(|at| is_head(Margin::behind(&text[..*at], &text[*at..])))
}

/// What the first lines of an input are.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Seen {
    lines: u32,
    known: u32,
    enveloped: u32,
    begins: bool,
    /// Lines that begin a dump or a task.
    pub(super) heads: u32,
    /// Lines that say why it was printed.
    pub(super) above: u32,
}

impl Lines<'_> {
    /// Counts; `None` where the input is no such dump.
    pub(super) fn count(&self, head: &Head<'_>) -> Option<Seen> {
        let mut peeler = Peeler::default();
        let mut margin = Margin::default();
        let mut seen = Seen::default();
        for line in head.lines().filter(|line| !line.trim_ascii().is_empty()).take(SNIFFED_LINES) {
            let peeled = peeler.peel(line);
            // Lines of a log are for the format of that log; what no format of ours takes off, is for this one.
            seen.enveloped += u32::from(!peeled.process.is_empty() || line.first() == Some(&b'{'));
            let mut text = margin.strip(peeled.text);
            if seen.heads == 0
                && let Some(at) = (self.begins_at)(text)
                && (self.is_head)(Margin::behind(&text[..at], &text[at..]))
            {
                margin = Margin::learn(&text[..at]).unwrap_or_default();
                text = margin.strip(text);
            }
            let is_head = (self.is_head)(text);
            let is_above = !is_head && (self.is_above)(text);
            let is_telling = (self.is_telling)(text);
            seen.heads += u32::from(is_head);
            seen.above += u32::from(is_above && !is_telling);
            let is_known = is_head || is_above || is_telling;
            seen.begins |= seen.lines == 0 && is_known;
            seen.lines += 1;
            seen.known += u32::from(is_known);
        }
        (seen.heads > 0 && seen.known * 2 >= seen.lines).then_some(seen)
    }
}

impl Seen {
    /// How sure it is that the input is such a dump: 55 to 95, or less where it is rather a log that holds one: a few lines with a time
    /// and a level in front of a crash are the log (see [`super::super::log::stamped`]), and the crash is read in it.
    pub(super) fn score(&self) -> u8 {
        let share = 55 + self.known * 40 / self.lines.max(1);
        let most = match (self.begins, self.enveloped * 2 > self.lines) {
            (false, _) => 22,
            (true, true) => 45,
            (true, false) => 95,
        };
        share.min(most) as u8
    }
}
