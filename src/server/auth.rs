//! Who is asking, and may they. The one door from a request to the application.

use leptos::prelude::use_context;

use super::App;
use crate::api::ApiError;

/// What an operator may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Permission {
    View,
    Deprovision,
    /// Bring in devices from files.
    Import,
}

/// Who is using the console.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Operator {
    pub name: String,
}

impl Operator {
    /// Whoever sits at this computer. There is no sign-in yet, so the server serves
    /// nobody else (`http::loopback`), and whoever it serves may do everything.
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
}

/// Lets the operator of this request through to the application.
///
/// # Errors
/// [`ApiError::Forbidden`] if they may not.
pub async fn authorize(permission: Permission) -> Result<(App, Operator), ApiError> {
    let app = use_context::<App>().ok_or_else(|| ApiError::Unavailable {
        message: "The server is not ready. Try again.".to_owned(),
    })?;
    Ok((app, admit(permission)?))
}

/// Who is asking, outside of server functions.
///
/// # Errors
/// [`ApiError::Forbidden`] if they may not.
pub fn admit(permission: Permission) -> Result<Operator, ApiError> {
    let operator = Operator::at_this_computer();
    if operator.may(permission) {
        Ok(operator)
    } else {
        Err(ApiError::Forbidden {
            message: "You may not do this.".to_owned(),
        })
    }
}
