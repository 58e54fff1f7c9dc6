//! Refresh Cache: one refresh at a time, whoever asks; the old rows stay until their
//! replacement is there, and nothing is marked gone unless the listing was whole.

use std::sync::Arc;

use super::directory::{Directory, DirectoryError};
use super::error::chain;
use super::live::Live;
use super::store::{Store, StoreError};
use super::{Operator, ServerError};
use crate::domain::live::LiveMessage;
use crate::domain::refresh::CacheState;
use crate::domain::selection::Selection;

#[derive(Clone, Debug)]
pub struct Refresher {
    store: Arc<Store>,
    directory: Arc<dyn Directory>,
    live: Live,
}

#[derive(Debug, thiserror::Error)]
enum RefreshError {
    #[error(transparent)]
    Directory(#[from] DirectoryError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Refresher {
    pub fn new(store: Arc<Store>, directory: Arc<dyn Directory>, live: Live) -> Self {
        Self {
            store,
            directory,
            live,
        }
    }

    /// Starts a refresh, or joins the one that runs, and returns at once.
    ///
    /// # Errors
    /// The database failed; no refresh was started.
    pub async fn start(&self, operator: &Operator) -> Result<CacheState, ServerError> {
        if let Some(number) = self.begin(operator).await? {
            let this = self.clone();
            tokio::spawn(async move { this.carry_out(number).await });
        }
        Ok(self.store.cache_state().await?)
    }

    /// Refreshes and waits for the end.
    ///
    /// # Errors
    /// The database failed. A directory that failed is on record in the state.
    pub async fn run(&self, operator: &Operator) -> Result<CacheState, ServerError> {
        if let Some(number) = self.begin(operator).await? {
            self.carry_out(number).await;
        }
        Ok(self.store.cache_state().await?)
    }

    async fn begin(&self, operator: &Operator) -> Result<Option<u32>, StoreError> {
        let expected = match self.directory.size().await {
            Ok(size) => size,
            Err(error) => {
                tracing::warn!(cause = %chain(&error), "the directory does not say its size");
                None
            }
        };
        self.store
            .begin_refresh(&operator.name, expected, self.store.now().await?)
            .await
    }

    async fn carry_out(&self, number: u32) {
        if let Err(error) = self.read_all(number).await {
            tracing::error!(cause = %chain(&error), "a refresh broke off");
            let failure = match error {
                RefreshError::Directory(_) => "the directory did not answer.",
                RefreshError::Store(_) => "the database failed.",
            };
            if let Err(error) = self.fail(number, failure).await {
                tracing::error!(cause = %chain(&error), "and could not be put on record");
            }
        }
        self.tell().await;
    }

    async fn fail(&self, number: u32, failure: &str) -> Result<(), StoreError> {
        let now = self.store.now().await?;
        self.store.fail_refresh(number, failure, now).await
    }

    async fn read_all(&self, number: u32) -> Result<(), RefreshError> {
        let mut seen = Selection::default();
        let mut next = None;
        loop {
            let page = self.directory.list(next).await?;
            let now = self.store.now().await?;
            let counts = self.store.refresh_page(number, &page.devices, now).await?;
            seen.add_all(&counts.seen);
            self.tell().await;
            next = page.next;
            if next.is_none() {
                break;
            }
        }
        let now = self.store.now().await?;
        Ok(self.store.finish_refresh(number, &seen, now).await?)
    }

    async fn tell(&self) {
        match self.store.cache_state().await {
            Ok(state) => self.live.tell(LiveMessage::Cache(state)),
            Err(error) => tracing::warn!(cause = %chain(&error), "the cache's state is unread"),
        }
    }
}
