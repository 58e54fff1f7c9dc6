//! Who may use the console, as administrators see to it: a plain page with forms. Whoever
//! comes there has given password and code a moment ago.

use axum::extract::{FromRequestParts, State};
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use super::entrance::{message_of, refused};
use super::export::refuse;
use super::extract::Form;
use super::{ServerState, gate, plain};
use crate::domain::error::ApiError;
use crate::domain::login::Login;
use crate::domain::permission::{Grant, Role};
use crate::server::identity::IdentityError;
use crate::server::identity::secret::Token;
use crate::server::store::SignedIn;
use crate::server::{Scoped, may};
use crate::ui::entrance::{BY_PROVIDER, OperatorRow, words};

pub const PAGE: &str = "/operators";

/// An administrator who has just signed in.
pub struct Administrator(Scoped<may::Administer>);

impl FromRequestParts<ServerState> for Administrator {
    type Rejection = Response;

    async fn from_request_parts(
        parts: &mut Parts,
        state: &ServerState,
    ) -> Result<Self, Self::Rejection> {
        let who = Scoped::<may::Administer>::from_request_parts(parts, state).await?;
        // Without operators there is nobody to see to, and nobody who could be asked.
        let Ok(signed_in) = SignedIn::from_request_parts(parts, state).await else {
            return Err(refuse(ApiError::Invalid {
                message: words::NO_OPERATORS.to_owned(),
            }));
        };
        match state.app.identity.now().await {
            Ok(now) if who.is_strong(now) => Ok(Self(who)),
            Ok(_) => {
                let why = words::SIGN_IN_FIRST.to_owned();
                let page = plain::sign_in_again(state, PAGE, &signed_in, why);
                Err(plain::with_status(page, 401))
            }
            Err(error) => Err(refused(message_of(&error).into_response(), &error)),
        }
    }
}

#[derive(Deserialize)]
pub struct Who {
    login: String,
}

/// Org units of each role, one in a line.
#[derive(Deserialize)]
pub struct Roles {
    login: String,
    /// How they sign in: `provider` or by a link.
    #[serde(default)]
    by: String,
    #[serde(default)]
    viewer: String,
    #[serde(default)]
    operator: String,
}

impl Roles {
    fn grants(&self) -> Result<Vec<Grant>, IdentityError> {
        let of = |role: Role, lines: &str| {
            let lines = lines.lines().map(str::trim).filter(|line| !line.is_empty());
            lines
                .map(|line| format!("{}:{line}", role.as_str()).parse::<Grant>())
                .collect::<Result<Vec<_>, _>>()
        };
        let viewer = of(Role::Viewer, &self.viewer);
        let operator = of(Role::Operator, &self.operator);
        let both = viewer.and_then(|viewer| Ok([viewer, operator?].concat()));
        both.map_err(|why| IdentityError::Invalid(format!("Write each org unit in a line: {why}.")))
    }
}

pub fn login(text: &str) -> Result<Login, IdentityError> {
    let login = text.trim().to_ascii_lowercase().parse();
    login.map_err(|why| IdentityError::Invalid(format!("{why}.")))
}

/// What the page says besides its list.
#[derive(Default)]
struct Report {
    done: String,
    /// A link that is shown once, and for whom.
    link: Option<(String, String)>,
}

pub async fn page(State(state): State<ServerState>, Administrator(who): Administrator) -> Response {
    show(&state, &who, Ok(Report::default())).await
}

/// The page, after what was done or was not.
async fn show(
    state: &ServerState,
    who: &Scoped<may::Administer>,
    done: Result<Report, IdentityError>,
) -> Response {
    let operators = match state.app.identity.operators(who).await {
        Ok(operators) => operators,
        Err(error) => return refused(message_of(&error).into_response(), &error),
    };
    let row = |line: crate::server::store::OperatorLine| OperatorRow {
        is_self: line.login == who.name,
        login: line.login,
        state: line.state,
        is_sso: line.is_sso,
        grants: line.grants,
        seen_at: line.seen_at,
        sessions: line.sessions,
        tokens: line.tokens,
    };
    let resets = state.app.identity.resets().await;
    let rows = operators.into_iter().map(row).collect();
    let why = done.as_ref().err().map(message_of).unwrap_or_default();
    let (report, error) = match done {
        Ok(report) => (report, None),
        Err(error) => (Report::default(), Some(error)),
    };
    let page = plain::operators(state, rows, report.done, report.link, why, resets);
    match error {
        Some(error) => refused(page, &error),
        None => page,
    }
}

pub async fn invite(
    State(state): State<ServerState>,
    Administrator(who): Administrator,
    Form(form): Form<Roles>,
) -> Response {
    let identity = &state.app.identity;
    let invited = async {
        let login = login(&form.login)?;
        let by_email = form.by == BY_PROVIDER && identity.provider().is_some();
        let link = identity.invite_to(&who, &login, form.grants()?, by_email);
        Ok(invited_by(&state, &login, link.await?))
    };
    show(&state, &who, invited.await).await
}

pub async fn invite_again(
    State(state): State<ServerState>,
    Administrator(who): Administrator,
    Form(form): Form<Who>,
) -> Response {
    let invited = async {
        let login = login(&form.login)?;
        let link = state.app.identity.invite_again(&who, &login).await?;
        Ok(invited_by(&state, &login, link))
    };
    show(&state, &who, invited.await).await
}

/// Says who was invited, and shows the link if there is one.
fn invited_by(state: &ServerState, login: &Login, link: Option<Token>) -> Report {
    let Some(link) = link else {
        let provider = state.app.identity.provider();
        let name = provider.map_or("single sign-on", |provider| provider.name());
        return report(words::invited_by_email(login.as_str(), name));
    };
    let root = match state.front.public() {
        Some(public) => public.to_string(),
        None => String::new(),
    };
    let link = format!("{root}{}{}", gate::SET_UP, link.as_str());
    Report {
        link: Some((login.to_string(), link)),
        ..Report::default()
    }
}

pub async fn give(
    State(state): State<ServerState>,
    Administrator(who): Administrator,
    Form(form): Form<Roles>,
) -> Response {
    let given = async {
        let login = login(&form.login)?;
        state
            .app
            .identity
            .give(&who, &login, form.grants()?)
            .await?;
        Ok(report(words::roles_changed(login.as_str())))
    };
    show(&state, &who, given.await).await
}

pub async fn sign_out(
    State(state): State<ServerState>,
    Administrator(who): Administrator,
    Form(form): Form<Who>,
) -> Response {
    let signed_out = async {
        let login = login(&form.login)?;
        let identity = &state.app.identity;
        identity.sign_out_everywhere(&who, &login).await?;
        Ok(report(words::signed_out(login.as_str())))
    };
    show(&state, &who, signed_out.await).await
}

pub async fn disable(
    State(state): State<ServerState>,
    Administrator(who): Administrator,
    Form(form): Form<Who>,
) -> Response {
    let disabled = async {
        let login = login(&form.login)?;
        state
            .app
            .identity
            .disable_by_administrator(&who, &login)
            .await?;
        Ok(report(words::disabled(login.as_str())))
    };
    show(&state, &who, disabled.await).await
}

pub async fn stop_all(
    State(state): State<ServerState>,
    Administrator(who): Administrator,
) -> Response {
    match state.app.jobs.stop_all(&who).await {
        Ok(stopped) => show(&state, &who, Ok(report(words::jobs_stopped(stopped)))).await,
        Err(error) => refuse(error.into()),
    }
}

fn report(done: String) -> Report {
    Report {
        done,
        ..Report::default()
    }
}
