//! Views of the grid that operators keep.

use leptos::prelude::*;

use super::ApiError;
use super::wire::Json;
use crate::domain::saved_view::SavedView;

/// The operator's views by name.
#[server(endpoint = "views/list", input = Json, output = Json)]
pub async fn list_views() -> Result<Vec<SavedView>, ApiError> {
    use crate::server::{Permission, authorize};

    let (app, operator) = authorize(Permission::View).await?;
    Ok(app.views.list(&operator).await?)
}

/// Keeps a view, in the place of one of the same name, and lists them all.
#[server(endpoint = "views/save", input = Json, output = Json)]
pub async fn save_view(name: String, query: String) -> Result<Vec<SavedView>, ApiError> {
    use crate::server::{Permission, authorize};

    let (app, operator) = authorize(Permission::View).await?;
    Ok(app.views.save(&operator, &name, &query).await?)
}

/// Forgets a view and lists the others. Twice is as good as once.
#[server(endpoint = "views/delete", input = Json, output = Json)]
pub async fn delete_view(name: String) -> Result<Vec<SavedView>, ApiError> {
    use crate::server::{Permission, authorize};

    let (app, operator) = authorize(Permission::View).await?;
    Ok(app.views.delete(&operator, &name).await?)
}
