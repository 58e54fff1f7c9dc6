//! Views of the grid that operators keep.

use leptos::prelude::*;

use super::call::Call;
use crate::domain::error::ApiError;
use crate::domain::saved_view::SavedView;

/// The operator's views by name.
#[server(endpoint = "views/list", protocol = Call)]
pub async fn list_views() -> Result<Vec<SavedView>, ApiError> {
    use crate::server::{authorize, may};

    let (app, operator) = authorize::<may::View>().await?;
    Ok(app.views.list(&operator).await?)
}

/// Keeps a view, in the place of one of the same name, and lists them all.
#[server(endpoint = "views/save", protocol = Call)]
pub async fn save_view(name: String, query: String) -> Result<Vec<SavedView>, ApiError> {
    use crate::server::{authorize, may};

    let (app, operator) = authorize::<may::View>().await?;
    Ok(app.views.save(&operator, &name, &query).await?)
}

/// Forgets a view and lists the others. Twice is as good as once.
#[server(endpoint = "views/delete", protocol = Call)]
pub async fn delete_view(name: String) -> Result<Vec<SavedView>, ApiError> {
    use crate::server::{authorize, may};

    let (app, operator) = authorize::<may::View>().await?;
    Ok(app.views.delete(&operator, &name).await?)
}
