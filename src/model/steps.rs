//! A column of whole numbers that mostly go up by the same step: times, lines, offsets. What is as expected is counted, what is not is
//! written down, so ten million rows every fifteen seconds take a few bytes and jittering ones two to five each.
//!
//! A number is expected to be as far from the one before as that was from its own. The bytes hold the difference from that (zigzag, seven
//! bits to a byte, as in [protocol buffers](https://protobuf.dev/programming-guides/encoding/)); a zero is followed by how many numbers were
//! as expected. Every [`BLOCK`] entries there is a mark, from which one number is found without reading all before it.

use std::fmt;
use std::marker::PhantomData;

use serde::{Deserialize, Serialize};

use super::packed;
use super::time::WallTime;

/// Entries between two marks.
const BLOCK: u32 = 512;

/// What can stand in a column of steps.
pub trait Stepped: Copy {
    /// Its number.
    fn number(self) -> i64;
    /// What a number was made of.
    fn of(number: i64) -> Self;
}

impl Stepped for u32 {
    fn number(self) -> i64 {
        i64::from(self)
    }

    fn of(number: i64) -> Self {
        number as Self
    }
}

impl Stepped for WallTime {
    fn number(self) -> i64 {
        self.0
    }

    fn of(number: i64) -> Self {
        Self(number)
    }
}

/// Where reading can begin.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Mark {
    /// Numbers before it.
    row: u64,
    /// Bytes before it.
    at: u64,
    /// The number before it, and its distance from the one before that.
    last: i64,
    step: i64,
}

/// The column; it only grows at its end.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(bound = "")]
pub struct Steps<T> {
    #[serde(with = "packed")]
    bytes: Vec<u8>,
    marks: Vec<Mark>,
    /// Numbers as expected since the last entry.
    n_expected: u64,
    /// Entries since the last mark.
    n_entries: u32,
    len: u64,
    last: i64,
    step: i64,
    item: PhantomData<T>,
}

impl<T> Default for Steps<T> {
    fn default() -> Self {
        Self {
            bytes: Vec::new(),
            marks: Vec::new(),
            n_expected: 0,
            n_entries: 0,
            len: 0,
            last: 0,
            step: 0,
            item: PhantomData,
        }
    }
}

impl<T: Stepped> Steps<T> {
    /// Adds a number at the end.
    #[inline]
    pub fn push(&mut self, item: T) {
        let number = item.number();
        let off = number.wrapping_sub(self.last).wrapping_sub(self.step);
        if off == 0 {
            self.n_expected += 1;
        } else {
            self.write(off);
        }
        self.last = number;
        self.len += 1;
    }

    /// Writes a difference from what was expected.
    fn write(&mut self, off: i64) {
        if self.n_expected > 0 {
            self.bytes.push(0);
            push_varint(&mut self.bytes, std::mem::take(&mut self.n_expected));
            self.n_entries += 1;
        }
        if self.n_entries >= BLOCK {
            let Self { len: row, last, step, .. } = *self;
            self.marks.push(Mark { row, at: self.bytes.len() as u64, last, step });
            self.n_entries = 0;
        }
        push_varint(&mut self.bytes, (off.wrapping_shl(1) ^ (off >> 63)) as u64);
        self.n_entries += 1;
        self.step = self.step.wrapping_add(off);
    }

    /// How many there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.len as usize
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The first one.
    #[must_use]
    pub fn first(&self) -> Option<T> {
        self.get(0)
    }

    /// The last one.
    #[inline]
    #[must_use]
    pub fn last(&self) -> Option<T> {
        (self.len > 0).then(|| T::of(self.last))
    }

    /// One of them. Takes a search among the marks and the reading of a block.
    #[must_use]
    pub fn get(&self, index: usize) -> Option<T> {
        let row = Some(index as u64).filter(|row| *row < self.len)?;
        let after = self.marks.partition_point(|mark| mark.row <= row);
        let from = after.checked_sub(1).map_or_else(Mark::default, |before| self.marks[before]);
        let (mut reader, mut ahead) = (self.reader(from), row - from.row);
        loop {
            let n_expected = reader.n_expected;
            if n_expected > ahead {
                return Some(T::of(reader.skip(ahead + 1)));
            }
            reader.skip(n_expected);
            ahead -= n_expected;
            reader.read();
        }
    }

    /// All of them, in order.
    pub fn iter(&self) -> impl Iterator<Item = T> + use<'_, T> {
        let mut reader = self.reader(Mark::default());
        (0..self.len).map(move |_| {
            while reader.n_expected == 0 {
                reader.read();
            }
            T::of(reader.skip(1))
        })
    }

    fn reader(&self, from: Mark) -> Reader<'_> {
        let bytes = self.bytes.get(from.at as usize..).unwrap_or_default();
        Reader { bytes, last: from.last, step: from.step, n_expected: 0 }
    }
}

/// Reads a column from some place on.
struct Reader<'a> {
    bytes: &'a [u8],
    last: i64,
    step: i64,
    /// Numbers to come that are as expected.
    n_expected: u64,
}

impl Reader<'_> {
    /// Goes on by so many numbers that are as expected, and says the last of them. Wraps as pushing did.
    #[inline]
    const fn skip(&mut self, n: u64) -> i64 {
        self.n_expected -= n;
        self.last = self.last.wrapping_add(self.step.wrapping_mul(n as i64));
        self.last
    }

    /// Reads an entry; behind the last one everything is as expected.
    #[inline]
    fn read(&mut self) {
        self.n_expected = match take_varint(&mut self.bytes) {
            None => u64::MAX,
            Some(0) => take_varint(&mut self.bytes).unwrap_or(u64::MAX),
            Some(entry) => {
                let off = (entry >> 1) as i64 ^ -((entry & 1) as i64);
                self.step = self.step.wrapping_add(off);
                1
            }
        };
    }
}

fn push_varint(bytes: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
}

#[inline]
fn take_varint(bytes: &mut &[u8]) -> Option<u64> {
    let (mut number, mut shift) = (0, 0);
    loop {
        let (&byte, rest) = bytes.split_first()?;
        *bytes = rest;
        number |= u64::from(byte & 0x7f).wrapping_shl(shift);
        if byte < 0x80 {
            return Some(number);
        }
        shift += 7;
    }
}

impl<T: Stepped> FromIterator<T> for Steps<T> {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Self {
        let mut steps = Self::default();
        items.into_iter().for_each(|item| steps.push(item));
        steps.bytes.shrink_to_fit();
        steps
    }
}

impl<T: Stepped> From<Vec<T>> for Steps<T> {
    fn from(items: Vec<T>) -> Self {
        items.into_iter().collect()
    }
}

impl<T: Stepped + fmt::Debug> fmt::Debug for Steps<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn walls(numbers: &[i64]) -> Steps<WallTime> {
        numbers.iter().map(|&number| WallTime(number)).collect()
    }

    #[test]
    fn regular_times_take_no_room_and_jittering_ones_little() {
        let at = |row: i64| 1_690_000_000_000_000_000 + row * 15_000_000_000;
        let regular: Steps<WallTime> = (0..100_000).map(|row| WallTime(at(row))).collect();
        assert!(regular.bytes.len() < 24, "{}", regular.bytes.len());
        assert_eq!(regular.get(99_999), Some(WallTime(at(99_999))));
        let jitter = |row: i64| (row * 7919 % 40) * 1_000_000;
        let jittering: Steps<WallTime> = (0..100_000).map(|row| WallTime(at(row) + jitter(row))).collect();
        assert!(jittering.bytes.len() < 510_000, "{}", jittering.bytes.len());
        assert!((0..100_000).all(|row| jittering.get(row as usize) == Some(WallTime(at(row) + jitter(row)))));
        assert_eq!(Steps::<u32>::default().get(0), None);
        assert_eq!(Steps::<u32>::default().last(), None);
    }

    proptest! {
        #[test]
        fn any_numbers_come_back(
            numbers in proptest::collection::vec(prop_oneof![any::<i64>(), 0i64..4, Just(i64::MIN)], 0..2_000),
            repeated in 0usize..900,
        ) {
            let mut numbers = numbers;
            let last = numbers.last().copied().unwrap_or_default();
            numbers.extend((0..repeated as i64).map(|n| last.wrapping_add(n * 60)));
            let steps = walls(&numbers);
            prop_assert_eq!(steps.iter().map(|wall| wall.0).collect::<Vec<_>>(), numbers.clone());
            prop_assert_eq!(steps.last().map(|wall| wall.0), numbers.last().copied());
            for index in 0..=numbers.len() {
                prop_assert_eq!(steps.get(index).map(|wall| wall.0), numbers.get(index).copied());
            }
            let bytes = postcard::to_allocvec(&steps).unwrap_or_default();
            prop_assert_eq!(postcard::from_bytes::<Steps<WallTime>>(&bytes).ok(), Some(steps));
        }
    }
}
