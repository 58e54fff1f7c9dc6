//! What ended while the operator may have looked elsewhere.

use leptos::prelude::*;

use super::call::Call;
use crate::domain::error::ApiError;
use crate::domain::live::{Notice, NoticeList};

/// The operator's notices that were not dismissed, oldest first.
#[server(endpoint = "notices/open", protocol = Call)]
pub async fn open_notices() -> Result<Vec<Notice>, ApiError> {
    use crate::server::{authorize, may};

    let (app, operator) = authorize::<may::View>().await?;
    Ok(app.jobs.open_notices(&operator).await?)
}

/// Dismisses one of the operator's notices. Twice is as good as once.
#[server(endpoint = "notices/dismiss", protocol = Call)]
pub async fn dismiss_notice(number: u32) -> Result<(), ApiError> {
    use crate::server::{authorize, may};

    let (app, operator) = authorize::<may::View>().await?;
    Ok(app.jobs.dismiss_notice(&operator, number).await?)
}

/// The operator's notices of the last thirty days, newest first.
#[server(endpoint = "notices/list", protocol = Call)]
pub async fn recent_notices() -> Result<NoticeList, ApiError> {
    use crate::server::{authorize, may};

    let (app, operator) = authorize::<may::View>().await?;
    Ok(app.notices.list(&operator).await?)
}

/// Marks the operator's notices up to this one as seen.
#[server(endpoint = "notices/see", protocol = Call)]
pub async fn see_notices(up_to: u32) -> Result<(), ApiError> {
    use crate::server::{authorize, may};

    let (app, operator) = authorize::<may::View>().await?;
    Ok(app.notices.see(&operator, up_to).await?)
}
