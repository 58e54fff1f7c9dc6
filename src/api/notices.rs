//! What ended while the operator may have looked elsewhere.

use leptos::prelude::*;
use leptos::server_fn::codec::Json;

use super::ApiError;
use crate::domain::live::Notice;

/// The operator's notices that were not dismissed, oldest first.
#[server(endpoint = "notices/open", input = Json)]
pub async fn open_notices() -> Result<Vec<Notice>, ApiError> {
    use crate::server::{Permission, authorize};

    let (app, operator) = authorize(Permission::View).await?;
    Ok(app.jobs.open_notices(&operator).await?)
}

/// Dismisses one of the operator's notices. Twice is as good as once.
#[server(endpoint = "notices/dismiss", input = Json)]
pub async fn dismiss_notice(number: u32) -> Result<(), ApiError> {
    use crate::server::{Permission, authorize};

    let (app, operator) = authorize(Permission::View).await?;
    Ok(app.jobs.dismiss_notice(&operator, number).await?)
}
