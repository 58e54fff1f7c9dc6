//! Refresh Cache.

use leptos::prelude::*;

use super::call::Call;
use crate::domain::error::ApiError;
use crate::domain::refresh::CacheState;

/// How old the inventory is, and the refresh that runs or ended last.
#[server(endpoint = "cache/state", protocol = Call)]
pub async fn read_cache_state() -> Result<CacheState, ApiError> {
    use crate::server::{authorize, may};

    let (app, operator) = authorize::<may::View>().await?;
    Ok(app.inventory.cache_state(&operator).await?)
}

/// Starts a refresh, or joins the one that runs, and returns at once.
#[server(endpoint = "cache/refresh", protocol = Call)]
pub async fn refresh_cache() -> Result<CacheState, ApiError> {
    use crate::server::{authorize, may};

    let (app, operator) = authorize::<may::Refresh>().await?;
    app.refresher.start(&operator).await?;
    Ok(app.inventory.cache_state(&operator.viewing()).await?)
}
