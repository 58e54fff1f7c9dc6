//! The connection to the directory.

use leptos::prelude::*;

use super::call::Call;
use crate::domain::directory_health::DirectoryHealth;
use crate::domain::error::ApiError;

/// Whether the directory can be reached as who we should be, and if not, what to enter
/// where.
#[server(endpoint = "directory/health", protocol = Call)]
pub async fn read_directory_health() -> Result<DirectoryHealth, ApiError> {
    use crate::server::{authorize, may};

    let (app, _) = authorize::<may::View>().await?;
    Ok(app.health.state())
}
