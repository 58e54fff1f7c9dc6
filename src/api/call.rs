//! How the browser calls a server function: arguments as JSON in the body of a POST, and
//! the answer or the error as JSON.
//!
//! `server_fn::Http` does the same, but compiles its whole exchange again for each
//! function. Here only writing the arguments and reading the answer depend on the
//! function, and the exchange is compiled once.

use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll};

use http::Method;
use leptos::server_fn::client::Client;
use leptos::server_fn::codec::{FromReq, IntoRes, Post};
use leptos::server_fn::error::{FromServerFnError, ServerFnErrorErr};
use leptos::server_fn::request::ClientReq;
use leptos::server_fn::response::ClientRes;
use leptos::server_fn::server::Server;
use leptos::server_fn::{Bytes, ContentType, Encodes, Protocol};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::session::signed_in_again;
use super::wire::{Wire, read};
use crate::domain::error::ApiError;

/// The protocol of every server function.
pub struct Call;

type Json = Post<Wire>;

impl<Input, Output, C, S> Protocol<Input, Output, C, S, ApiError> for Call
where
    Input: Serialize + FromReq<Json, S::Request, ApiError> + Send,
    Output: DeserializeOwned + IntoRes<Json, S::Response, ApiError> + Send,
    C: Client<ApiError>,
    S: Server<ApiError>,
{
    const METHOD: Method = Method::POST;

    async fn run_server<F, Running>(
        request: S::Request,
        function: F,
    ) -> Result<S::Response, ApiError>
    where
        F: Fn(Input) -> Running + Send,
        Running: Future<Output = Result<Output, ApiError>> + Send,
    {
        let input = Input::from_req(request).await?;
        function(input).await?.into_res().await
    }

    fn run_client(
        path: &str,
        input: Input,
    ) -> impl Future<Output = Result<Output, ApiError>> + Send {
        let answer = ask::<C>(path, <Wire as Encodes<Input>>::encode(&input));
        Reading(answer, PhantomData)
    }
}

/// An answer that is read once it is here.
struct Reading<Output>(Answer, PhantomData<fn() -> Output>);

impl<Output: DeserializeOwned> Future for Reading<Output> {
    type Output = Result<Output, ApiError>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        self.0.as_mut().poll(context).map(read_answer)
    }
}

#[inline(never)]
fn read_answer<Output: DeserializeOwned>(
    answer: Result<Bytes, ApiError>,
) -> Result<Output, ApiError> {
    read(&answer?).map_err(|error| {
        ApiError::from_server_fn_error(ServerFnErrorErr::Deserialization(error.to_string()))
    })
}

/// The status of [`ApiError::SignedOut`].
const SIGNED_OUT: u16 = 401;

/// Bytes of an answer, once they are here.
type Answer = Pin<Box<dyn Future<Output = Result<Bytes, ApiError>> + Send>>;

/// Sends a request and reads the whole answer. An answer with an error's status is the
/// error that it holds; one that the session has ended is waited out.
#[inline(never)]
fn ask<C: Client<ApiError>>(path: &str, body: Result<Bytes, serde_json::Error>) -> Answer {
    let path = path.to_owned();
    Box::pin(async move {
        let body = body.map_err(|error| {
            ApiError::from_server_fn_error(ServerFnErrorErr::Serialization(error.to_string()))
        })?;
        let json = Wire::CONTENT_TYPE;
        let response = loop {
            let body = body.clone();
            let request = C::Request::try_new_req_bytes(&path, json, json, body, Method::POST)?;
            let response = C::send(request).await?;
            if response.status() != SIGNED_OUT {
                break response;
            }
            signed_in_again().await;
        };
        let is_error = 400 <= response.status();
        let answer = response.try_into_bytes().await?;
        match is_error {
            true => Err(ApiError::de(answer)),
            false => Ok(answer),
        }
    })
}
