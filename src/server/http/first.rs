//! The link by which the first operator of a console at a public address is made.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::entrance::{message_of, refused};
use super::extract::{Form, Path};
use super::gate::SET_UP;
use super::operators::login;
use super::{ServerState, plain};
use crate::server::identity::IdentityError;

/// What the path begins with.
pub const FIRST: &str = "/first/";

#[derive(Deserialize)]
pub struct FirstForm {
    login: String,
}

pub async fn page(State(state): State<ServerState>, Path(link): Path<String>) -> Response {
    match check(&state, &link).await {
        Ok(()) => plain::first(&state, &format!("{FIRST}{link}"), String::new()),
        Err(error) => refused(plain::no_link(&state, message_of(&error)), &error),
    }
}

async fn check(state: &ServerState, link: &str) -> Result<(), IdentityError> {
    // On this computer there is no such link: whoever sits at it is served.
    match state.front.public() {
        Some(_) => state.app.identity.check_first(link).await,
        None => Err(IdentityError::NoFirstLink),
    }
}

/// Makes the operator, and leads on to set up password and authenticator.
pub async fn make(
    State(state): State<ServerState>,
    Path(link): Path<String>,
    Form(form): Form<FirstForm>,
) -> Response {
    let made = async {
        check(&state, &link).await?;
        state
            .app
            .identity
            .make_first(&link, &login(&form.login)?)
            .await
    };
    match made.await {
        Ok(link) => Redirect::to(&format!("{SET_UP}{}", link.as_str())).into_response(),
        Err(error @ IdentityError::Invalid(_)) => {
            let page = plain::first(&state, &format!("{FIRST}{link}"), message_of(&error));
            refused(page, &error)
        }
        Err(error) => refused(plain::no_link(&state, message_of(&error)), &error),
    }
}
