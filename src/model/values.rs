//! The values of a series: shared, because what is derived of a table looks at the table's own numbers, and narrow on their way.

use std::fmt;
use std::ops::Deref;
use std::rc::Rc;

use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Numbers, NaN where there is none. A clone is the same numbers; they are copied only where a clone changes.
#[derive(Clone, Default, PartialEq)]
pub struct Values(Rc<Vec<f64>>);

impl Values {
    /// The numbers, to be changed.
    pub fn to_mut(&mut self) -> &mut Vec<f64> {
        Rc::make_mut(&mut self.0)
    }
}

impl Deref for Values {
    type Target = [f64];

    fn deref(&self) -> &[f64] {
        &self.0
    }
}

impl<'a> IntoIterator for &'a Values {
    type Item = &'a f64;
    type IntoIter = std::slice::Iter<'a, f64>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

impl From<Vec<f64>> for Values {
    fn from(values: Vec<f64>) -> Self {
        Self(Rc::new(values))
    }
}

impl FromIterator<f64> for Values {
    fn from_iter<I: IntoIterator<Item = f64>>(values: I) -> Self {
        Self::from(values.into_iter().collect::<Vec<f64>>())
    }
}

impl fmt::Debug for Values {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<const N: usize> PartialEq<[f64; N]> for Values {
    fn eq(&self, other: &[f64; N]) -> bool {
        **self == *other
    }
}

/// Narrow forms, by the bytes of a number. Most series count something: two bytes hold it, where eight would have to be carried.
const FORMS: [u8; 3] = [2, 4, 8];

/// Whether every number is whole and within these bounds, or missing. A negative zero is no whole number.
fn fits(values: &[f64], most: f64) -> bool {
    let is_whole = |value: f64| value.abs() <= most && f64::from(value as i32).to_bits() == value.to_bits();
    values.iter().all(|&value| value.is_nan() || is_whole(value))
}

impl Serialize for Values {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        let form = match () {
            () if fits(self, f64::from(i16::MAX)) => 2,
            () if fits(self, f64::from(i32::MAX)) => 4,
            () => 8,
        };
        let mut bytes = Vec::with_capacity(self.len() * form + 1);
        bytes.push(form as u8);
        for &value in self.iter() {
            // The least whole number stands for a missing one.
            match form {
                2 => bytes.extend(if value.is_nan() { i16::MIN } else { value as i16 }.to_le_bytes()),
                4 => bytes.extend(if value.is_nan() { i32::MIN } else { value as i32 }.to_le_bytes()),
                _ => bytes.extend(value.to_le_bytes()),
            }
        }
        out.serialize_bytes(&bytes)
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
                let (form, bytes) = bytes.split_first().filter(|(form, _)| FORMS.contains(form)).unwrap_or((&8, &[]));
                let whole = |number: i32, none: i32| if number == none { f64::NAN } else { f64::from(number) };
                Ok(bytes
                    .chunks_exact(usize::from(*form))
                    .map(|bytes| match *bytes {
                        [a, b] => whole(i16::from_le_bytes([a, b]).into(), i16::MIN.into()),
                        [a, b, c, d] => whole(i32::from_le_bytes([a, b, c, d]), i32::MIN),
                        _ => bytes.try_into().map_or(f64::NAN, f64::from_le_bytes),
                    })
                    .collect())
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
    fn counts_travel_narrow() {
        for (values, width) in [
            (vec![300.0, f64::NAN, -32_767.0, 0.0], 2),
            (vec![300.0, f64::NAN, 46_312.0], 4),
            (vec![-0.0, 1.0], 8),
            (vec![0.5, 1.0], 8),
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
            ]
        ) {
            let (_, back) = sent(&values);
            prop_assert_eq!(back.len(), values.len());
            let is_same = |(a, b): (&f64, &f64)| a.to_bits() == b.to_bits() || a.is_nan() && b.is_nan();
            prop_assert!(back.iter().zip(&values).all(is_same));
        }
    }
}
