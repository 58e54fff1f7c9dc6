//! What a page brings along and the browser asks for again.
//!
//! Leptos compiles its resources again for each type of value, source and question: some
//! 10 kB for each screen. Here the value is put into a [`Parcel`], which is one type, and only
//! putting it in and taking it out depend on the type.

use std::any::Any;
use std::future::IntoFuture;
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};

use leptos::prelude::{Resource as Inner, *};
use leptos::server::codee::{Decoder, Encoder};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::wire::read;
use crate::domain::error::ApiError;

/// A value that a page can bring along.
pub trait Brought: Clone + Serialize + DeserializeOwned + Send + Sync + 'static {
    /// The value in place of one that cannot be read, since the page is older than the script.
    fn unread() -> Self;
}

impl<T> Brought for Result<T, ApiError>
where
    T: Clone + Serialize + DeserializeOwned + Send + Sync + 'static,
{
    fn unread() -> Self {
        Err(ApiError::Unreachable)
    }
}

impl Brought for Vec<u64> {
    fn unread() -> Self {
        Self::new()
    }
}

/// A value of any type: as it was made here, or as the JSON that the page brought.
#[derive(Clone)]
enum Parcel {
    Made(Arc<dyn Any + Send + Sync>, Write),
    Sent(Arc<str>),
}

/// Writes a value of the type that the parcel was made of.
type Write = fn(&(dyn Any + Send + Sync)) -> Result<String, serde_json::Error>;

impl Parcel {
    fn new<T: Brought>(value: T) -> Self {
        Self::Made(Arc::new(value), |value| {
            // Only a server writes parcels.
            match value.downcast_ref::<T>() {
                Some(value) if !cfg!(target_arch = "wasm32") => serde_json::to_string(value),
                _ => Ok(String::new()),
            }
        })
    }

    fn open<T: Brought>(self) -> T {
        match self {
            Self::Made(value, _) => value.downcast_ref::<T>().cloned(),
            Self::Sent(text) => read(text.as_bytes()).ok(),
        }
        .unwrap_or_else(T::unread)
    }
}

/// The encoding of parcels.
struct Parcels;

impl Encoder<Parcel> for Parcels {
    type Error = serde_json::Error;
    type Encoded = String;

    fn encode(parcel: &Parcel) -> Result<String, serde_json::Error> {
        match parcel {
            Parcel::Made(value, write) => write(value.as_ref()),
            Parcel::Sent(text) => Ok(text.to_string()),
        }
    }
}

impl Decoder<Parcel> for Parcels {
    type Error = std::convert::Infallible;
    type Encoded = str;

    fn decode(text: &str) -> Result<Parcel, Self::Error> {
        Ok(Parcel::Sent(text.into()))
    }
}

/// What a page brings along and the browser asks for again. Awaited or got, it is a `T`.
pub struct Resource<T> {
    inner: Inner<Parcel, Parcels>,
    value: PhantomData<fn() -> T>,
}

impl<T> Clone for Resource<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Resource<T> {}

impl<T: Brought> Resource<T> {
    /// The value; `None` while it is asked for the first time.
    pub fn get(self) -> Option<T> {
        self.inner.get().map(Parcel::open)
    }
}

impl<T: Brought> IntoFuture for Resource<T> {
    type Output = T;
    type IntoFuture = Pin<Box<dyn Future<Output = T> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move { self.inner.await.open() })
    }
}

type Number = Box<dyn Fn() -> u64 + Send + Sync>;
type Asking = Pin<Box<dyn Future<Output = Parcel> + Send>>;
type Ask = Box<dyn Fn(u64) -> Asking + Send + Sync>;

/// Reads what the page brought along, or asks, and asks again when `source` changes.
pub fn resource<S, T, F>(
    source: impl Fn() -> S + Send + Sync + 'static,
    ask: impl Fn(S) -> F + Send + Sync + 'static,
) -> Resource<T>
where
    S: PartialEq + Clone + Send + Sync + 'static,
    T: Brought,
    F: Future<Output = T> + Send + 'static,
{
    // Each value of the source has a number, so that sources are of one type as well.
    let last = Arc::new(Mutex::new((0, None::<S>)));
    let asked = last.clone();
    let number = move || {
        let now = source();
        let mut last = last.lock().unwrap_or_else(PoisonError::into_inner);
        if last.1.as_ref() != Some(&now) {
            *last = (last.0 + 1, Some(now));
        }
        last.0
    };
    let ask = move |_| -> Asking {
        let source = asked
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .1
            .clone();
        match source {
            Some(source) => {
                let asking = ask(source);
                Box::pin(async move { Parcel::new(asking.await) })
            }
            // Its number is made first.
            None => Box::pin(async { Parcel::new(T::unread()) }),
        }
    };
    Resource {
        inner: erased(Box::new(number), Box::new(ask)),
        value: PhantomData,
    }
}

fn erased(number: Number, ask: Ask) -> Inner<Parcel, Parcels> {
    Inner::new_with_options(number, ask, false)
}
