//! The times of a series: shared by the columns of a table, and a few bytes where each sample follows the one before at the same distance,
//! as in nearly every long series. Ten million of them listed are 80 MB.

use std::ops::Range;
use std::rc::Rc;

use super::time::Timestamp;

/// So many are worth being kept as a distance.
const MANY: usize = 4096;

/// Times of samples in seconds since the epoch, ascending. A clone is the same times.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Times {
    listed: Rc<Vec<f64>>,
    /// In place of those.
    even: Option<Even>,
}

/// Instants at the same distance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Even {
    first_ns: i64,
    step_ns: i64,
    n: usize,
}

impl Even {
    const fn instant(self, index: usize) -> Timestamp {
        Timestamp(self.first_ns.wrapping_add(self.step_ns.wrapping_mul(index as i64)))
    }
}

impl Times {
    /// Of instants, which are gone through twice where they are not at the same distance; `None` where one of them is not known.
    pub fn of<I: Iterator<Item = Option<Timestamp>>>(instants: impl Fn() -> I) -> Option<Self> {
        let ns = |index| instants().nth(index).flatten().map_or(0, |instant: Timestamp| instant.0);
        let mut even = Even { first_ns: ns(0), step_ns: ns(1).wrapping_sub(ns(0)), n: 0 };
        for instant in instants() {
            if instant? != even.instant(even.n) {
                let all: Option<Vec<f64>> = instants().map(|instant| Some(instant?.as_seconds_f64())).collect();
                return all.map(Self::from);
            }
            even.n += 1;
        }
        let times = Self { listed: Rc::default(), even: Some(even) };
        Some(if even.n < MANY { times.iter().collect::<Vec<_>>().into() } else { times })
    }

    /// All of them.
    #[must_use]
    pub fn all(&self) -> Instants<'_> {
        Instants { listed: &self.listed, even: self.even }
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.all().len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// One of them, NaN where there is none.
    #[must_use]
    pub fn at(&self, index: usize) -> f64 {
        self.all().at(index)
    }

    /// How many there are before the first one of which something no longer holds.
    pub fn partition_point(&self, holds: impl Fn(f64) -> bool) -> usize {
        self.all().partition_point(holds)
    }

    /// In order.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = f64> + ExactSizeIterator + Clone + use<'_> {
        self.all().iter()
    }

    /// Whether others are the same, which those of one table are known to be.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        self.even == other.even && (Rc::ptr_eq(&self.listed, &other.listed) || self.listed == other.listed)
    }
}

impl From<Vec<f64>> for Times {
    fn from(listed: Vec<f64>) -> Self {
        Self { listed: Rc::new(listed), even: None }
    }
}

/// Some times in a row.
#[derive(Clone, Copy, Debug)]
pub struct Instants<'a> {
    listed: &'a [f64],
    even: Option<Even>,
}

impl<'a> Instants<'a> {
    /// How many there are.
    #[must_use]
    pub const fn len(self) -> usize {
        match self.even {
            Some(even) => even.n,
            None => self.listed.len(),
        }
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// One of them.
    #[inline]
    #[must_use]
    pub fn get(self, index: usize) -> Option<f64> {
        match self.even {
            Some(even) => (index < even.n).then(|| even.instant(index).as_seconds_f64()),
            None => self.listed.get(index).copied(),
        }
    }

    /// One of them, NaN where there is none.
    #[inline]
    #[must_use]
    pub fn at(self, index: usize) -> f64 {
        self.get(index).unwrap_or(f64::NAN)
    }

    /// Those of a range, as far as there are.
    #[must_use]
    pub fn part(self, range: Range<usize>) -> Self {
        let end = range.end.min(self.len());
        let start = range.start.min(end);
        match self.even {
            Some(even) => {
                let part = Even { first_ns: even.instant(start).0, n: end - start, ..even };
                Self { even: Some(part), ..self }
            }
            None => Self { listed: &self.listed[start..end], even: None },
        }
    }

    /// How many there are before the first one of which something no longer holds.
    pub fn partition_point(self, holds: impl Fn(f64) -> bool) -> usize {
        let (mut from, mut to) = (0, self.len());
        while from < to {
            let middle = usize::midpoint(from, to);
            if holds(self.at(middle)) { from = middle + 1 } else { to = middle }
        }
        from
    }

    /// In order.
    pub fn iter(self) -> impl DoubleEndedIterator<Item = f64> + ExactSizeIterator + Clone + use<'a> {
        (0..self.len()).map(move |index| self.at(index))
    }
}

impl<'a> From<&'a [f64]> for Instants<'a> {
    fn from(listed: &'a [f64]) -> Self {
        Self { listed, even: None }
    }
}

impl<'a, const N: usize> From<&'a [f64; N]> for Instants<'a> {
    fn from(listed: &'a [f64; N]) -> Self {
        listed.as_slice().into()
    }
}

impl<'a> From<&'a Vec<f64>> for Instants<'a> {
    fn from(listed: &'a Vec<f64>) -> Self {
        listed.as_slice().into()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(instants: &[Option<i64>]) -> Option<Times> {
        Times::of(|| instants.iter().map(|ns| ns.map(Timestamp)))
    }

    #[test]
    fn an_instant_that_is_not_known_makes_none() {
        assert_eq!(of(&[Some(1), None]), None);
        assert_eq!(of(&[None, Some(1)]), None);
        assert_eq!(of(&[Some(1), Some(2), Some(5), None]), None);
        assert!(of(&[]).is_some_and(|times| times.is_empty()));
    }

    proptest! {
        #[test]
        fn times_are_the_same_however_they_are_kept(
            first in -4_000_000_000_000_000_000_i64..4_000_000_000_000_000_000,
            step in prop_oneof![0i64..3, Just(15_000_000_000), 0i64..4_000_000_000_000],
            n in prop_oneof![0usize..6, MANY - 2..MANY + 2],
            off in prop_oneof![Just(None), (0usize..MANY, 1i64..5).prop_map(Some)],
            (from, to) in (0usize..MANY + 9, 0usize..MANY + 9),
        ) {
            let mut instants: Vec<_> = (0..n).map(|index| Some(first + step * index as i64)).collect();
            if let Some((at, by)) = off && let Some(instant) = instants.get_mut(at) {
                *instant = instant.map(|instant| instant + by);
            }
            let listed: Vec<f64> = instants.iter().flatten().map(|ns| Timestamp(*ns).as_seconds_f64()).collect();
            let times = of(&instants).unwrap_or_default();
            prop_assert_eq!(times.iter().collect::<Vec<_>>(), listed.clone());
            prop_assert!(times.is_same(&times.clone()) && times.is_same(&of(&instants).unwrap_or_default()));
            prop_assert_eq!(times.len(), listed.len());
            prop_assert_eq!(times.all().get(from), listed.get(from).copied());
            let part = listed.get(from.min(to).min(n)..to.min(n)).unwrap_or_default();
            prop_assert_eq!(times.all().part(from..to).iter().collect::<Vec<_>>(), part);
            let bound = listed.get(from).copied().unwrap_or_default();
            if listed.is_sorted() {
                prop_assert_eq!(times.partition_point(|at| at < bound), listed.partition_point(|at| *at < bound));
            }
        }
    }
}
