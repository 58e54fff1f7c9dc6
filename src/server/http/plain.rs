//! Writes the pages that are no part of the application: to sign in, the account, the operators,
//! the requests to approve a job, the audit, and certificates.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use leptos::prelude::*;

use super::{ServerState, sso};
use crate::app;
use crate::domain::audit::AuditRow;
use crate::domain::browser_name::browser_name;
use crate::domain::time::Timestamp;
use crate::server::identity::SetUpData;
use crate::server::store::{SessionLine, SignedIn, TokenLine};
use crate::ui::approvals::{self, ApprovalRequest, Approvals, RequestRow, RequestView};
use crate::ui::audit::{AuditForm, AuditPage, Certificate, CertificateFacts, words as audit_words};
use crate::ui::entrance::{
    Account, Confirm, FirstOperator, NoLink, OperatorRow, Operators, RecoveryCodes, ResetBanner,
    SessionRow, SetUp, SignIn, TokenRow, words,
};

/// Such a page runs the two scripts of `public/`, and none that it carries.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
     form-action 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'",
);

pub fn sign_in(state: &ServerState, return_path: &str, login: &str, error: String) -> Response {
    let (return_path, login) = (return_path.to_owned(), login.to_owned());
    let provider = provider(state, &return_path);
    page(state, words::SIGN_IN, move || {
        view! { <SignIn return_path login provider error /> }.into_any()
    })
}

/// Asks somebody who is signed in to prove it once more: whoever has no password here gives
/// the code alone.
pub fn sign_in_again(state: &ServerState, back: &str, who: &SignedIn, why: String) -> Response {
    match who.is_sso {
        true => confirm(state, back, &who.login, why),
        false => sign_in(state, back, &who.login, why),
    }
}

/// Asks somebody for their code who has signed in with the provider.
pub fn confirm(state: &ServerState, return_path: &str, login: &str, error: String) -> Response {
    let (return_path, login) = (return_path.to_owned(), login.to_owned());
    let provider = provider(state, &return_path);
    page(state, words::SIGN_IN, move || {
        view! { <Confirm return_path login provider error /> }.into_any()
    })
}

/// The identity provider's name, and the link that leads to it and then on.
fn provider(state: &ServerState, return_path: &str) -> Option<(String, String)> {
    let provider = state.app.identity.provider()?;
    let query = form_urlencoded::Serializer::new(String::new())
        .append_pair("return", return_path)
        .finish();
    Some((
        provider.name().to_owned(),
        format!("{}?{query}", sso::SSO_START),
    ))
}

pub fn set_up(state: &ServerState, path: &str, offer: SetUpData, error: String) -> Response {
    let path = path.to_owned();
    page(state, words::SET_UP_TITLE, move || {
        let SetUpData {
            login,
            is_sso,
            secret,
            qr_code,
        } = offer;
        view! {
            <SetUp
                path
                login
                is_sso
                secret
                qr_path=qr_code.path
                qr_size=qr_code.size
                error
            />
        }
        .into_any()
    })
}

pub fn first(state: &ServerState, path: &str, error: String) -> Response {
    let path = path.to_owned();
    page(state, words::FIRST_TITLE, move || {
        view! { <FirstOperator path error /> }.into_any()
    })
}

pub fn recovery_codes(state: &ServerState, codes: Vec<String>) -> Response {
    page(state, words::CODES_TITLE, move || {
        view! { <RecoveryCodes codes /> }.into_any()
    })
}

pub fn no_link(state: &ServerState, error: String) -> Response {
    page(state, words::NO_LINK_TITLE, move || {
        view! { <NoLink error /> }.into_any()
    })
}

/// What the account's page says besides what is always there.
#[derive(Default)]
pub struct AccountReport {
    pub done: &'static str,
    pub error: String,
    /// An API token, in full: it is shown this once.
    pub new_token: String,
}

pub fn account(
    state: &ServerState,
    who: &SignedIn,
    (sessions, tokens): (Vec<SessionLine>, Vec<TokenLine>),
    this: &str,
    report: AccountReport,
    resets: Vec<(String, Timestamp)>,
) -> Response {
    let (name, has_password) = (who.name.clone(), !who.is_sso);
    let row = |line: SessionLine| SessionRow {
        is_this: line.session.as_str() == this,
        id: line.session.as_str().to_owned(),
        browser: browser_name(&line.agent),
        address: line.ip,
        since: line.created_at,
        last_used: line.seen_at,
    };
    let sessions: Vec<SessionRow> = sessions.into_iter().map(row).collect();
    let token = |line: TokenLine| TokenRow {
        id: line.token.as_str().to_owned(),
        name: line.name,
        created_at: line.created_at,
        ends_at: line.ends_at,
        used_at: line.used_at,
        address: line.ip,
    };
    let tokens: Vec<TokenRow> = tokens.into_iter().map(token).collect();
    page(state, words::ACCOUNT, move || {
        let AccountReport {
            done,
            error,
            new_token,
        } = report;
        view! {
            <Account name sessions tokens new_token has_password done error />
            <ResetBanner resets />
        }
        .into_any()
    })
}

pub fn operators(
    state: &ServerState,
    operators: Vec<OperatorRow>,
    done: String,
    link: Option<(String, String)>,
    error: String,
    resets: Vec<(String, Timestamp)>,
) -> Response {
    let provider = state.app.identity.provider();
    let provider = provider.map(|provider| provider.name().to_owned());
    page(state, words::OPERATORS, move || {
        view! { <Operators operators provider done link error /> <ResetBanner resets /> }.into_any()
    })
}

pub fn approvals(
    state: &ServerState,
    requests: Vec<RequestRow>,
    resets: Vec<(String, Timestamp)>,
) -> Response {
    page(state, approvals::words::TITLE, move || {
        view! { <Approvals requests /> <ResetBanner resets /> }.into_any()
    })
}

pub fn request(
    state: &ServerState,
    request: RequestView,
    resets: Vec<(String, Timestamp)>,
) -> Response {
    let title = approvals::words::request(request.job.number);
    page(state, &title, move || {
        view! { <ApprovalRequest request /> <ResetBanner resets /> }.into_any()
    })
}

pub fn audit(
    state: &ServerState,
    form: AuditForm,
    rows: Vec<AuditRow>,
    older: Option<i64>,
    error: String,
) -> Response {
    page(state, audit_words::AUDIT, move || {
        view! { <AuditPage form rows older error /> }.into_any()
    })
}

pub fn certificate(state: &ServerState, facts: CertificateFacts) -> Response {
    let title = audit_words::certificate(facts.job.number);
    page(state, &title, move || {
        view! { <Certificate facts /> }.into_any()
    })
}

fn page(state: &ServerState, title: &str, body: impl FnOnce() -> AnyView) -> Response {
    let owner = Owner::new();
    let (options, style) = (state.options.clone(), state.later_style.clone());
    let html = owner.with(|| app::plain(options, style, title, body()).to_html());
    owner.cleanup();
    // Marks for a script that would bring the page alive.
    let html = html.replace("<!>", "");
    ([(header::CONTENT_SECURITY_POLICY, POLICY)], Html(html)).into_response()
}

/// The same page with another status.
pub fn with_status(mut page: Response, status: u16) -> Response {
    *page.status_mut() = StatusCode::from_u16(status).unwrap_or_default();
    page
}
