//! Texts, frames and stacks of the dumps of one evidence, each kept once.

use std::collections::HashMap;
use std::hash::{BuildHasher, BuildHasherDefault, Hash, Hasher, RandomState};

use serde::{Deserialize, Serialize};

/// A text of [`Symbols`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct TextId(u32);

impl TextId {
    /// The empty text.
    pub const EMPTY: Self = Self(0);

    /// Whether it is the empty text.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Its number: texts are numbered from 0 in the order of their first appearance.
    #[must_use]
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

/// A frame of [`Symbols`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct FrameId(u32);

impl FrameId {
    /// Its number, from 0.
    #[must_use]
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

/// A stack of [`Symbols`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct StackId(u32);

impl StackId {
    /// The stack without frames.
    pub const EMPTY: Self = Self(0);

    /// Its number, from 0.
    #[must_use]
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

/// One frame without what differs from run to run (arguments, offsets).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct StackFrame {
    /// The function as written (`sync.(*Mutex).Lock`, `com.example.Pool.take`, `__schedule`).
    pub function: TextId,
    /// The file, or the module (kernel); empty where none is printed.
    pub file: TextId,
    /// The line of the file; 0 where none is printed.
    pub line: u32,
}

/// The tables. What was read back can be looked up; nothing is added to it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Symbols {
    texts: Vec<Box<str>>,
    frames: Vec<StackFrame>,
    /// Frames of all stacks; stack `i` ends at `stack_ends[i]`.
    stack_frames: Vec<FrameId>,
    stack_ends: Vec<u32>,
    #[serde(skip)]
    by_text: Index,
    #[serde(skip)]
    by_frame: Index,
    #[serde(skip)]
    by_stack: Index,
}

impl Default for Symbols {
    fn default() -> Self {
        let index = Index::default;
        let mut symbols = Self {
            texts: Vec::new(),
            frames: Vec::new(),
            stack_frames: Vec::new(),
            stack_ends: Vec::new(),
            by_text: index(),
            by_frame: index(),
            by_stack: index(),
        };
        // The empty text and the empty stack are number 0.
        symbols.intern("");
        symbols.stack(&[]);
        symbols
    }
}

impl Symbols {
    /// The number of a text; bytes that are not UTF-8 become replacement characters.
    pub fn text(&mut self, bytes: &[u8]) -> TextId {
        match std::str::from_utf8(bytes) {
            Ok(text) => self.intern(text),
            Err(_) => self.intern(&String::from_utf8_lossy(bytes)),
        }
    }

    fn intern(&mut self, text: &str) -> TextId {
        let Self { texts, by_text, .. } = self;
        let next = texts.len();
        let found = by_text.find_or_insert(text, next, |id| texts.get(id).is_some_and(|known| &**known == text));
        if found == next {
            texts.push(text.into());
        }
        TextId(number(found))
    }

    /// The number of a frame.
    pub fn frame(&mut self, frame: StackFrame) -> FrameId {
        let Self { frames, by_frame, .. } = self;
        let next = frames.len();
        let found = by_frame.find_or_insert(&frame, next, |id| frames.get(id) == Some(&frame));
        if found == next {
            frames.push(frame);
        }
        FrameId(number(found))
    }

    /// The number of a stack, its frames innermost first.
    pub fn stack(&mut self, stack: &[FrameId]) -> StackId {
        let Self { stack_frames, stack_ends, by_stack, .. } = self;
        let next = stack_ends.len();
        let is_it = |id| slice_of(stack_frames, stack_ends, id) == stack;
        let found = by_stack.find_or_insert(stack, next, is_it);
        if found == next {
            stack_frames.extend_from_slice(stack);
            stack_ends.push(number(stack_frames.len()));
        }
        StackId(number(found))
    }

    /// The text of a number.
    #[must_use]
    pub fn text_of(&self, id: TextId) -> &str {
        self.texts.get(id.index()).map_or("", |text| text)
    }

    /// The frame of a number.
    #[must_use]
    pub fn frame_of(&self, id: FrameId) -> StackFrame {
        let none = StackFrame { function: TextId::EMPTY, file: TextId::EMPTY, line: 0 };
        self.frames.get(id.index()).copied().unwrap_or(none)
    }

    /// The function of a frame's number.
    #[must_use]
    pub fn function_of(&self, id: FrameId) -> &str {
        self.text_of(self.frame_of(id).function)
    }

    /// The frames of a stack, innermost first.
    #[must_use]
    pub fn frames_of(&self, id: StackId) -> &[FrameId] {
        slice_of(&self.stack_frames, &self.stack_ends, id.index())
    }

    /// How many different texts, frames and stacks there are.
    #[must_use]
    pub const fn len(&self) -> [usize; 3] {
        [self.texts.len(), self.frames.len(), self.stack_ends.len()]
    }
}

fn slice_of<'a>(frames: &'a [FrameId], ends: &[u32], id: usize) -> &'a [FrameId] {
    let end = ends.get(id).map_or(0, |end| *end as usize);
    let start = id.checked_sub(1).and_then(|before| ends.get(before)).map_or(0, |end| *end as usize);
    frames.get(start..end).unwrap_or(&[])
}

/// A table has as many entries as there are bytes of text at most, and a text is at most 4 GB long by its locators.
fn number(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}

/// Numbers by hash. One map for all kinds of keys: a map of its own for each would be compiled anew.
#[derive(Clone, Debug)]
struct Index {
    secrets: [u64; 2],
    ids: HashMap<u64, u32, BuildHasherDefault<Ready>>,
}

impl Default for Index {
    fn default() -> Self {
        let state = RandomState::new();
        Self { secrets: [0, 1].map(|which| state.hash_one(which) | 1), ids: HashMap::default() }
    }
}

impl Index {
    /// The number that `is_it` accepts among those of the key's hash, or `next`, which is remembered.
    fn find_or_insert<K: Hash + ?Sized>(&mut self, key: &K, next: usize, is_it: impl Fn(usize) -> bool) -> usize {
        let mut hasher = Mixed::new(self.secrets);
        key.hash(&mut hasher);
        let mut hash = hasher.hash;
        loop {
            match self.ids.get(&hash) {
                Some(&id) if is_it(id as usize) => return id as usize,
                // Another key of the same hash: it lies one further.
                Some(_) => hash = hash.wrapping_add(1),
                None => {
                    self.ids.insert(hash, number(next));
                    return next;
                }
            }
        }
    }
}

/// A hash by words: three of them for every line of a dump, where the standard library's takes a tenth of all time. Two odd
/// factors that nobody knows, with a fold behind each: one alone lets the top bits of a word through to where the next word can undo them.
struct Mixed {
    secrets: [u64; 2],
    hash: u64,
}

impl Mixed {
    /// Words of zeros must change it, too: it does not begin with one.
    const fn new(secrets: [u64; 2]) -> Self {
        Self { secrets, hash: secrets[0] }
    }
}

impl Hasher for Mixed {
    fn finish(&self) -> u64 {
        self.hash
    }

    fn write(&mut self, bytes: &[u8]) {
        let (words, rest) = bytes.as_chunks::<8>();
        words.iter().for_each(|word| self.write_u64(u64::from_le_bytes(*word)));
        // With its length: a rest of zeros is not none.
        let word = rest.iter().fold(rest.len() as u64, |word, byte| word << 8 | u64::from(*byte));
        self.write_u64(word);
    }

    fn write_u32(&mut self, word: u32) {
        self.write_u64(word.into());
    }

    fn write_u64(&mut self, word: u64) {
        let [first, second] = self.secrets;
        let mixed = (self.hash ^ word).wrapping_mul(first);
        let mixed = (mixed ^ mixed >> 32).wrapping_mul(second);
        self.hash = mixed ^ mixed >> 29;
    }
}

/// The hash of what is a hash.
#[derive(Clone, Copy, Debug, Default)]
struct Ready(u64);

impl Hasher for Ready {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        self.0 = bytes.iter().fold(self.0, |hash, byte| hash << 8 | u64::from(*byte));
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_things_have_one_number_and_come_back_whole() {
        let mut symbols = Symbols::default();
        let (lock, file) = (symbols.text(b"sync.(*Mutex).Lock"), symbols.text(b"/go/mutex.go"));
        assert_eq!(symbols.text(b"sync.(*Mutex).Lock"), lock);
        assert_eq!(symbols.text(b""), TextId::EMPTY);
        let frames = [81, 82, 81].map(|line| symbols.frame(StackFrame { function: lock, file, line }));
        assert_eq!(frames[0], frames[2]);
        let stacks = [&frames[..], &frames[..1], &[], &frames[..]].map(|stack| symbols.stack(stack));
        assert_eq!((stacks[0], stacks[2]), (stacks[3], StackId::EMPTY));
        assert_eq!(stacks.map(|stack| symbols.frames_of(stack).len()), [3, 1, 0, 3]);
        assert_eq!(symbols.function_of(symbols.frames_of(stacks[0])[1]), "sync.(*Mutex).Lock");
        let broken = symbols.text(b"runtime\xc2\xb7unlock\xff");
        assert_eq!(symbols.text_of(broken), "runtime·unlock\u{fffd}");
        assert_eq!(symbols.len(), [4, 2, 3]);
    }

    #[test]
    fn keys_that_are_alike_have_hashes_apart() {
        let secrets = Index::default().secrets;
        let hash = |key: &[u8]| {
            let mut hasher = Mixed::new(secrets);
            hasher.write(key);
            hasher.finish()
        };
        // Pairs that one factor and one fold give the same hash, whatever the factor, or for one in four.
        let flipped = |bits: &[u64; 2]| hash(&bits.map(u64::to_le_bytes).concat());
        assert_ne!(flipped(&[0, 0]), flipped(&[1 << 63, 1 << 63 | 1 << 31]));
        assert_ne!(hash(b"AAAAAAAAaaaaaaaa"), hash(b"AAAAAAAaaaaAaaaA"));
        let mut hashes: Vec<u64> = (0..20_000u32).map(|number| hash(format!("main.func{number}").as_bytes())).collect();
        hashes.extend((0..64).map(|length| hash(&[0; 64][..length])));
        hashes.sort_unstable();
        hashes.dedup();
        assert_eq!(hashes.len(), 20_064);
        // The map takes the low bits for the place and the high ones for the mark.
        for shift in [0, 57] {
            let mut buckets = [0; 128];
            hashes.iter().for_each(|hash| buckets[(hash >> shift & 127) as usize] += 1);
            assert!(buckets.iter().all(|n| (80..260).contains(n)), "{buckets:?}");
        }
    }

    #[test]
    fn keys_of_one_hash_are_kept_apart() {
        struct Same;
        impl Hash for Same {
            fn hash<H: Hasher>(&self, _: &mut H) {}
        }
        let mut index = Index::default();
        let numbers: Vec<usize> = (0..20).map(|key| index.find_or_insert(&Same, key, |id| id == key)).collect();
        assert_eq!(numbers, (0..20).collect::<Vec<_>>());
        assert_eq!(index.find_or_insert(&Same, 20, |id| id == 7), 7);
    }
}
