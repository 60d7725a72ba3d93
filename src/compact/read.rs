//! Reads what [`write`](super::write) writes: what is wrong is remembered and read as zero, and told once, at the end.
//!
//! `postcard::from_bytes` gives the same values. There every field of every type ends in a branch that drops what was read so far, which is
//! half of the code that the page needs to understand the worker; here the compiler sees that no step can fail and writes none of it.

use serde::de::value::U32Deserializer;
use serde::de::{self, Deserialize, DeserializeSeed, IntoDeserializer, Visitor};

use super::Never;

/// Reads a value that fills `bytes` to the end; `None` where they are no such value.
pub(crate) fn read<'de, T: Deserialize<'de>>(bytes: &'de [u8]) -> Option<T> {
    let mut reader = Reader { rest: bytes, is_broken: false };
    let Ok(value) = T::deserialize(&mut reader);
    (!reader.is_broken && reader.rest.is_empty()).then_some(value)
}

struct Reader<'de> {
    rest: &'de [u8],
    is_broken: bool,
}

impl<'de> Reader<'de> {
    #[inline(never)]
    fn bytes(&mut self, n: usize) -> &'de [u8] {
        match self.rest.split_at_checked(n) {
            Some((bytes, rest)) => {
                self.rest = rest;
                bytes
            }
            None => self.stop(),
        }
    }

    /// From here on everything is empty: whatever recurses ends.
    fn stop(&mut self) -> &'de [u8] {
        self.is_broken = true;
        self.rest = &[];
        &[]
    }

    fn byte(&mut self) -> u8 {
        self.bytes(1).first().copied().unwrap_or_default()
    }

    /// Seven bits a byte, the lowest first.
    #[inline(never)]
    fn varint(&mut self) -> u64 {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte();
            let bits = u64::from(byte & 0x7f);
            if bits << shift >> shift != bits {
                break;
            }
            number |= bits << shift;
            if byte < 0x80 {
                return number;
            }
        }
        self.stop();
        0
    }

    /// A number that fits the type it is for.
    #[inline(never)]
    fn number(&mut self, max: u64) -> u64 {
        let number = self.varint();
        if number > max {
            self.stop();
            return 0;
        }
        number
    }

    fn zigzag(&mut self, max: u64) -> i64 {
        let number = self.number(max);
        (number >> 1) as i64 ^ -((number & 1) as i64)
    }

    #[inline(never)]
    fn len(&mut self) -> usize {
        // Every element takes a byte, or its type is empty: a length above what is left is damage, and must not be allocated.
        self.number(self.rest.len() as u64) as usize
    }

    #[inline(never)]
    fn text(&mut self) -> &'de str {
        let n = self.len();
        match str::from_utf8(self.bytes(n)) {
            Ok(text) => text,
            Err(_) => {
                self.stop();
                ""
            }
        }
    }
}

macro_rules! reads {
    ($($method:ident $visit:ident $self:ident => $value:expr;)*) => {
        $(fn $method<V: Visitor<'de>>($self, visitor: V) -> Result<V::Value, Never> {
            visitor.$visit($value)
        })*
    };
}

impl<'de> de::Deserializer<'de> for &mut Reader<'de> {
    type Error = Never;

    reads! {
        deserialize_bool visit_bool self => self.number(1) == 1;
        deserialize_u8 visit_u8 self => self.byte();
        deserialize_u16 visit_u16 self => self.number(u16::MAX.into()) as u16;
        deserialize_u32 visit_u32 self => self.number(u32::MAX.into()) as u32;
        deserialize_u64 visit_u64 self => self.varint();
        deserialize_i8 visit_i8 self => self.byte() as i8;
        deserialize_i16 visit_i16 self => self.zigzag(u16::MAX.into()) as i16;
        deserialize_i32 visit_i32 self => self.zigzag(u32::MAX.into()) as i32;
        deserialize_i64 visit_i64 self => self.zigzag(u64::MAX);
        deserialize_f32 visit_f32 self => f32::from_le_bytes(self.bytes(4).try_into().unwrap_or_default());
        deserialize_f64 visit_f64 self => f64::from_le_bytes(self.bytes(8).try_into().unwrap_or_default());
        deserialize_str visit_borrowed_str self => self.text();
        deserialize_string visit_borrowed_str self => self.text();
        deserialize_bytes visit_borrowed_bytes self => { let n = self.len(); self.bytes(n) };
        deserialize_byte_buf visit_borrowed_bytes self => { let n = self.len(); self.bytes(n) };
        deserialize_seq visit_seq self => { let left = self.len(); Items { reader: self, left } };
    }

    fn deserialize_char<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Never> {
        visitor.visit_char(self.text().chars().next().unwrap_or_default())
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Never> {
        if self.number(1) == 1 { visitor.visit_some(self) } else { visitor.visit_none() }
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Never> {
        visitor.visit_unit()
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Never> {
        visitor.visit_unit()
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Never> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Never> {
        visitor.visit_seq(Fields(self))
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, Never> {
        visitor.visit_seq(Fields(self))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Never> {
        visitor.visit_seq(Fields(self))
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Never> {
        let left = self.len();
        visitor.visit_map(Items { reader: self, left })
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Never> {
        let index = self.number(variants.len() as u64 - 1) as u32;
        visitor.visit_enum(Variant { reader: self, index })
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Never> {
        // The format does not describe itself; no type of the protocol asks.
        self.stop();
        visitor.visit_unit()
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Never> {
        self.deserialize_any(visitor)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Never> {
        self.deserialize_any(visitor)
    }

    fn is_human_readable(&self) -> bool {
        false
    }
}

/// Fields of a struct or a tuple: as many as are asked for.
struct Fields<'a, 'de>(&'a mut Reader<'de>);

impl<'de> de::SeqAccess<'de> for Fields<'_, 'de> {
    type Error = Never;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Never> {
        let Ok(value) = seed.deserialize(&mut *self.0);
        Ok(Some(value))
    }
}

/// Elements of a list or entries of a map.
struct Items<'a, 'de> {
    reader: &'a mut Reader<'de>,
    left: usize,
}

impl<'de> de::SeqAccess<'de> for Items<'_, 'de> {
    type Error = Never;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Never> {
        if self.left == 0 || self.reader.is_broken {
            return Ok(None);
        }
        self.left -= 1;
        let Ok(value) = seed.deserialize(&mut *self.reader);
        Ok(Some(value))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.left)
    }
}

impl<'de> de::MapAccess<'de> for Items<'_, 'de> {
    type Error = Never;

    fn next_key_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Never> {
        de::SeqAccess::next_element_seed(self, seed)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Never> {
        seed.deserialize(&mut *self.reader)
    }
}

/// The variant of an enum and what it holds.
struct Variant<'a, 'de> {
    reader: &'a mut Reader<'de>,
    index: u32,
}

impl<'a, 'de> de::EnumAccess<'de> for Variant<'a, 'de> {
    type Error = Never;
    type Variant = &'a mut Reader<'de>;

    fn variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<(S::Value, Self::Variant), Never> {
        let index: U32Deserializer<Never> = self.index.into_deserializer();
        let Ok(value) = seed.deserialize(index);
        Ok((value, self.reader))
    }
}

impl<'de> de::VariantAccess<'de> for &mut Reader<'de> {
    type Error = Never;

    fn unit_variant(self) -> Result<(), Never> {
        Ok(())
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<S::Value, Never> {
        seed.deserialize(self)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Never> {
        visitor.visit_seq(Fields(self))
    }

    fn struct_variant<V: Visitor<'de>>(self, _: &'static [&'static str], visitor: V) -> Result<V::Value, Never> {
        visitor.visit_seq(Fields(self))
    }
}
