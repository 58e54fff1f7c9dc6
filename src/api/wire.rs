//! What crosses between browser and server: JSON, and in the browser one reader.

use leptos::server::codee::{Decoder, Encoder};
use leptos::server_fn::{Bytes, ContentType, Decodes, Encodes, Format, FormatType};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::reader::{self, Error};

/// The encoding of arguments, answers, errors and what a page brings along.
pub struct Wire;

/// What a page brings along as it is, for values that are read too often to be taken out of a
/// parcel; see [`super::resource`].
pub type Resource<T> = leptos::prelude::Resource<T, Wire>;

impl ContentType for Wire {
    const CONTENT_TYPE: &'static str = "application/json";
}

impl FormatType for Wire {
    const FORMAT_TYPE: Format = Format::Text;
}

impl<T: Serialize> Encodes<T> for Wire {
    type Error = serde_json::Error;

    fn encode(value: &T) -> Result<Bytes, serde_json::Error> {
        serde_json::to_vec(value).map(Bytes::from)
    }
}

impl<T: DeserializeOwned> Decodes<T> for Wire {
    type Error = Error;

    fn decode(bytes: Bytes) -> Result<T, Error> {
        read(&bytes)
    }
}

impl<T: Serialize> Encoder<T> for Wire {
    type Error = serde_json::Error;
    type Encoded = String;

    fn encode(value: &T) -> Result<String, serde_json::Error> {
        serde_json::to_string(value)
    }
}

impl<T: DeserializeOwned> Decoder<T> for Wire {
    type Error = Error;
    type Encoded = str;

    fn decode(text: &str) -> Result<T, Error> {
        read(text.as_bytes())
    }
}

/// Reads JSON. The server keeps the strict reader: it is the one that must not trust
/// what it reads.
pub fn read<T: DeserializeOwned>(json: &[u8]) -> Result<T, Error> {
    if cfg!(target_arch = "wasm32") {
        reader::read(json)
    } else {
        serde_json::from_slice(json).map_err(|error| Error(error.to_string().into()))
    }
}
