//! The views that operators keep, as they ask for them.

use std::sync::Arc;

use super::store::Store;
use super::{Scoped, ServerError, may};
use crate::domain::error::ApiError;
use crate::domain::saved_view::{MAX_VIEWS, SavedView};

#[derive(Clone, Debug)]
pub struct Views {
    store: Arc<Store>,
}

impl Views {
    pub fn new(store: Arc<Store>) -> Self {
        Self { store }
    }

    pub async fn list(&self, operator: &Scoped<may::View>) -> Result<Vec<SavedView>, ServerError> {
        Ok(self.store.saved_views(&operator.name).await?)
    }

    /// Keeps a view, and lists them all.
    pub async fn save(
        &self,
        operator: &Scoped<may::View>,
        name: &str,
        query: &str,
    ) -> Result<Vec<SavedView>, ServerError> {
        let invalid = |message| ApiError::Invalid { message };
        let view = SavedView::new(name, query).map_err(invalid)?;
        let now = self.store.now().await?;
        if !self.store.save_view(&operator.name, &view, now).await? {
            let message = format!("{MAX_VIEWS} views are the most. Delete one first.");
            return Err(invalid(message).into());
        }
        self.list(operator).await
    }

    /// Forgets a view, and lists the others.
    pub async fn delete(
        &self,
        operator: &Scoped<may::View>,
        name: &str,
    ) -> Result<Vec<SavedView>, ServerError> {
        self.store.delete_view(&operator.name, name).await?;
        self.list(operator).await
    }
}
