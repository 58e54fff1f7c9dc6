//! What a request holds, as handlers take it. What cannot be read is refused in a sentence of
//! ours: axum's own speak of types and columns.

use axum::extract::rejection::{FormRejection, PathRejection, QueryRejection};
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use serde::de::DeserializeOwned;

/// The fields of a form.
pub struct Form<T>(pub T);

/// The parameters of an address.
pub struct Query<T>(pub T);

/// The parts of an address.
pub struct Path<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Form<T> {
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        let form = axum::Form::<T>::from_request(request, state).await;
        form.map(|axum::Form(fields)| Self(fields))
            .map_err(|rejection: FormRejection| {
                let message = match rejection.status() {
                    StatusCode::UNSUPPORTED_MEDIA_TYPE => "This address takes a form.",
                    StatusCode::PAYLOAD_TOO_LARGE => "The form is too large.",
                    _ => "The form cannot be read: a field is missing, or has a value that it cannot have.",
                };
                (rejection.status(), message).into_response()
            })
    }
}

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Query<T> {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Response> {
        let query = axum::extract::Query::<T>::from_request_parts(parts, state).await;
        query
            .map(|axum::extract::Query(parameters)| Self(parameters))
            .map_err(|rejection: QueryRejection| {
                let message = "The address cannot be read: a parameter is missing, or has a value that it cannot have.";
                (rejection.status(), message).into_response()
            })
    }
}

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for Path<T> {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Response> {
        let path = axum::extract::Path::<T>::from_request_parts(parts, state).await;
        path.map(|axum::extract::Path(path)| Self(path))
            .map_err(|rejection: PathRejection| {
                (rejection.status(), "The address cannot be read.").into_response()
            })
    }
}
