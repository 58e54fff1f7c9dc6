//! `sunset operator` as a person runs it on the host.

use std::fmt::Write as _;
use std::sync::Arc;

use super::secret::Token;
use super::{Identity, IdentityError, LINK_MS};
use crate::server::config::{DatabaseArg, OperatorCommand, Reset};
use crate::server::store::Store;

impl OperatorCommand {
    /// Where the operators are.
    pub fn database(&self) -> &DatabaseArg {
        match self {
            Self::Create(create) => &create.who.database,
            Self::Reset(reset) => &reset.database,
            Self::List(database) => database,
        }
    }

    /// Does it, and returns what to print.
    ///
    /// # Errors
    /// One sentence.
    pub async fn run(&self, store: &Arc<Store>) -> Result<String, String> {
        let identity = Identity::new(store.clone());
        match self {
            Self::Create(create) => {
                let login = &create.who.login;
                let link = identity.invite(login, &who_asks()).await;
                Ok(told(&create.who, link.map_err(sentence)?))
            }
            Self::Reset(reset) => {
                let link = identity.reset(&reset.login).await.map_err(sentence)?;
                tracing::warn!(login = %reset.login, by = who_asks(), "an operator was reset");
                Ok(told(reset, link))
            }
            Self::List(_) => list(store).await,
        }
    }
}

fn sentence(error: IdentityError) -> String {
    match error {
        IdentityError::Store(cause) => format!("The database could not be changed: {cause}."),
        other => other.to_string(),
    }
}

/// The account on the host, and behind `sudo` whose it was.
fn who_asks() -> String {
    let uid = rustix::process::getuid().as_raw();
    match std::env::var("SUDO_USER") {
        Ok(user) => format!("host: uid {uid}, sudo by {user}"),
        Err(_) => format!("host: uid {uid}"),
    }
}

fn told(who: &Reset, link: Token) -> String {
    let root = match &who.public_url {
        Some(public) => public.to_string(),
        None => format!("http://{}", who.listen),
    };
    format!(
        "Open this link in a browser within {} minutes to set up {}. It works once:\n\
         {root}/set-up/{}",
        LINK_MS / 60_000,
        who.login,
        link.as_str()
    )
}

async fn list(store: &Store) -> Result<String, String> {
    let operators = store.operators().await;
    let operators = operators.map_err(|cause| sentence(cause.into()))?;
    if operators.is_empty() {
        return Ok("There are no operators: whoever sits at this computer is served.".to_owned());
    }
    let mut text = String::new();
    for operator in operators {
        let seen = operator
            .seen_at
            .map(|at| format!(", seen {} UTC", at.to_minute()));
        let _ = writeln!(
            text,
            "{} ({}), since {} UTC{}",
            operator.login,
            operator.state,
            operator.created_at.to_minute(),
            seen.unwrap_or_default()
        );
    }
    Ok(text.trim_end().to_owned())
}
