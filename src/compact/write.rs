//! Writes a value as `postcard::to_stdvec` does: numbers of seven bits a byte, texts and lists behind their length, nothing for names.

use std::fmt::{Display, Write as _};

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

impl<'a> ser::Serializer for &'a mut Writer {
    type Ok = ();
    type Error = Never;
    type SerializeSeq = Items<'a>;
    type SerializeTuple = Self;
    type SerializeTupleStruct = Self;
    type SerializeTupleVariant = Self;
    type SerializeMap = Items<'a>;
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

    fn collect_str<T: Display + ?Sized>(self, value: &T) -> Result<(), Never> {
        let mut text = String::new();
        // Writing into a text fails only where the value itself does, which is written as far as it goes.
        let _ = write!(text, "{value}");
        self.serialize_str(&text)
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

    fn serialize_seq(self, len: Option<usize>) -> Result<Items<'a>, Never> {
        Ok(Items::new(self, len))
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

    fn serialize_map(self, len: Option<usize>) -> Result<Items<'a>, Never> {
        Ok(Items::new(self, len))
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
    SerializeTuple serialize_element;
    SerializeTupleStruct serialize_field;
    SerializeTupleVariant serialize_field;
    SerializeStruct serialize_field &'static str;
    SerializeStructVariant serialize_field &'static str;
}

/// Elements of a list or entries of a map.
struct Items<'a> {
    writer: &'a mut Writer,
    /// Where they begin and how many there are so far, where their number was not known before.
    counted: Option<(usize, u64)>,
}

impl<'a> Items<'a> {
    #[inline(never)]
    fn new(writer: &'a mut Writer, len: Option<usize>) -> Self {
        let at = writer.0.len();
        if let Some(len) = len {
            writer.varint(len as u64);
        }
        Self { writer, counted: len.is_none().then_some((at, 0)) }
    }

    fn count(&mut self) {
        if let Some((_, n)) = &mut self.counted {
            *n += 1;
        }
    }

    #[inline(never)]
    fn finish(self) {
        if let Some((at, n)) = self.counted {
            let items = self.writer.0.split_off(at);
            self.writer.varint(n);
            self.writer.fixed(&items);
        }
    }
}

impl ser::SerializeSeq for Items<'_> {
    type Ok = ();
    type Error = Never;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Never> {
        self.count();
        value.serialize(&mut *self.writer)
    }

    fn end(self) -> Result<(), Never> {
        self.finish();
        Ok(())
    }
}

impl ser::SerializeMap for Items<'_> {
    type Ok = ();
    type Error = Never;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Never> {
        self.count();
        key.serialize(&mut *self.writer)
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Never> {
        value.serialize(&mut *self.writer)
    }

    fn end(self) -> Result<(), Never> {
        self.finish();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, HashMap};

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

    /// A list that does not know how long it is.
    struct Unmeasured(u32);

    impl Serialize for Unmeasured {
        fn serialize<S: ser::Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
            out.collect_seq((0..self.0).filter(|_| true))
        }
    }

    #[test]
    fn a_list_of_unknown_length_is_written_like_any_other() {
        for n in [0, 1, 200, 70_000] {
            assert_eq!(write(&Unmeasured(n)), write(&(0..n).collect::<Vec<u32>>()));
        }
        let one = HashMap::from([("a", 1_u8)]);
        assert_eq!(write(&one), [1, 1, b'a', 1]);
        assert_eq!(write(&format_args!("{}-{}", 1, 2)), write("1-2"));
    }
}
