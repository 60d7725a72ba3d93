//! One pass over text for any of many words.
//!
//! As many searches as there are words cost as many passes, and in a browser a pass is a nanosecond per byte for every few words. Here a
//! window as long as the shortest word slides over the text (after Wu and Manber): the three bytes at its end say how far it may be moved
//! without missing a word. Most of the text is never looked at, and the longer the shortest word is, the less.

/// Entries of the table of distances: it must fit the fastest cache.
const SLOTS: usize = 1 << 13;
/// Lists of words by their slots.
const BUCKETS: usize = 1 << 8;
/// Windows at work at once.
const LANES: usize = 4;

/// The words.
pub(super) struct Words {
    words: Box<[&'static [u8]]>,
    /// The words by the last bits of the slot of their window's last three bytes: of the words at hand, hardly ever more than one.
    by_slot: Box<[Vec<u16>]>,
    /// Length of the shortest word.
    window: usize,
    /// How far the window may be moved, by what its last three bytes are.
    distance: Box<[u8; SLOTS]>,
}

/// Where one of the words stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Hit {
    /// Its first byte.
    pub(super) at: usize,
    /// Which one, in the order given.
    pub(super) word: usize,
}

impl Words {
    /// Builds the table. Words have three bytes at least; six and more make it worth while.
    pub(super) fn new(words: impl IntoIterator<Item = &'static str>) -> Self {
        let words: Box<[&[u8]]> = words.into_iter().map(str::as_bytes).collect();
        let window = words.iter().map(|word| word.len()).min().unwrap_or(3).clamp(3, 255);
        let mut distance = Box::new([(window - 2) as u8; SLOTS]);
        for word in &words {
            for (index, three) in word.windows(3).take(window - 2).enumerate() {
                let left = &mut distance[slot(three)];
                *left = (*left).min((window - 3 - index) as u8);
            }
        }
        let mut by_slot = vec![Vec::new(); BUCKETS].into_boxed_slice();
        for (index, word) in (0u16..).zip(&words) {
            if let Some(three) = word.get(window - 3..window) {
                by_slot[slot(three) % BUCKETS].push(index);
            }
        }
        Self { words, by_slot, window, distance }
    }

    /// Where the words begin, in order; those that begin at one place in the order given.
    pub(super) fn find(&self, text: &[u8]) -> Vec<Hit> {
        // A step has to wait for the one before it: several windows, each in its part of the text, do not wait for each other.
        let part = (text.len() / LANES).max(self.window);
        let end_of = |lane: usize| (lane * part + self.window).min(text.len() + 1);
        let last_of = |lane: usize| if lane + 1 == LANES { text.len() } else { end_of(lane + 1) - 1 };
        let mut hits: [Vec<Hit>; LANES] = Default::default();
        // By hand: compiled for size, a loop over four places in memory is a loop over four places in memory.
        let [mut a, mut b, mut c, mut d] = std::array::from_fn(end_of);
        let [last_a, last_b, last_c, last_d] = std::array::from_fn(last_of);
        while a <= last_a && b <= last_b && c <= last_c && d <= last_d {
            let (by_a, by_b) = (self.distance_at(text, a), self.distance_at(text, b));
            let (by_c, by_d) = (self.distance_at(text, c), self.distance_at(text, d));
            if by_a.min(by_b).min(by_c.min(by_d)) == 0 {
                for ((end, by), hits) in [a, b, c, d].into_iter().zip([by_a, by_b, by_c, by_d]).zip(&mut hits) {
                    if by == 0 {
                        self.judge(text, end, hits);
                    }
                }
            }
            (a, b, c, d) = (a + by_a.max(1), b + by_b.max(1), c + by_c.max(1), d + by_d.max(1));
        }
        for ((lane, mut end), hits) in [a, b, c, d].into_iter().enumerate().zip(&mut hits) {
            while end <= last_of(lane) {
                let by = self.distance_at(text, end);
                if by == 0 {
                    self.judge(text, end, hits);
                }
                end += by.max(1);
            }
        }
        hits.concat()
    }

    /// How far a window may be moved that ends here; 0 where it may be on a word.
    #[inline(always)]
    fn distance_at(&self, text: &[u8], end: usize) -> usize {
        text.get(end - 3..end).map_or(self.window, |three| usize::from(self.distance[slot(three)]))
    }

    /// The window may be on a word.
    #[cold]
    fn judge(&self, text: &[u8], end: usize, hits: &mut Vec<Hit>) {
        let (at, three) = (end - self.window, &text[end - 3..end]);
        let words = self.by_slot[slot(three) % BUCKETS].iter().map(|word| usize::from(*word));
        hits.extend(words.filter(|word| text[at..].starts_with(self.words[*word])).map(|word| Hit { at, word }));
    }
}

/// Three bytes as an entry of the table.
fn slot(three: &[u8]) -> usize {
    let [a, b, c] = *three else { return 0 };
    let number = u32::from(a) | u32::from(b) << 8 | u32::from(c) << 16;
    (number.wrapping_mul(0x9e37_79b1) >> 19) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    fn naive(words: &[&'static str], text: &[u8]) -> Vec<Hit> {
        let at = |at: usize| {
            let is_there = move |(_, word): &(usize, &&str)| text[at..].starts_with(word.as_bytes());
            words.iter().enumerate().filter(is_there).map(move |(word, _)| Hit { at, word })
        };
        (0..text.len()).flat_map(at).collect()
    }

    #[test]
    fn every_word_is_found_wherever_it_stands() {
        let sets: [&[&'static str]; 4] = [
            &["goroutine "],
            &["newosproc", "new OS thread", "new"],
            &["aaa", "aaaa", "baaa"],
            &["abcabc", "bcabca", "cab"],
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
                texts.push(words.iter().map(|word| format!("{word}{}", "x".repeat(gap))).collect());
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
        assert_eq!(searcher.find(b"\xff goroutine 1"), [Hit { at: 2, word: 0 }]);
    }
}
