//! One pass over text for any of many words.
//!
//! As many searches as there are words cost as many passes, and in a browser a pass is a nanosecond per byte for every few words. Here only
//! every fifth place of the text is looked at, where no word is shorter than eight bytes: wherever one stands, four of its bytes begin at one
//! such place. A part of the text is never looked at; and no look waits for another, as it would where each tells how far to go (Wu and
//! Manber).

use memchr::memchr_iter;
use serde::{Deserialize, Serialize};

use crate::evidence::Block;
use crate::model::sort::Order as _;

/// Bits of a filter before the table, which is eight times smaller than one with an entry for each would be: it must fit the fastest cache.
const FILTER_BITS: usize = 1 << 16;
/// Entries of the table.
const SLOTS: usize = 1 << 10;
/// Bytes that are looked at.
const LOOK: usize = 4;
/// Distance of the places that are looked at, where no word is shorter than eight bytes.
const STRIDE: usize = 5;
/// Bytes of eight looks.
const SPAN: usize = 7 * STRIDE + LOOK;

/// The words.
pub struct Words {
    words: Vec<&'static str>,
    /// Distance of the places that are looked at: one where there are shorter words.
    stride: usize,
    /// A bit for what the bytes at a place are: whether they may be of a word.
    filter: Box<[u8; FILTER_BITS / 8]>,
    /// By what they are: from where in `seen` on it tells what they may be of.
    slots: Box<[u16; SLOTS]>,
    /// What bytes may be of; slot by slot, the furthest into its word first, each ended by nothing.
    seen: Vec<Option<Seen>>,
}

/// What the bytes at a place may be of.
#[derive(Clone, Copy)]
struct Seen {
    /// How far into the word they stand.
    into: u16,
    word: u16,
    /// How far behind them the word's last bytes stand, and what those are: nearly always they tell that it is not this word.
    last_at: i16,
    last: [u8; LOOK],
}

/// Where one of the words stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hit {
    /// Its first byte, from the beginning of the text.
    pub at: u64,
    /// Line ends before it.
    pub line: u32,
    /// Which one, in the order given.
    pub word: u16,
}

impl Words {
    /// Builds the table. Words have four bytes at least; eight and more make it worth while.
    pub(super) fn new(words: Vec<&'static str>) -> Self {
        debug_assert!(words.iter().all(|word| word.len() >= LOOK), "a word is too short to be found");
        debug_assert!(words.iter().all(|word| !word.contains('\n')), "a word goes over the end of a line");
        let has_short = words.iter().any(|word| word.len() < STRIDE + LOOK - 1);
        let stride = if has_short { 1 } else { STRIDE };
        let mut filter = Box::new([0; FILTER_BITS / 8]);
        let mut of_slots: Vec<(usize, Seen)> = Vec::new();
        for (word, text) in (0u16..).zip(&words) {
            let text = text.as_bytes();
            let from = rarest(text, stride + LOOK - 1);
            for (into, look) in (0u16..).zip(text.array_windows()).skip(from).take(stride) {
                let mark = mark(look);
                filter[mark / 8] |= 1 << (mark % 8);
                let last = text.last_chunk().copied().unwrap_or_default();
                let last_at = (text.len() - LOOK) as i16 - into as i16;
                of_slots.push((mark % SLOTS, Seen { into, word, last_at, last }));
            }
        }
        of_slots.order_by(|(slot_a, a), (slot_b, b)| {
            slot_a.cmp(slot_b).then(b.into.cmp(&a.into)).then(a.word.cmp(&b.word))
        });
        let mut slots = Box::new([0; SLOTS]);
        let mut seen = vec![None];
        for (slot, of) in of_slots {
            if slots[slot] == 0 {
                slots[slot] = seen.len() as u16;
            } else {
                seen.pop();
            }
            seen.extend([Some(of), None]);
        }
        Self { words, stride, filter, slots, seen }
    }

    /// The length of the longest one, in bytes.
    #[must_use]
    pub fn max_len(&self) -> usize {
        self.words.iter().map(|word| word.len()).max().unwrap_or(0)
    }

    /// The length of a word, in bytes.
    #[must_use]
    pub fn len_of(&self, word: u16) -> usize {
        self.words[usize::from(word)].len()
    }

    /// Where the words begin in a block.
    pub(super) fn find_in(&self, block: &Block<'_>) -> Vec<Hit> {
        let mut hits = self.find(block.bytes, block.offset);
        // Once for all who want to know.
        let (mut counted_to, mut line) = (0, block.first_line - 1);
        for hit in &mut hits {
            let at = (hit.at - block.offset) as usize;
            line += memchr_iter(b'\n', &block.bytes[counted_to..at]).count() as u32;
            (hit.line, counted_to) = (line, at);
        }
        hits
    }

    /// Where the words begin in a text that begins at `offset`, in order; those that begin at one place in the order given. Lines are not
    /// counted yet.
    #[must_use]
    pub fn find(&self, text: &[u8], offset: u64) -> Vec<Hit> {
        let mut hits = Vec::new();
        let filter = &*self.filter;
        let mut at = 0;
        // Eight looks at once: words are rare, and asking once is enough. Of an array it is known where it ends.
        while self.stride == STRIDE
            && let Some(part) = text.get(at..).and_then(|rest| rest.first_chunk::<SPAN>())
        {
            let look = |n: usize| {
                let at = n * STRIDE;
                may_be(filter, &[part[at], part[at + 1], part[at + 2], part[at + 3]])
            };
            if (look(0) | look(1) | look(2) | look(3) | look(4) | look(5) | look(6) | look(7)) & 1 != 0 {
                for n in (0..8).filter(|n| look(*n) & 1 != 0) {
                    self.judge(text, at + n * STRIDE, offset, &mut hits);
                }
            }
            at += 8 * STRIDE;
        }
        while let Some(look) = text.get(at..).and_then(|rest| rest.first_chunk()) {
            if may_be(filter, look) & 1 != 0 {
                self.judge(text, at, offset, &mut hits);
            }
            at += self.stride;
        }
        // Of two words that overlap, the one that begins later may be seen first.
        hits.order_by_key(|hit| (hit.at, hit.word));
        hits
    }

    /// The bytes at a place may be of a word.
    #[inline(never)]
    fn judge(&self, text: &[u8], at: usize, offset: u64, hits: &mut Vec<Hit>) {
        let Some(look) = text[at..].first_chunk() else { return };
        let seen = usize::from(self.slots[mark(look) % SLOTS]);
        for Seen { into, word, last_at, last } in self.seen[seen..].iter().map_while(|seen| *seen) {
            let is_last = at.checked_add_signed(last_at.into()).and_then(|at| text.get(at..at + LOOK)) == Some(&last);
            if is_last
                && let Some(at) = at.checked_sub(into.into())
                && text[at..].starts_with(self.words[usize::from(word)].as_bytes())
            {
                hits.push(Hit { at: offset + at as u64, line: 0, word });
            }
        }
    }
}

/// Where the part of a word begins that is looked for: where four bytes are seldom seen in texts, which are full of the commonest small letters.
fn rarest(word: &[u8], len: usize) -> usize {
    let rarity = |byte: &u8| match byte {
        b'a' | b'e' | b'i' | b'n' | b'o' | b'r' | b's' | b't' => 0,
        b' ' | b'c' | b'd' | b'g' | b'l' | b'm' | b'p' | b'u' => 1,
        b'a'..=b'z' => 2,
        _ => 3,
    };
    // Half as often for each step.
    let often = |look: &[u8]| 1 << (12 - look.iter().map(rarity).sum::<u32>());
    let parts = word.windows(len).enumerate();
    parts.min_by_key(|(_, part)| part.windows(LOOK).map(often).sum::<u32>()).map_or(0, |(from, _)| from)
}

/// Four bytes as a bit of the filter.
#[inline(always)]
const fn mark(look: &[u8; LOOK]) -> usize {
    (u32::from_le_bytes(*look).wrapping_mul(0x9e37_79b1) >> 16) as usize
}

/// The lowest bit: whether four bytes may be of a word.
#[inline(always)]
const fn may_be(filter: &[u8; FILTER_BITS / 8], look: &[u8; LOOK]) -> u8 {
    let mark = mark(look);
    filter[mark / 8] >> (mark % 8)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn naive(words: &[&'static str], text: &[u8]) -> Vec<Hit> {
        let at = |at: usize| {
            let is_there = move |(_, word): &(usize, &&str)| text[at..].starts_with(word.as_bytes());
            let line = memchr_iter(b'\n', &text[..at]).count() as u32;
            words.iter().enumerate().filter(is_there).map(move |(word, _)| Hit {
                at: at as u64,
                line,
                word: word as u16,
            })
        };
        (0..text.len()).flat_map(at).collect()
    }

    fn find(words: &Words, text: &[u8]) -> Vec<Hit> {
        words.find_in(&Block { bytes: text, offset: 0, first_line: 1 })
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
            let searcher = Words::new(words.to_vec());
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
                assert_eq!(find(&searcher, text.as_bytes()), naive(words, text.as_bytes()), "{words:?} in {text}");
            }
        }
    }

    #[test]
    fn nothing_is_found_where_nothing_is() {
        assert_eq!(find(&Words::new(Vec::new()), b"anything at all"), []);
        let searcher = Words::new(vec!["goroutine "]);
        for text in ["", "go", "goroutine", "a goroutin e"] {
            assert_eq!(find(&searcher, text.as_bytes()), [], "{text}");
        }
        assert_eq!(find(&searcher, b"\xff goroutine 1"), [Hit { at: 2, line: 0, word: 0 }]);
    }
}
