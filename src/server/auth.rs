//! Who is asking, and may they. The one door from a request to the application.

use axum::http::request::Parts;
use leptos::prelude::{use_context, with_context};

use super::App;
use crate::domain::error::ApiError;
use crate::domain::permission::Permission;

/// Who is using the console.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Operator {
    pub name: String,
}

impl Operator {
    /// Whoever sits at this computer, as long as nobody can sign in. The server serves
    /// nobody else (`http::guard`), and whoever it serves may do everything.
    pub fn at_this_computer() -> Self {
        Self {
            name: "local".to_owned(),
        }
    }

    /// What is done because its time has come.
    pub fn schedule() -> Self {
        Self {
            name: "schedule".to_owned(),
        }
    }

    pub fn may(&self, permission: Permission) -> bool {
        match permission {
            Permission::View | Permission::Deprovision | Permission::Import => true,
        }
    }

    /// The operator, if they may do this.
    ///
    /// # Errors
    /// [`ApiError::Forbidden`] if they may not.
    pub fn admit(self, permission: Permission) -> Result<Self, ApiError> {
        if self.may(permission) {
            Ok(self)
        } else {
            Err(ApiError::Forbidden {
                message: "You may not do this.".to_owned(),
            })
        }
    }
}

/// Lets the operator of this request through to the application. The gate has put them
/// there (`http::gate`): without it nobody gets in.
///
/// # Errors
/// [`ApiError::SignedOut`] if nobody asks, [`ApiError::Forbidden`] if they may not.
pub async fn authorize(permission: Permission) -> Result<(App, Operator), ApiError> {
    let app = use_context::<App>().ok_or_else(|| ApiError::Unavailable {
        message: "The server is not ready. Try again.".to_owned(),
    })?;
    let operator = with_context(|parts: &Parts| parts.extensions.get().cloned());
    let operator: Operator = operator.flatten().ok_or(ApiError::SignedOut)?;
    Ok((app, operator.admit(permission)?))
}
