//! Who is asking, and may they. The one door from a request to the application.
//!
//! What the application does for people takes a [`Scoped`]: that they may, and where. Only
//! this module makes one, so nothing is read or done that nobody was asked about.

use std::marker::PhantomData;
use std::net::IpAddr;
use std::ops::Deref;

use axum::http::request::Parts;
use leptos::prelude::{use_context, with_context};

use super::App;
use super::store::{STRONG_MS, SignedIn, TokenOwner};
use crate::domain::audit::Actor;
use crate::domain::error::ApiError;
use crate::domain::permission::{Grants, Permission};
use crate::domain::scope::Scope;
use crate::domain::time::Timestamp;
use crate::status::set_status;

/// Who is using the console.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Operator {
    pub name: String,
    /// As the audit has them.
    actor: Actor,
    grants: Grants,
    /// When they last gave password and code; `None` where nobody signs in.
    strong_at: Option<Timestamp>,
    /// A script asks for them, with one of their API tokens.
    is_script: bool,
}

/// What a script may do at most, whatever the owner of its token may do: nothing that changes a
/// device, decides about a job or concerns operators.
const FOR_SCRIPTS: [Permission; 3] = [Permission::View, Permission::Export, Permission::Refresh];

impl Operator {
    /// The local operator, while nobody can sign in. The server then serves only local requests
    /// (`http::front`), and the local operator has all permissions.
    pub fn at_this_computer() -> Self {
        Self {
            name: "local".to_owned(),
            actor: Actor::named("local"),
            grants: Grants::all(),
            strong_at: None,
            is_script: false,
        }
    }

    /// What is done because its time has come.
    pub fn schedule() -> Self {
        Self {
            name: "schedule".to_owned(),
            actor: Actor::named("schedule"),
            grants: Grants::all(),
            strong_at: None,
            is_script: false,
        }
    }

    /// Somebody who has signed in.
    pub fn signed_in(who: &SignedIn) -> Self {
        Self {
            name: who.login.clone(),
            actor: who.actor(),
            grants: who.grants.clone(),
            strong_at: Some(who.strong_at),
            is_script: false,
        }
    }

    /// A script with this token: its owner, reading. It never gave password and code.
    pub fn by_token(owner: &TokenOwner) -> Self {
        Self {
            name: owner.login.clone(),
            actor: owner.actor(),
            grants: owner.grants.clone(),
            strong_at: Some(Timestamp(0)),
            is_script: true,
        }
    }

    /// The same, at this address.
    pub fn at(mut self, ip: Option<IpAddr>) -> Self {
        self.actor.ip = ip.map(|ip| ip.to_string()).unwrap_or_default();
        self
    }

    /// Who this is to the audit.
    pub fn actor(&self) -> &Actor {
        &self.actor
    }

    /// Whether password and code were given so shortly before that they need not be given
    /// again for what cannot be undone.
    pub fn is_strong(&self, now: Timestamp) -> bool {
        self.strong_at.is_none_or(|at| now.0 < at.0 + STRONG_MS)
    }

    /// Whether they may do this anywhere.
    pub fn may(&self, permission: Permission) -> bool {
        self.scope(permission) != Scope::NOWHERE
    }

    /// Where they may do this.
    fn scope(&self, permission: Permission) -> Scope {
        match self.is_script && !FOR_SCRIPTS.contains(&permission) {
            true => Scope::NOWHERE,
            false => self.grants.scope(permission),
        }
    }

    /// That they may do this, and where.
    ///
    /// # Errors
    /// [`ApiError::Forbidden`] if they may do it nowhere.
    pub fn admit<P: Permit>(self) -> Result<Scoped<P>, ApiError> {
        let scope = self.scope(P::PERMISSION);
        if scope == Scope::NOWHERE {
            return Err(forbidden(P::PERMISSION));
        }
        Ok(Scoped {
            operator: self,
            scope,
            permission: PhantomData,
        })
    }
}

/// A permission as a type, so that what needs it says so.
pub trait Permit {
    const PERMISSION: Permission;
}

/// The permissions as types.
pub mod may {
    use super::{Permission, Permit};

    macro_rules! permits {
        ($($name:ident),+) => {
            $(
                #[derive(Clone, Copy, Debug)]
                pub struct $name;

                impl Permit for $name {
                    const PERMISSION: Permission = Permission::$name;
                }
            )+
        };
    }

    permits!(
        View, Export, Refresh, Import, Run, Stop, Approve, Administer
    );
}

/// An operator who may do something, and where.
#[derive(Debug)]
pub struct Scoped<P> {
    operator: Operator,
    scope: Scope,
    permission: PhantomData<fn() -> P>,
}

impl<P> Clone for Scoped<P> {
    fn clone(&self) -> Self {
        Self {
            operator: self.operator.clone(),
            scope: self.scope.clone(),
            permission: PhantomData,
        }
    }
}

impl<P> Deref for Scoped<P> {
    type Target = Operator;

    fn deref(&self) -> &Operator {
        &self.operator
    }
}

impl<P> Scoped<P> {
    /// Where they may do it.
    pub fn scope(&self) -> &Scope {
        &self.scope
    }

    /// Where they may do something else as well; nowhere if they may not.
    pub fn scope_of(&self, permission: Permission) -> Scope {
        self.operator.scope(permission)
    }

    /// The same person, looking: every role lets them see its org units.
    pub fn viewing(&self) -> Scoped<may::View> {
        Scoped {
            operator: self.operator.clone(),
            scope: self.scope_of(Permission::View),
            permission: PhantomData,
        }
    }
}

impl Scoped<may::Import> {
    /// The same person, who has what was imported read: whoever may import may refresh.
    pub fn refreshing(&self) -> Scoped<may::Refresh> {
        Scoped {
            operator: self.operator.clone(),
            scope: self.scope.clone(),
            permission: PhantomData,
        }
    }
}

impl<P: Permit> Scoped<P> {
    /// [`Operator::at_this_computer`], who may do everything.
    pub fn at_this_computer() -> Self {
        Self::everywhere(Operator::at_this_computer())
    }

    /// [`Operator::schedule`].
    pub fn schedule() -> Self {
        Self::everywhere(Operator::schedule())
    }

    fn everywhere(operator: Operator) -> Self {
        Self {
            operator,
            scope: Scope::All,
            permission: PhantomData,
        }
    }
}

/// What somebody is told who may not do this.
pub fn forbidden(permission: Permission) -> ApiError {
    ApiError::Forbidden {
        message: permission.refusal().to_owned(),
    }
}

/// Lets the operator of this request through to the application. The gate has put them
/// there (`http::gate`): without it nobody gets in.
///
/// # Errors
/// [`ApiError::SignedOut`] if nobody asks, [`ApiError::Forbidden`] if they may not.
pub async fn authorize<P: Permit>() -> Result<(App, Scoped<P>), ApiError> {
    let app = use_context::<App>().ok_or_else(|| ApiError::Unavailable {
        message: "The server is not ready. Try again.".to_owned(),
    });
    let operator = with_context(|parts: &Parts| parts.extensions.get().cloned());
    let operator: Result<Operator, _> = operator.flatten().ok_or(ApiError::SignedOut);
    let admitted = operator.and_then(Operator::admit);
    let admitted = app.and_then(|app| Ok((app, admitted?)));
    admitted.inspect_err(|text| set_status(text.status()))
}
