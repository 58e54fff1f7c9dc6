//! Signing in with an identity provider, which may answer anything.

mod attempts;
mod invitations;
mod provider;
mod steps;
mod tokens;

use axum::http::StatusCode;
use provider::{AuthorizationRequest, StubProvider, Token};
use sunset::domain::permission::Grants;
use sunset::server::identity::provider::Settings;

use crate::identity::{Answer, Browser, code, forget_steps, secret_on};
use crate::support::{Console, on_each_database};

pub const EMAIL: &str = "ada@school.example";

/// Runs a story over a console with an identity provider, on each database.
pub async fn on_each_with_provider(story: impl AsyncFn(Console, StubProvider)) {
    on_each_set(|settings| settings, story).await;
}

/// The same with other settings.
pub async fn on_each_set(
    set: impl Fn(Settings) -> Settings,
    story: impl AsyncFn(Console, StubProvider),
) {
    on_each_database(async |mut console: Console| {
        let folder = tempfile::tempdir().unwrap();
        let stub = StubProvider::start().await;
        let provider = sunset::server::identity::provider::Provider::new(set(stub.settings()));
        console.app = console.app.clone().with_provider(provider.unwrap());
        story(console.with_seal_key(folder.path().join("seal.key")), stub).await;
    })
    .await;
}

/// Invites somebody by their address.
pub async fn invite(console: &Console, email: &str) {
    let login = email.parse().unwrap();
    let identity = &console.app.identity;
    let all = Grants::all();
    let invited = identity.invite_by_email(&login, &all, "test");
    invited.await.unwrap();
}

/// Goes to the provider.
pub async fn depart(browser: &Browser<'_>) -> AuthorizationRequest {
    let away = browser.get("/sign-in/sso?return=%2Fdevices").await;
    AuthorizationRequest::read(away.location())
}

/// Comes back with a code for this token.
pub async fn arrive(
    browser: &Browser<'_>,
    stub: &StubProvider,
    asked: &AuthorizationRequest,
    token: Token,
) -> Answer {
    let code = stub.code(asked, token);
    back(browser, asked.get("state"), &code).await
}

pub async fn back(browser: &Browser<'_>, state: &str, code: &str) -> Answer {
    let path = format!("/sign-in/sso/callback?state={state}&code={code}");
    browser.get(&path).await
}

/// Signs in as somebody whom the provider knows by this address.
pub async fn sign_in(browser: &Browser<'_>, stub: &StubProvider, email: &str) -> Answer {
    let asked = depart(browser).await;
    let token = stub.token(&asked, email);
    arrive(browser, stub, &asked, token).await
}

/// Somebody who was invited signs in for the first time and takes in an authenticator. Returns
/// its secret.
pub async fn join(browser: &Browser<'_>, stub: &StubProvider, email: &str) -> String {
    invite(browser.console, email).await;
    let first = sign_in(browser, stub, email).await;
    let link = first.location().to_owned();
    assert!(link.starts_with("/set-up/"), "{link}");
    let page = browser.get(&link).await;
    assert!(!page.text.contains("type=\"password\""), "{}", page.text);
    let secret = secret_on(&page.text);
    let fields = [("code", &*code(&secret, 0))];
    let done = browser.post(&link, &fields).await;
    assert_eq!(done.status, StatusCode::OK, "{}", done.text);
    forget_steps(browser.console).await;
    secret
}

/// Nobody was let in.
pub async fn is_refused(browser: &Browser<'_>, answer: &Answer, why: &str) {
    assert!(answer.status.is_client_error() || answer.status.is_server_error());
    assert!(answer.error().contains(why), "{}", answer.error());
    assert!(!browser.cookies.borrow().contains_key("sunset"));
    assert!(!browser.is_in().await);
}
