//! Columns of numbers as one run of little-endian bytes, for `#[serde(with = "packed")]`: a million times go over a wire as one copy, not
//! as a million numbers.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Error, Visitor};
use serde::{Deserializer, Serializer};

use super::record::Level;
use super::stack::StackArg;
use super::time::WallTime;

/// A number of `N` bytes.
pub(super) trait Fixed<const N: usize>: Copy {
    fn to_bytes(self) -> [u8; N];

    fn from_bytes(bytes: [u8; N]) -> Self;
}

macro_rules! fixed {
    ($number:ty, $n_bytes:literal, $to:expr, $from:expr) => {
        impl Fixed<$n_bytes> for $number {
            fn to_bytes(self) -> [u8; $n_bytes] {
                $to(self)
            }

            fn from_bytes(bytes: [u8; $n_bytes]) -> Self {
                $from(bytes)
            }
        }
    };
}

fixed!(u8, 1, u8::to_le_bytes, u8::from_le_bytes);
fixed!(u16, 2, u16::to_le_bytes, u16::from_le_bytes);
fixed!(u32, 4, u32::to_le_bytes, u32::from_le_bytes);
fixed!(u64, 8, u64::to_le_bytes, u64::from_le_bytes);
fixed!(f64, 8, f64::to_le_bytes, f64::from_le_bytes);
fixed!(WallTime, 8, |wall: Self| wall.0.to_le_bytes(), |bytes| Self(i64::from_le_bytes(bytes)));
fixed!(StackArg, 8, |arg: Self| arg.to_bits().to_le_bytes(), |bytes| Self::from_bits(u64::from_le_bytes(bytes)));
fixed!(Level, 1, |level: Self| [level as u8], |[byte]: [u8; 1]| {
    Level::ALL.get(usize::from(byte)).copied().unwrap_or_default()
});

/// Writes a column.
pub(super) fn serialize<T: Fixed<N>, const N: usize, S: Serializer>(column: &[T], out: S) -> Result<S::Ok, S::Error> {
    let mut bytes = vec![0; N * column.len()];
    let (numbers, _) = bytes.as_chunks_mut();
    for (to, number) in numbers.iter_mut().zip(column) {
        *to = number.to_bytes();
    }
    out.serialize_bytes(&bytes)
}

/// Reads a column.
pub(super) fn deserialize<'de, T: Fixed<N>, const N: usize, D: Deserializer<'de>>(from: D) -> Result<Vec<T>, D::Error> {
    struct Bytes<T, const N: usize>(PhantomData<T>);

    impl<T: Fixed<N>, const N: usize> Visitor<'_> for Bytes<T, N> {
        type Value = Vec<T>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("bytes of a column")
        }

        fn visit_bytes<E: Error>(self, bytes: &[u8]) -> Result<Vec<T>, E> {
            let (numbers, _) = bytes.as_chunks();
            Ok(numbers.iter().map(|bytes| T::from_bytes(*bytes)).collect())
        }
    }

    from.deserialize_bytes(Bytes(PhantomData))
}
