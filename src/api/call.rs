//! How the browser calls a server function: arguments as JSON in the body of a POST, and
//! the answer or the error as JSON.
//!
//! `server_fn::Http` does the same, but compiles its whole exchange again for each
//! function. Here only writing the arguments and reading the answer depend on the
//! function, and the exchange is compiled once.

use std::pin::Pin;

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

use super::ApiError;
use super::wire::{Wire, read};

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
        let answer = match <Wire as Encodes<Input>>::encode(&input) {
            Ok(body) => ask::<C>(path.to_owned(), body),
            Err(error) => Box::pin(refused(ServerFnErrorErr::Serialization(error.to_string()))),
        };
        async move {
            read(&answer.await?).map_err(|error| {
                ApiError::from_server_fn_error(ServerFnErrorErr::Deserialization(error.to_string()))
            })
        }
    }
}

/// Bytes of an answer, once they are here.
type Answer = Pin<Box<dyn Future<Output = Result<Bytes, ApiError>> + Send>>;

/// Sends a request and reads the whole answer. An answer with an error's status is the
/// error that it holds.
fn ask<C: Client<ApiError>>(path: String, body: Bytes) -> Answer {
    Box::pin(async move {
        let json = Wire::CONTENT_TYPE;
        let request = C::Request::try_new_req_bytes(&path, json, json, body, Method::POST)?;
        let response = C::send(request).await?;
        let is_error = 400 <= response.status();
        let answer = response.try_into_bytes().await?;
        match is_error {
            true => Err(ApiError::de(answer)),
            false => Ok(answer),
        }
    })
}

async fn refused(error: ServerFnErrorErr) -> Result<Bytes, ApiError> {
    Err(ApiError::from_server_fn_error(error))
}
