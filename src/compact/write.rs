//! Writes a value as `postcard::to_stdvec` does: numbers of seven bits a byte, texts and lists behind their length, nothing for names.

use serde::ser::{self, Serialize};

use super::Never;

/// The bytes of a value.
pub(crate) fn write<T: Serialize + ?Sized>(value: &T) -> Vec<u8> {
    let mut writer = Writer(Vec::new());
    let Ok(()) = value.serialize(&mut writer);
    writer.0
}

struct Writer(Vec<u8>);

impl Writer {
    #[inline(never)]
    fn byte(&mut self, byte: u8) {
        self.0.push(byte);
    }

    /// Seven bits a byte, the lowest first.
    #[inline(never)]
    fn varint(&mut self, mut number: u64) {
        while number >= 0x80 {
            self.0.push(number as u8 | 0x80);
            number >>= 7;
        }
        self.0.push(number as u8);
    }

    /// Small numbers of either sign are few bytes.
    fn zigzag(&mut self, number: i64) {
        self.varint((number << 1 ^ number >> 63) as u64);
    }

    #[inline(never)]
    fn fixed(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }

    /// Of a list or a map. All that messages hold know how long they are.
    fn len(&mut self, len: Option<usize>) {
        debug_assert!(len.is_some(), "a list of unknown length");
        self.varint(len.unwrap_or_default() as u64);
    }

    #[inline(never)]
    fn bytes(&mut self, bytes: &[u8]) {
        self.varint(bytes.len() as u64);
        self.fixed(bytes);
    }
}

macro_rules! writes {
    ($($method:ident $type:ty, $self:ident, $value:ident => $write:expr;)*) => {
        $(fn $method($self, $value: $type) -> Result<(), Never> {
            $write;
            Ok(())
        })*
    };
}

impl ser::Serializer for &mut Writer {
    type Ok = ();
    type Error = Never;
    type SerializeSeq = Self;
    type SerializeTuple = Self;
    type SerializeTupleStruct = Self;
    type SerializeTupleVariant = Self;
    type SerializeMap = Self;
    type SerializeStruct = Self;
    type SerializeStructVariant = Self;

    writes! {
        serialize_bool bool, self, value => self.byte(value.into());
        serialize_u8 u8, self, value => self.byte(value);
        serialize_u16 u16, self, value => self.varint(value.into());
        serialize_u32 u32, self, value => self.varint(value.into());
        serialize_u64 u64, self, value => self.varint(value);
        serialize_i8 i8, self, value => self.byte(value as u8);
        serialize_i16 i16, self, value => self.zigzag(value.into());
        serialize_i32 i32, self, value => self.zigzag(value.into());
        serialize_i64 i64, self, value => self.zigzag(value);
        serialize_f32 f32, self, value => self.fixed(&value.to_le_bytes());
        serialize_f64 f64, self, value => self.fixed(&value.to_le_bytes());
        serialize_char char, self, value => self.bytes(value.encode_utf8(&mut [0; 4]).as_bytes());
        serialize_str &str, self, value => self.bytes(value.as_bytes());
        serialize_bytes &[u8], self, value => self.bytes(value);
    }

    fn serialize_none(self) -> Result<(), Never> {
        self.serialize_u8(0)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Never> {
        self.byte(1);
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), Never> {
        Ok(())
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<(), Never> {
        Ok(())
    }

    fn serialize_unit_variant(self, _: &'static str, index: u32, _: &'static str) -> Result<(), Never> {
        self.serialize_u32(index)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Result<(), Never> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        index: u32,
        _: &'static str,
        value: &T,
    ) -> Result<(), Never> {
        self.varint(index.into());
        value.serialize(self)
    }

    fn serialize_seq(self, len: Option<usize>) -> Result<Self, Never> {
        self.len(len);
        Ok(self)
    }

    fn serialize_tuple(self, _: usize) -> Result<Self, Never> {
        Ok(self)
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Self, Never> {
        Ok(self)
    }

    fn serialize_tuple_variant(self, _: &'static str, index: u32, _: &'static str, _: usize) -> Result<Self, Never> {
        self.varint(index.into());
        Ok(self)
    }

    fn serialize_map(self, len: Option<usize>) -> Result<Self, Never> {
        self.len(len);
        Ok(self)
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Self, Never> {
        Ok(self)
    }

    fn serialize_struct_variant(self, _: &'static str, index: u32, _: &'static str, _: usize) -> Result<Self, Never> {
        self.varint(index.into());
        Ok(self)
    }

    fn is_human_readable(&self) -> bool {
        false
    }
}

macro_rules! writes_fields {
    ($($trait:ident $method:ident $($key:ty)?;)*) => {
        $(impl ser::$trait for &mut Writer {
            type Ok = ();
            type Error = Never;

            fn $method<T: Serialize + ?Sized>(&mut self, $(_: $key,)? value: &T) -> Result<(), Never> {
                value.serialize(&mut **self)
            }

            fn end(self) -> Result<(), Never> {
                Ok(())
            }
        })*
    };
}

writes_fields! {
    SerializeSeq serialize_element;
    SerializeTuple serialize_element;
    SerializeTupleStruct serialize_field;
    SerializeTupleVariant serialize_field;
    SerializeStruct serialize_field &'static str;
    SerializeStructVariant serialize_field &'static str;
}

impl ser::SerializeMap for &mut Writer {
    type Ok = ();
    type Error = Never;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Never> {
        key.serialize(&mut **self)
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Never> {
        value.serialize(&mut **self)
    }

    fn end(self) -> Result<(), Never> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;
    use serde::{Deserialize, Serialize};

    use super::*;

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
    enum Kind {
        Unit,
        One(i16),
        Two(u8, String),
        Fields { at: i64, of: Option<char> },
    }

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
    struct All {
        numbers: (u8, u16, u32, u64, usize, i8, i16, i32, i64),
        floats: (f32, f64),
        text: String,
        letter: char,
        nothing: (),
        kinds: Vec<Kind>,
        few: [bool; 3],
        by_name: BTreeMap<String, Vec<Option<u32>>>,
        whole: Box<Option<All>>,
    }

    fn kind() -> impl Strategy<Value = Kind> {
        prop_oneof![
            Just(Kind::Unit),
            any::<i16>().prop_map(Kind::One),
            (any::<u8>(), ".*").prop_map(|(number, text)| Kind::Two(number, text)),
            (any::<i64>(), any::<Option<char>>()).prop_map(|(at, of)| Kind::Fields { at, of }),
        ]
    }

    fn all() -> impl Strategy<Value = All> {
        let texts = (
            ".*",
            any::<char>(),
            prop::collection::btree_map(".{0,3}", prop::collection::vec(any::<Option<u32>>(), 0..4), 0..4),
        );
        let rest = (any::<(f32, f64)>(), texts, prop::collection::vec(kind(), 0..200), any::<[bool; 3]>());
        (any::<(u8, u16, u32, u64, usize, i8, i16, i32, i64)>(), rest).prop_map(
            |(numbers, (floats, texts, kinds, few))| {
                let (text, letter, by_name) = texts;
                let one =
                    All { numbers, floats, text, letter, nothing: (), kinds, few, by_name, whole: Box::new(None) };
                All { whole: Box::new(Some(one.clone())), ..one }
            },
        )
    }

    proptest! {
        #[test]
        fn bytes_are_those_of_postcard(value in all()) {
            let bytes = write(&value);
            prop_assert_eq!(postcard::to_stdvec(&value), Ok(bytes.clone()));
            let read: Option<All> = super::super::read(&bytes);
            prop_assert!(read.is_some_and(|read| postcard::to_stdvec(&read) == postcard::to_stdvec(&value)));
        }
    }
}
