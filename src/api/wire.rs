//! What crosses between browser and server: JSON, and in the browser one reader.

use leptos::server::codee::{Decoder, Encoder};
use leptos::server_fn::{Bytes, ContentType, Decodes, Encodes, Format, FormatType};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::reader::{self, Error};

/// The encoding of arguments, answers, errors and what a page brings along.
pub struct Wire;

/// What a page brings along and the browser asks for again.
pub type Resource<T> = leptos::prelude::Resource<T, Wire>;

/// Reads what the page brought along, or asks, and asks again when `source` changes.
pub fn resource<S, T, Asking>(
    source: impl Fn() -> S + Send + Sync + 'static,
    ask: impl Fn(S) -> Asking + Send + Sync + 'static,
) -> Resource<T>
where
    S: PartialEq + Clone + Send + Sync + 'static,
    T: Serialize + DeserializeOwned + Send + Sync + 'static,
    Asking: Future<Output = T> + Send + 'static,
{
    Resource::new_with_options(source, ask, false)
}

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
