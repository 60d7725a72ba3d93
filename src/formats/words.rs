//! One pass over text for any of many words.
//!
//! As many searches as there are words cost as many passes, and in a browser a pass is a nanosecond per byte for every few words. Here a
//! window as long as the shortest word slides over the text (after Wu and Manber): the three bytes at its end say how far it may be moved
//! without missing a word. Most of the text is never looked at, and the longer the shortest word is, the less.

/// Entries of the table of distances: it must fit the fastest cache.
const SLOTS: usize = 1 << 13;
/// Windows at work at once.
const LANES: usize = 4;

/// The words.
pub(super) struct Words {
    words: Box<[&'static [u8]]>,
    /// The last three bytes of each word's window.
    tails: Box<[[u8; 3]]>,
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
        let tail =
            |word: &&[u8]| word.get(window - 3..window).and_then(|tail| tail.try_into().ok()).unwrap_or_default();
        let tails = words.iter().map(tail).collect();
        Self { words, tails, window, distance }
    }

    /// Where the words begin, in order; where several begin at one place, the first of them in the order given.
    pub(super) fn find(&self, text: &[u8]) -> Vec<Hit> {
        // A step has to wait for the one before it: several windows, each in its part of the text, do not wait for each other.
        let part = (text.len() / LANES).max(self.window);
        let end_of = |lane: usize| (lane * part + self.window).min(text.len() + 1);
        let mut ends: [usize; LANES] = std::array::from_fn(end_of);
        let lasts: [usize; LANES] =
            std::array::from_fn(|lane| if lane + 1 == LANES { text.len() } else { end_of(lane + 1) - 1 });
        let mut hits: [Vec<Hit>; LANES] = Default::default();
        while ends.iter().zip(&lasts).all(|(end, last)| end <= last) {
            for (end, hits) in ends.iter_mut().zip(&mut hits) {
                *end = self.step(text, *end, hits);
            }
        }
        for ((mut end, last), hits) in ends.into_iter().zip(lasts).zip(&mut hits) {
            while end <= last {
                end = self.step(text, end, hits);
            }
        }
        hits.concat()
    }

    /// Moves a window on; gives its next end.
    #[inline(always)]
    fn step(&self, text: &[u8], end: usize, hits: &mut Vec<Hit>) -> usize {
        let Some(three) = text.get(end - 3..end) else { return usize::MAX };
        match self.distance[slot(three)] {
            0 => {
                self.judge(text, end, hits);
                end + 1
            }
            distance => end + usize::from(distance),
        }
    }

    /// The window may be on a word.
    #[cold]
    fn judge(&self, text: &[u8], end: usize, hits: &mut Vec<Hit>) {
        let (at, three) = (end - self.window, &text[end - 3..end]);
        let is_there = |word: &usize| self.tails[*word] == *three && text[at..].starts_with(self.words[*word]);
        hits.extend((0..self.words.len()).find(is_there).map(|word| Hit { at, word }));
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
