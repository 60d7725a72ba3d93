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

/// The narrowest form that holds every number: whole and within its bounds, or missing. A negative zero is no whole number.
fn form_of(values: &[f64]) -> u8 {
    let mut most = 0.0_f64;
    for &value in values {
        if value.is_nan() {
            continue;
        }
        if f64::from(value as i32).to_bits() != value.to_bits() {
            return 8;
        }
        most = most.max(value.abs());
    }
    match () {
        () if most <= f64::from(i16::MAX) => 2,
        () if most <= f64::from(i32::MAX) => 4,
        () => 8,
    }
}

/// The form, then the numbers in it.
fn bytes_of<const N: usize>(values: &[f64], number: impl Fn(f64) -> [u8; N]) -> Vec<u8> {
    let mut bytes = vec![0; values.len() * N + 1];
    bytes[0] = N as u8;
    let (places, _) = bytes[1..].as_chunks_mut();
    for (place, &value) in places.iter_mut().zip(values) {
        *place = number(value);
    }
    bytes
}

/// Numbers in a form.
fn values_of<const N: usize>(bytes: &[u8], number: impl Fn([u8; N]) -> f64) -> Values {
    let (numbers, _) = bytes.as_chunks();
    let mut values = vec![0.0; numbers.len()];
    for (value, bytes) in values.iter_mut().zip(numbers) {
        *value = number(*bytes);
    }
    values.into()
}

impl Serialize for Values {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        // The least whole number stands for a missing one.
        out.serialize_bytes(&match form_of(self) {
            2 => bytes_of(self, |value| if value.is_nan() { i16::MIN } else { value as i16 }.to_le_bytes()),
            4 => bytes_of(self, |value| if value.is_nan() { i32::MIN } else { value as i32 }.to_le_bytes()),
            _ => bytes_of(self, f64::to_le_bytes),
        })
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
                Ok(match form {
                    2 => values_of(bytes, |number| whole(i16::from_le_bytes(number).into(), i16::MIN.into())),
                    4 => values_of(bytes, |number| whole(i32::from_le_bytes(number), i32::MIN)),
                    _ => values_of(bytes, f64::from_le_bytes),
                })
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
