//! The values of a series: shared, because what is derived of a table looks at the table's own numbers, and narrow while they come in and on
//! their way.

use std::borrow::Cow;
use std::cell::{OnceCell, Ref, RefCell};
use std::fmt;
use std::ops::Deref;
use std::rc::Rc;

use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

pub use super::narrow::Narrow;
use super::narrow::{RUN, narrowed};

/// Numbers, NaN where there is none. A clone is the same numbers; they are copied only where a clone changes.
#[derive(Clone, Default)]
pub struct Values {
    wide: Rc<Vec<f64>>,
    /// In place of those, as long as nothing changes.
    narrow: Option<Rc<Waiting>>,
}

/// Numbers that are narrow until they are looked at.
struct Waiting {
    narrow: RefCell<Narrow>,
    wide: OnceCell<Vec<f64>>,
}

impl Values {
    /// The numbers, to be changed.
    pub fn to_mut(&mut self) -> &mut Vec<f64> {
        if self.narrow.is_some() {
            *self = self.to_vec().into();
        }
        Rc::make_mut(&mut self.wide)
    }

    /// None yet, with room for so many, which come in pieces.
    #[must_use]
    pub fn with_room(n_values: usize) -> Self {
        // All at once: growing would leave holes where the shorter ones were.
        if n_values > LONG { Vec::with_capacity(n_values).into() } else { Narrow::default().into() }
    }

    /// Adds a piece; narrow, if those before it are.
    pub fn append(&mut self, piece: &Self) {
        match self.narrow.as_mut().and_then(Rc::get_mut).filter(|waiting| waiting.wide.get().is_none()) {
            Some(waiting) => match piece.waiting() {
                Some(piece) => waiting.narrow.get_mut().append(&piece),
                None => piece.iter().for_each(|value| waiting.narrow.get_mut().push(*value)),
            },
            None => self.to_mut().extend_from_slice(&piece.all()),
        }
    }

    /// Those that nobody has looked at.
    fn waiting(&self) -> Option<Ref<'_, Narrow>> {
        self.narrow.as_ref().filter(|waiting| waiting.wide.get().is_none()).map(|waiting| waiting.narrow.borrow())
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.waiting().map_or_else(|| (**self).len(), |narrow| narrow.len())
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Numbers from one place on, so many as there are up to another; where they are narrow they stay so, and the answer is a copy.
    #[must_use]
    pub fn part(&self, from: usize, to: usize) -> Cow<'_, [f64]> {
        match self.waiting() {
            Some(narrow) => narrow.part(from, to).into(),
            None => self.get(from..to.min(self.len())).unwrap_or_default().into(),
        }
    }

    /// Those from one place on, up to another; what is narrow stays so.
    #[must_use]
    pub fn piece(&self, from: usize, to: usize) -> Self {
        match self.waiting().filter(|_| from.is_multiple_of(RUN)) {
            Some(narrow) => narrow.piece(from, to).into(),
            None => self.part(from, to).into_owned().into(),
        }
    }

    /// One of them, NaN where there is none.
    #[must_use]
    pub fn at(&self, index: usize) -> f64 {
        let value = match self.waiting() {
            Some(narrow) => narrow.at(index),
            None => self.get(index).copied(),
        };
        value.unwrap_or(f64::NAN)
    }

    /// All of them, for one look: of many columns that are each looked at once only one is wide at a time.
    #[must_use]
    pub fn all(&self) -> Cow<'_, [f64]> {
        self.part(0, self.len())
    }

    /// How many of them are numbers.
    #[must_use]
    pub fn n_finite(&self) -> usize {
        let wide = || self.iter().filter(|value| value.is_finite()).count();
        self.waiting().map_or_else(wide, |narrow| narrow.n_finite())
    }
}

impl Deref for Values {
    type Target = [f64];

    fn deref(&self) -> &[f64] {
        let Some(waiting) = &self.narrow else { return &self.wide };
        waiting.wide.get_or_init(|| {
            let narrow = waiting.narrow.take();
            narrow.part(0, narrow.len())
        })
    }
}

impl PartialEq for Values {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl<'a> IntoIterator for &'a Values {
    type Item = &'a f64;
    type IntoIter = std::slice::Iter<'a, f64>;

    fn into_iter(self) -> Self::IntoIter {
        (**self).iter()
    }
}

impl From<Vec<f64>> for Values {
    fn from(values: Vec<f64>) -> Self {
        Self { wide: Rc::new(values), narrow: None }
    }
}

impl From<Narrow> for Values {
    fn from(narrow: Narrow) -> Self {
        let mut narrow = narrow;
        narrow.end();
        let waiting = Waiting { narrow: RefCell::new(narrow), wide: OnceCell::new() };
        Self { wide: Rc::default(), narrow: Some(Rc::new(waiting)) }
    }
}

impl FromIterator<f64> for Values {
    fn from_iter<I: IntoIterator<Item = f64>>(values: I) -> Self {
        Self::from(values.into_iter().collect::<Vec<f64>>())
    }
}

impl fmt::Debug for Values {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

impl<const N: usize> PartialEq<[f64; N]> for Values {
    fn eq(&self, other: &[f64; N]) -> bool {
        **self == *other
    }
}

/// Of a column of more there are few: it is looked at as a whole, and would be there twice while it is made wide.
const LONG: usize = 1 << 20;
impl Serialize for Values {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        let alike = self.waiting().and_then(|narrow| narrow.joined());
        out.serialize_bytes(&alike.unwrap_or_else(|| narrowed(&self.all())))
    }
}

impl<'de> Deserialize<'de> for Values {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Bytes;

        impl Visitor<'_> for Bytes {
            type Value = Values;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("bytes of values")
            }

            fn visit_bytes<E: Error>(self, bytes: &[u8]) -> Result<Values, E> {
                Ok(Narrow::of(bytes).into())
            }
        }

        from.deserialize_bytes(Bytes)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn sent(values: &[f64]) -> (usize, Values) {
        let bytes = postcard::to_allocvec(&Values::from(values.to_vec())).unwrap_or_default();
        (bytes.len(), postcard::from_bytes(&bytes).unwrap_or_default())
    }

    #[test]
    fn a_short_column_takes_its_own_length() {
        let narrow: Narrow = [1.0, 2.0, 3.0].into_iter().collect();
        assert_eq!(narrow.part(0, 3).capacity(), 3);
        assert_eq!(narrow.part(2, 1).len(), 0);
    }

    #[test]
    fn counts_travel_narrow() {
        for (values, width) in [
            (vec![300.0, f64::NAN, -32_767.0, 0.0], 2),
            (vec![300.0, f64::NAN, 46_312.0], 4),
            (vec![-0.0, 1.0], 8),
            (vec![0.5, 1.0, -327.6], 2),
            (vec![1.0, 0.25, f64::NAN, 300.123_456], 4),
            (vec![0.1, 2_147.483_647], 4),
            (vec![0.1, 2_147.483_648], 8),
            (vec![1.0 / 3.0, 1.0], 8),
            (vec![0.1 + 0.2], 8),
            (vec![1e-7], 8),
            (vec![f64::INFINITY, 1.0], 8),
            (vec![2_147_483_648.0, 1.0], 8),
            (vec![], 2),
        ] {
            let (n_bytes, back) = sent(&values);
            assert_eq!(n_bytes, values.len() * width + 2, "{values:?}");
            assert_eq!(back.len(), values.len());
        }
    }

    proptest! {
        #[test]
        fn any_values_come_back(
            values in prop_oneof![
                proptest::collection::vec(any::<f64>(), 0..40),
                proptest::collection::vec((-40_000i32..40_000).prop_map(f64::from), 0..40),
                proptest::collection::vec(prop_oneof![Just(f64::NAN), (-9i32..9).prop_map(f64::from)], 0..40),
                proptest::collection::vec((any::<i32>(), 0i32..8).prop_map(|(n, places)| f64::from(n) / 10_f64.powi(places)), 0..40),
                proptest::collection::vec((-9_000i32..9_000).prop_map(|n| f64::from(n) / 1000.0), 0..40),
            ]
        ) {
            let (_, back) = sent(&values);
            prop_assert_eq!(back.len(), values.len());
            let is_same = |(a, b): (&f64, &f64)| a.to_bits() == b.to_bits() || a.is_nan() && b.is_nan();
            prop_assert!(back.iter().zip(&values).all(is_same));
        }

        #[test]
        fn what_is_narrow_is_what_was_pushed(
            runs in proptest::collection::vec((0usize..RUN * 2, prop_oneof![Just(7.0), Just(40_000.0), Just(0.5), Just(1.0 / 3.0), Just(f64::NAN)]), 0..4),
            (from, to) in (0usize..RUN * 7, 0usize..RUN * 7),
            taken_back in any::<bool>(),
        ) {
            let mut wide: Vec<f64> = runs.iter().flat_map(|(n, value)| std::iter::repeat_n(*value, *n)).collect();
            let mut narrow: Narrow = wide.iter().copied().collect();
            if taken_back {
                narrow.push(1.0);
                narrow.truncate(wide.len());
                wide.push(2.0);
                narrow.push(2.0);
            }
            prop_assert_eq!(narrow.len(), wide.len());
            let bits = |values: &[f64]| values.iter().map(|value| value.to_bits()).collect::<Vec<_>>();
            let expected = wide.get(from.min(wide.len())..to.min(wide.len())).unwrap_or_default();
            prop_assert!(narrow.part(from, to).capacity() < (to.saturating_sub(from)).min(wide.len()) + 2 * RUN);
            let mut values = Values::from(narrow);
            let mut pieces = Values::with_room(wide.len());
            wide.chunks(700).for_each(|piece| pieces.append(&piece.to_vec().into()));
            prop_assert_eq!(bits(&pieces.all()), bits(&wide));
            prop_assert_eq!(bits(&values.part(from, to)), bits(expected));
            prop_assert_eq!(bits(&values.piece(from, to).all()), bits(expected));
            let from_run = from / RUN * RUN;
            let expected = wide.get(from_run.min(wide.len())..to.min(wide.len())).unwrap_or_default();
            prop_assert_eq!(bits(&values.piece(from_run, to).all()), bits(expected));
            prop_assert_eq!(values.n_finite(), wide.iter().filter(|value| value.is_finite()).count());
            prop_assert_eq!(values.len(), wide.len());
            prop_assert_eq!(bits(&[values.at(from)]), bits(&[wide.get(from).copied().unwrap_or(f64::NAN)]));
            let other = values.clone();
            prop_assert_eq!(bits(&values), bits(&wide));
            prop_assert_eq!(bits(&other.part(from_run, to)), bits(expected));
            values.to_mut().push(1.0);
            prop_assert_eq!((values.len(), other.len()), (wide.len() + 1, wide.len()));
        }
    }
}
