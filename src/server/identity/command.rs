//! `sunset operator` as a person runs it on the host.

use std::fmt::Write as _;
use std::sync::Arc;

use super::secret::Token;
use super::{Identity, IdentityError, LINK_MS};
use crate::domain::audit::Actor;
use crate::domain::login::Login;
use crate::domain::permission::{Grant, Grants, Permission};
use crate::server::config::{DatabaseArg, Disable, OperatorCommand, Reset};
use crate::server::store::Store;

impl OperatorCommand {
    /// Where the operators are.
    pub fn database(&self) -> &DatabaseArg {
        match self {
            Self::Create(create) => &create.who.database,
            Self::Roles(roles) => &roles.database,
            Self::Reset(reset) => &reset.database,
            Self::Disable(disable) => &disable.database,
            Self::List(database) => database,
        }
    }

    pub fn database_mut(&mut self) -> &mut DatabaseArg {
        match self {
            Self::Create(create) => &mut create.who.database,
            Self::Roles(roles) => &mut roles.database,
            Self::Reset(reset) => &mut reset.database,
            Self::Disable(disable) => &mut disable.database,
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
                let (login, grants) = (&create.who.login, create.may.grants());
                let by = host_actor();
                let message = if create.who.sso {
                    let invited = identity.invite_by_email(login, &grants, &by);
                    invited.await.map_err(sentence)?;
                    told_by_email(&create.who)
                } else {
                    let link = identity.invite(login, &grants, &by, LINK_MS);
                    message(&create.who, link.await.map_err(sentence)?)
                };
                approve_now(store, login, create.approve_now).await?;
                Ok(format!("{}\n{message}", may(login, &grants)))
            }
            Self::Roles(roles) => {
                let (login, grants) = (&roles.login, roles.may.grants());
                let given = identity.set_grants(login, &grants).await;
                given.map_err(sentence)?;
                approve_now(store, login, roles.approve_now).await?;
                tracing::warn!(%login, by = who_asks(), "an operator was given other roles");
                Ok(may(login, &grants))
            }
            Self::Disable(Disable { login, .. }) => {
                identity.disable(login).await.map_err(sentence)?;
                tracing::warn!(%login, by = who_asks(), "an operator was disabled");
                Ok(format!(
                    "{login} cannot sign in any more, and their jobs are paused."
                ))
            }
            Self::Reset(reset) => {
                let message = if reset.sso {
                    let reset_by_email = identity.reset_by_email(&reset.login).await;
                    reset_by_email.map_err(sentence)?;
                    told_by_email(reset)
                } else {
                    message(reset, identity.reset(&reset.login).await.map_err(sentence)?)
                };
                tracing::warn!(login = %reset.login, by = who_asks(), "an operator was reset");
                Ok(message)
            }
            Self::List(_) => list(store).await,
        }
    }
}

/// Lets somebody approve at once, if that was asked for.
async fn approve_now(store: &Store, login: &Login, is_asked: bool) -> Result<(), String> {
    if !is_asked {
        return Ok(());
    }
    let may = store.let_approve_now(login).await;
    match may.map_err(|cause| sentence(cause.into()))? {
        true => {
            tracing::warn!(%login, by = who_asks(), "an operator may approve at once");
            Ok(())
        }
        false => Err(format!(
            "{login} may approve nothing: give them the role approver."
        )),
    }
}

fn sentence(error: IdentityError) -> String {
    match error {
        IdentityError::Store(cause) => format!("The database could not be changed: {cause}."),
        other => other.to_string(),
    }
}

/// Whoever works on the host, as the audit has them.
pub fn host_actor() -> Actor {
    Actor::named(&who_asks())
}

/// The account on the host, and behind `sudo` whose it was.
fn who_asks() -> String {
    let uid = rustix::process::getuid().as_raw();
    match std::env::var("SUDO_USER") {
        Ok(user) => format!("host: uid {uid}, sudo by {user}"),
        Err(_) => format!("host: uid {uid}"),
    }
}

fn message(who: &Reset, link: Token) -> String {
    let root = root(who);
    format!(
        "Open this link in a browser within {} minutes to set up {}. It works once:\n\
         {root}/set-up/{}",
        LINK_MS / 60_000,
        who.login,
        link.as_str()
    )
}

fn told_by_email(who: &Reset) -> String {
    let root = root(who);
    format!(
        "{} signs in with the identity provider within 7 days, at\n{root}/sign-in",
        who.login
    )
}

fn root(who: &Reset) -> String {
    match &who.public_url {
        Some(public) => public.to_string(),
        None => format!("http://{}", who.listen),
    }
}

fn listed(grants: &Grants) -> String {
    let grants: Vec<String> = grants.list().iter().map(Grant::to_string).collect();
    match grants.is_empty() {
        true => "no role".to_owned(),
        false => grants.join(", "),
    }
}

/// What an operator may do, in a sentence.
fn may(login: &Login, grants: &Grants) -> String {
    let mut text = format!("{login} may ");
    for (place, grant) in grants.list().iter().enumerate() {
        let place = if place == 0 { "" } else { "; " };
        let _ = write!(text, "{place}{}", grant.role.may_do());
        if grant.org_unit != "/" {
            let _ = write!(text, " (in {} and below)", grant.org_unit);
        }
    }
    text.push('.');
    if !grants.may(Permission::Run) {
        text.push_str(" To run jobs they need the role operator.");
    }
    text
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
            "{} ({}{}), since {} UTC{}: {}",
            operator.login,
            operator.state,
            if operator.is_sso {
                ", single sign-on"
            } else {
                ""
            },
            operator.created_at.to_minute(),
            seen.unwrap_or_default(),
            listed(&operator.grants)
        );
    }
    Ok(text.trim_end().to_owned())
}
