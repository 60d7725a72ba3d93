//! One pass over text for any of many words.
//!
//! As many searches as there are words cost as many passes, and in a browser a pass is a nanosecond per byte for every few words. Here only
//! every n-th place of the text is looked at, where the shortest word is n + 3 bytes long: wherever a word stands, four of its first bytes
//! begin at one such place. Most of the text is never looked at, the longer the shortest word is, the less; and no look waits for another,
//! as it would where each tells how far to go (Wu and Manber).

use memchr::memchr_iter;

use crate::model::sort::Order as _;

/// Bits of a filter before the table, which is eight times smaller than one with an entry for each would be: it must fit the fastest cache.
const FILTER_BITS: usize = 1 << 16;
/// Entries of the table.
const SLOTS: usize = 1 << 10;
/// Bytes that are looked at.
const LOOK: usize = 4;

/// The words.
pub(super) struct Words {
    words: Box<[&'static [u8]]>,
    /// Distance of the places that are looked at.
    stride: usize,
    /// A bit for what the bytes at a place are: whether they may be of a word.
    filter: Box<[u8; FILTER_BITS / 8]>,
    /// By what they are: from where in `seen` on it tells what they may be of.
    slots: Box<[u16; SLOTS]>,
    /// How far into a word bytes may be, and which word; slot by slot, the furthest first, each ended by a word that is none.
    seen: Vec<(u16, u16)>,
}

/// Where one of the words stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Hit {
    /// Its first byte.
    pub(super) at: usize,
    /// Which one, in the order given.
    pub(super) word: usize,
    /// Line ends before it.
    pub(super) line: u32,
}

impl Words {
    /// Builds the table. Words have four bytes at least; eight and more make it worth while.
    pub(super) fn new(words: impl IntoIterator<Item = &'static str>) -> Self {
        let words: Box<[&[u8]]> = words.into_iter().map(str::as_bytes).collect();
        let shortest = words.iter().map(|word| word.len()).min().unwrap_or(usize::MAX);
        debug_assert!(shortest >= LOOK, "a word is too short to be found");
        let stride = (shortest - LOOK).saturating_add(1).min(255);
        let mut filter = Box::new([0; FILTER_BITS / 8]);
        let mut of_slots: Vec<(usize, u16, u16)> = Vec::new();
        for (word, text) in (0u16..).zip(&words) {
            let from = rarest(text, stride + LOOK - 1);
            for (into, look) in (0u16..).zip(text.windows(LOOK)).skip(from).take(stride) {
                let mark = mark(look);
                filter[mark / 8] |= 1 << (mark % 8);
                of_slots.push((mark % SLOTS, into, word));
            }
        }
        of_slots.order_by(|(slot_a, into_a, word_a), (slot_b, into_b, word_b)| {
            slot_a.cmp(slot_b).then(into_b.cmp(into_a)).then(word_a.cmp(word_b))
        });
        let mut slots = Box::new([0; SLOTS]);
        // What bytes of no word may be of: nothing.
        let mut seen = vec![(0, u16::MAX)];
        for (slot, into, word) in of_slots {
            if slots[slot] == 0 {
                slots[slot] = seen.len() as u16;
            } else {
                seen.pop();
            }
            seen.extend([(into, word), (0, u16::MAX)]);
        }
        Self { words, stride, filter, slots, seen }
    }

    /// Where the words begin, in order; those that begin at one place in the order given.
    pub(super) fn find(&self, text: &[u8]) -> Vec<Hit> {
        let mut hits = Vec::new();
        let (mut at, step) = (0, self.stride);
        while at < text.len() {
            // Four looks at once: words are rare, and asking once is enough.
            let (a, b) = (self.look(text, at), self.look(text, at + step));
            let (c, d) = (self.look(text, at + 2 * step), self.look(text, at + 3 * step));
            if (a | b | c | d) & 1 != 0 {
                for (index, _) in [a, b, c, d].into_iter().enumerate().filter(|(_, may)| may & 1 != 0) {
                    self.judge(text, at + index * step, &mut hits);
                }
            }
            at += 4 * step;
        }
        // Of two words that overlap, the one that begins later may be seen first.
        hits.order_by_key(|hit| (hit.at, hit.word));
        // Once for all who want to know.
        let (mut counted_to, mut line) = (0, 0);
        for hit in &mut hits {
            line += memchr_iter(b'\n', &text[counted_to..hit.at]).count() as u32;
            (hit.line, counted_to) = (line, hit.at);
        }
        hits
    }

    /// The lowest bit: whether the bytes at a place may be of a word.
    #[inline(always)]
    fn look(&self, text: &[u8], at: usize) -> u8 {
        text.get(at..at + LOOK).map(mark).map_or(0, |mark| self.filter[mark / 8] >> (mark % 8))
    }

    /// The bytes at a place may be of a word.
    #[inline(never)]
    fn judge(&self, text: &[u8], at: usize, hits: &mut Vec<Hit>) {
        let seen = text.get(at..at + LOOK).map_or(0, |look| self.slots[mark(look) % SLOTS]);
        let seen = self.seen[usize::from(seen)..].iter().map(|&(into, word)| (usize::from(into), usize::from(word)));
        for (into, word) in seen.take_while(|(_, word)| *word < self.words.len()) {
            if let Some(at) = at.checked_sub(into).filter(|at| text[*at..].starts_with(self.words[word])) {
                hits.push(Hit { at, word, line: 0 });
            }
        }
    }
}

/// Where the part of a word begins that is looked for: where most bytes are other than what texts are full of, small letters.
fn rarest(word: &[u8], len: usize) -> usize {
    let n_rare = |part: &[u8]| part.iter().filter(|byte| !byte.is_ascii_lowercase()).count();
    let parts = word.windows(len).enumerate();
    parts.max_by_key(|(_, part)| n_rare(part)).map_or(0, |(from, _)| from)
}

/// Four bytes as a bit of the filter.
#[inline(always)]
fn mark(look: &[u8]) -> usize {
    let number = look.try_into().map_or(0, u32::from_le_bytes);
    (number.wrapping_mul(0x9e37_79b1) >> 16) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    fn naive(words: &[&'static str], text: &[u8]) -> Vec<Hit> {
        let at = |at: usize| {
            let is_there = move |(_, word): &(usize, &&str)| text[at..].starts_with(word.as_bytes());
            let line = memchr_iter(b'\n', &text[..at]).count() as u32;
            words.iter().enumerate().filter(is_there).map(move |(word, _)| Hit { at, word, line })
        };
        (0..text.len()).flat_map(at).collect()
    }

    #[test]
    fn every_word_is_found_wherever_it_stands() {
        let sets: [&[&'static str]; 4] = [
            &["goroutine "],
            &["newosproc", "new OS thread", "newo"],
            &["aaaa", "aaaaa", "baaaa"],
            &["abcabc", "bcabca", "cabc"],
        ];
        for words in sets {
            let searcher = Words::new(words.iter().copied());
            // Texts over few letters, and the words themselves at every distance of each other.
            let mut texts: Vec<String> = (0..2_000u32)
                .map(|seed| {
                    let mut state = seed.wrapping_mul(2_654_435_761).wrapping_add(7);
                    let letter = || {
                        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                        ['a', 'b', 'c', 'n', 'e', 'w'][(state >> 24) as usize % 6]
                    };
                    std::iter::repeat_with(letter).take(seed as usize % 40).collect()
                })
                .collect();
            for gap in 0..20 {
                texts.push(words.iter().map(|word| format!("{word}{}", "x\n".repeat(gap))).collect());
            }
            for text in texts {
                assert_eq!(searcher.find(text.as_bytes()), naive(words, text.as_bytes()), "{words:?} in {text}");
            }
        }
    }

    #[test]
    fn nothing_is_found_where_nothing_is() {
        assert_eq!(Words::new([]).find(b"anything at all"), []);
        let searcher = Words::new(["goroutine "]);
        for text in ["", "go", "goroutine", "a goroutin e"] {
            assert_eq!(searcher.find(text.as_bytes()), [], "{text}");
        }
        assert_eq!(searcher.find(b"\xff goroutine 1"), [Hit { at: 2, word: 0, line: 0 }]);
    }
}
