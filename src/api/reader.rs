//! A small reader of JSON.
//!
//! `serde_json` reads text and bytes by different code, and either way every type
//! brings its own copy of whatever JSON could be. Here a type is read from a parsed
//! value and asked for the one thing it is.

use std::borrow::Cow;
use std::fmt::{self, Display};
use std::vec;

use serde::de::value::MapDeserializer;
use serde::de::{
    self, DeserializeOwned, DeserializeSeed, Deserializer, EnumAccess, Expected, IntoDeserializer,
    SeqAccess, Unexpected, VariantAccess, Visitor,
};
use serde::forward_to_deserialize_any;
use serde_json::{Map, Value};

/// Reads what `serde_json` reads, if it is of a type that the server sends: no
/// borrowed text, and nothing untyped.
pub fn read<T: DeserializeOwned>(json: &[u8]) -> Result<T, Error> {
    T::deserialize(Reader(parse(json)?))
}

fn parse(json: &[u8]) -> Result<Value, Error> {
    serde_json::from_slice(json).map_err(|_| UNEXPECTED)
}

/// It was not what was asked for. The browser does not say what it was instead: nobody
/// reads that there, and the words for it, down to how floating point numbers are
/// written, would be sent with every page.
#[derive(Debug, PartialEq, Eq)]
pub struct Error(pub Cow<'static, str>);

const UNEXPECTED: Error = Error(Cow::Borrowed("not of the expected form"));

impl Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Error {}

impl de::Error for Error {
    fn custom<T: Display>(_: T) -> Self {
        UNEXPECTED
    }

    fn invalid_type(_: Unexpected<'_>, _: &dyn Expected) -> Self {
        UNEXPECTED
    }

    fn invalid_value(_: Unexpected<'_>, _: &dyn Expected) -> Self {
        UNEXPECTED
    }

    fn invalid_length(_: usize, _: &dyn Expected) -> Self {
        UNEXPECTED
    }

    fn unknown_variant(_: &str, _: &'static [&'static str]) -> Self {
        UNEXPECTED
    }

    fn unknown_field(_: &str, _: &'static [&'static str]) -> Self {
        UNEXPECTED
    }

    fn missing_field(_: &'static str) -> Self {
        UNEXPECTED
    }

    fn duplicate_field(_: &'static str) -> Self {
        UNEXPECTED
    }
}

/// A value that is what it is asked to be, or an error.
struct Reader(Value);

fn unexpected<T>() -> Result<T, Error> {
    Err(UNEXPECTED)
}

impl<'de> Deserializer<'de> for Reader {
    type Error = Error;

    /// For what is skipped: nothing here is of a type only JSON knows.
    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_unit()
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            Value::Bool(value) => visitor.visit_bool(value),
            _ => unexpected(),
        }
    }

    fn deserialize_u64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0.as_u64() {
            Some(value) => visitor.visit_u64(value),
            None => unexpected(),
        }
    }

    fn deserialize_u32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_u64(visitor)
    }

    fn deserialize_u16<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_u64(visitor)
    }

    fn deserialize_u8<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_u64(visitor)
    }

    fn deserialize_i64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0.as_i64() {
            Some(value) => visitor.visit_i64(value),
            None => unexpected(),
        }
    }

    fn deserialize_i32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_i64(visitor)
    }

    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0.as_f64() {
            Some(value) => visitor.visit_f64(value),
            None => unexpected(),
        }
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            Value::String(value) => visitor.visit_string(value),
            _ => unexpected(),
        }
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_string(visitor)
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_string(visitor)
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            Value::Null => visitor.visit_unit(),
            _ => unexpected(),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            Value::Null => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            Value::Array(values) => visitor.visit_seq(Items::of(values)),
            _ => unexpected(),
        }
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            Value::Object(fields) => visitor.visit_map(MapDeserializer::new(
                fields
                    .into_iter()
                    .map(|(name, value)| (name, Reader(value))),
            )),
            _ => unexpected(),
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        match self.0 {
            Value::Array(values) => visitor.visit_seq(Items::of(values)),
            Value::Object(values) => visitor.visit_seq(Items::named(values, fields)),
            _ => unexpected(),
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        let (name, content) = match self.0 {
            Value::String(name) => (name, Value::Null),
            Value::Object(fields) if fields.len() == 1 => match fields.into_iter().next() {
                Some(only) => only,
                None => return unexpected(),
            },
            _ => return unexpected(),
        };
        visitor.visit_enum(Variant { name, content })
    }

    forward_to_deserialize_any! {
        i8 i16 i128 u128 f32 char bytes byte_buf unit_struct tuple_struct ignored_any
    }
}

impl IntoDeserializer<'_, Error> for Reader {
    type Deserializer = Reader;

    fn into_deserializer(self) -> Reader {
        self
    }
}

/// `"Name"` or `{"Name": content}`.
struct Variant {
    name: String,
    content: Value,
}

impl<'de> EnumAccess<'de> for Variant {
    type Error = Error;
    type Variant = Reader;

    fn variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<(S::Value, Reader), Error> {
        let name = seed.deserialize(Reader(Value::String(self.name)))?;
        Ok((name, Reader(self.content)))
    }
}

impl<'de> VariantAccess<'de> for Reader {
    type Error = Error;

    fn unit_variant(self) -> Result<(), Error> {
        Ok(())
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<S::Value, Error> {
        seed.deserialize(self)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_seq(visitor)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.deserialize_struct("", fields, visitor)
    }
}

/// The items of a list, or the fields of a struct in their declared order.
///
/// So a struct is always read as a list: the code that would look up its fields by name
/// is not in the browser's module. A field that is absent is read as the end of the list
/// would be: by its default, or as an error.
struct Items(vec::IntoIter<Option<Value>>);

impl Items {
    fn of(values: Vec<Value>) -> Self {
        Self(values.into_iter().map(Some).collect::<Vec<_>>().into_iter())
    }

    fn named(mut values: Map<String, Value>, fields: &[&str]) -> Self {
        let items: Vec<_> = fields.iter().map(|field| values.remove(*field)).collect();
        Self(items.into_iter())
    }
}

impl<'de> SeqAccess<'de> for Items {
    type Error = Error;

    fn next_element_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Error> {
        match self.0.next().flatten() {
            Some(value) => seed.deserialize(Reader(value)).map(Some),
            None => Ok(None),
        }
    }
}

#[cfg(test)]
mod tests;
