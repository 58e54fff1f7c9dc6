//! Importing devices from a file. The file itself is sent to `/import/upload`.

use leptos::prelude::*;

use super::call::Call;
use crate::domain::error::ApiError;
use crate::domain::import::ImportState;

/// What can be imported, and how far the import is that there is.
#[server(endpoint = "imports/read", protocol = Call)]
pub async fn read_import() -> Result<ImportState, ApiError> {
    use crate::server::{authorize, may};

    let (app, operator) = authorize::<may::Import>().await?;
    Ok(app.uploads.state(&operator).await?)
}

/// Imports exactly the file that was checked, and returns at once. Doing it twice does
/// no more.
#[server(endpoint = "imports/apply", protocol = Call)]
pub async fn apply_import(token: String) -> Result<ImportState, ApiError> {
    use crate::server::{authorize, may};

    let (app, operator) = authorize::<may::Import>().await?;
    Ok(app.uploads.apply(&operator, &token).await?)
}

/// Drops the file, or ends what is done with it.
#[server(endpoint = "imports/discard", protocol = Call)]
pub async fn discard_import(token: String) -> Result<ImportState, ApiError> {
    use crate::server::{authorize, may};

    let (app, operator) = authorize::<may::Import>().await?;
    Ok(app.uploads.discard(&operator, &token).await?)
}
