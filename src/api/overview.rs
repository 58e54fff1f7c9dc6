//! The overview: the state of the fleet, of jobs and of the cache.

use leptos::prelude::*;

use super::call::Call;
use crate::domain::error::ApiError;
use crate::domain::overview::Overview;

/// Everything that the overview shows, counted at one moment.
#[server(endpoint = "overview/read", protocol = Call)]
pub async fn read_overview() -> Result<Overview, ApiError> {
    use crate::server::{authorize, may};

    let (app, operator) = authorize::<may::View>().await?;
    Ok(app.overview(&operator).await?)
}
