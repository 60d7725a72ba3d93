//! One pass over text for any of many words.
//!
//! As many searches as there are words cost as many passes, and in a browser a pass is a nanosecond per byte for every few words. Here a
//! window as long as the shortest word slides over the text (after Wu and Manber): the three bytes at its end say how far it may be moved
//! without missing a word. Most of the text is never looked at, and the longer the shortest word is, the less.

/// Entries of the table of distances: it must fit the fastest cache.
const SLOTS: usize = 1 << 13;

/// The words.
pub(super) struct Words {
    words: Box<[&'static [u8]]>,
    /// The last three bytes of each word's window.
    tails: Box<[[u8; 3]]>,
    /// Length of the shortest word.
    window: usize,
    /// How far the window may be moved, by what its last three bytes are.
    distance: Box<[u8]>,
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
        let mut distance = vec![(window - 2) as u8; SLOTS].into_boxed_slice();
        for word in &words {
            for (index, three) in word.windows(3).take(window - 2).enumerate() {
                let left = &mut distance[slot(three)];
                *left = (*left).min((window - 3 - index) as u8);
            }
        }
        let tail =
            |word: &&[u8]| word.get(window - 3..window).and_then(|tail| tail.try_into().ok()).unwrap_or_default();
        let tails = words.iter().map(tail).collect();
        Self { words, tails, window, distance }
    }

    /// The first word at or after `from`; where several begin at one place, the first of them in the order given.
    pub(super) fn find(&self, text: &[u8], from: usize) -> Option<Hit> {
        let mut end = from + self.window;
        while let Some(three) = text.get(end - 3..end) {
            let distance = usize::from(self.distance[slot(three)]);
            if distance == 0 {
                let at = end - self.window;
                let is_there = |word: &usize| self.tails[*word] == *three && text[at..].starts_with(self.words[*word]);
                if let Some(word) = (0..self.words.len()).find(is_there) {
                    return Some(Hit { at, word });
                }
            }
            end += distance.max(1);
        }
        None
    }

    /// All words, in the order in which they begin.
    pub(super) fn find_all<'a>(&'a self, text: &'a [u8]) -> impl Iterator<Item = Hit> + 'a {
        let mut from = 0;
        std::iter::from_fn(move || {
            let hit = self.find(text, from)?;
            from = hit.at + 1;
            Some(hit)
        })
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
            let word = words.iter().position(|word| text[at..].starts_with(word.as_bytes()))?;
            Some(Hit { at, word })
        };
        (0..text.len()).filter_map(at).collect()
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
                let found: Vec<Hit> = searcher.find_all(text.as_bytes()).collect();
                assert_eq!(found, naive(words, text.as_bytes()), "{words:?} in {text}");
            }
        }
    }

    #[test]
    fn nothing_is_found_where_nothing_is() {
        assert_eq!(Words::new([]).find(b"anything at all", 0), None);
        let searcher = Words::new(["goroutine "]);
        assert_eq!(searcher.find(b"", 0), None);
        assert_eq!(searcher.find(b"goroutine", 0), None);
        assert_eq!(searcher.find(b"goroutine 1", 1), None);
        assert_eq!(searcher.find(b"\xff goroutine 1", 1), Some(Hit { at: 2, word: 0 }));
        assert_eq!(searcher.find(b"goroutine ", usize::MAX - 100), None);
    }
}
