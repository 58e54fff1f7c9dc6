//! The search index: the one answer to every filter.
//!
//! Each process has the searched columns of the inventory in memory. The database is the
//! truth and the index a copy: before it answers, it compares its generation with the
//! inventory's and takes in the rows that have changed since. Counts, pages, "select all",
//! exports and facets are operations on the same sets, so they cannot disagree; the rows of
//! a page come from the database by their numbers.

mod bits;
mod codes;
mod facet_values;
mod facets;
mod index;
mod names;
mod order;
mod question;
mod recent;
mod take_in;
mod text;
mod values;
mod view;
mod visible_devices;

use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use roaring::RoaringBitmap;
use tokio::sync::Mutex;
use tokio_util::sync::CancellationToken;

use super::error::chain;
use super::shared_read::SharedRead;
use super::store::{InventoryState, OpenJob, Store, StoreError};
use super::{Scoped, may};
use crate::domain::grid::Sort;
use index::Index;

pub use view::{Page, View};

/// How often changes are taken in when nobody asks.
const POLL_INTERVAL: Duration = Duration::from_secs(1);

/// Questions to an inventory of so many devices are answered at once.
const INLINE_LIMIT: u64 = 200_000;

#[derive(Clone, Debug)]
pub struct Search {
    store: Arc<Store>,
    state: SharedRead<InventoryState, StoreError>,
    kept: Arc<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    index: RwLock<Arc<Index>>,
    held: RwLock<Arc<Held>>,
    /// Held by the one who takes changes in. Those who read are never kept waiting by it.
    taking_in: Mutex<()>,
}

/// The devices that unfinished jobs hold.
#[derive(Debug, Default)]
struct Held {
    /// The jobs as they stood: another state of them, other devices.
    jobs: Vec<OpenJob>,
    devices: RoaringBitmap,
}

/// Whether a question is about what jobs hold at this moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum About {
    Devices,
    DevicesAndJobs,
}

impl Search {
    pub fn new(store: Arc<Store>) -> Self {
        let of = store.clone();
        Self {
            state: SharedRead::new(move || {
                let store = of.clone();
                async move { store.inventory_state().await }
            }),
            store,
            kept: Arc::default(),
        }
    }

    /// Answers a question from what is true at this moment, for those devices that `who`
    /// may see.
    ///
    /// # Errors
    /// The database failed.
    pub async fn ask<T: Send + 'static>(
        &self,
        who: &Scoped<may::View>,
        about: About,
        question: impl FnOnce(&View) -> T + Send + 'static,
    ) -> Result<T, StoreError> {
        let state = self.state().await?;
        let index = self.index(state.generation).await?;
        let held = match about {
            About::Devices => Arc::default(),
            About::DevicesAndJobs => self.held(state.open_jobs).await?,
        };
        let view = View::new(index, held, who.scope());
        // In a small inventory the answer takes less than the way to another thread and back.
        if view.size() <= INLINE_LIMIT {
            return Ok(question(&view));
        }
        // A search through a million texts is too long for a thread that serves others.
        match tokio::task::spawn_blocking(move || question(&view)).await {
            Ok(answer) => Ok(answer),
            Err(broken) => std::panic::resume_unwind(broken.into_panic()),
        }
    }

    /// Builds the index and takes changes in as they come, so that those who ask need not
    /// wait for much, until the token is cancelled.
    pub async fn keep_fresh(&self, stop: &CancellationToken) {
        while !stop.is_cancelled() {
            if let Err(error) = self.look().await {
                tracing::warn!(cause = %chain(&error), "the search index is not up to date");
            }
            tokio::select! {
                () = stop.cancelled() => {}
                () = tokio::time::sleep(POLL_INTERVAL) => {}
            }
        }
    }

    /// Whether the index was built.
    pub fn is_ready(&self) -> bool {
        read(&self.kept.index).generation.is_some()
    }

    /// How the inventory stands: read after this was called.
    ///
    /// # Errors
    /// The database failed.
    pub async fn state(&self) -> Result<InventoryState, StoreError> {
        self.state.get().await
    }

    async fn look(&self) -> Result<(), StoreError> {
        let state = self.state().await?;
        self.index(state.generation).await.map(drop)
    }

    /// The index as it was in this generation, or a newer one.
    async fn index(&self, wanted: i64) -> Result<Arc<Index>, StoreError> {
        let wanted = Some(wanted);
        let known = read(&self.kept.index);
        if wanted <= known.generation {
            return Ok(known);
        }
        drop(known);
        let _taking_in = self.kept.taking_in.lock().await;
        let known = read(&self.kept.index);
        if wanted <= known.generation {
            return Ok(known);
        }
        self.take_in(known).await
    }

    /// Takes in what has changed since.
    async fn take_in(&self, known: Arc<Index>) -> Result<Arc<Index>, StoreError> {
        // What is committed after this is read may be seen or not, and is taken in again.
        let generation = self.store.generation().await?;
        let since = known.generation;
        let mut index = Index::clone(&known);
        drop(known);
        self.store
            .rows_since(since, |mut rows| index.take_in(&mut rows))
            .await?;
        index.generation = Some(generation);
        let index = Arc::new(index);
        if since.is_none() {
            // The order that pages are asked for first takes longest to make.
            let warmed = index.clone();
            let first = move || warmed.window(Sort::default(), warmed.present(), 0..1);
            let _ = tokio::task::spawn_blocking(first).await;
        }
        *self
            .kept
            .index
            .write()
            .unwrap_or_else(PoisonError::into_inner) = index.clone();
        Ok(index)
    }

    /// What these jobs hold.
    async fn held(&self, jobs: Vec<OpenJob>) -> Result<Arc<Held>, StoreError> {
        let known = read(&self.kept.held);
        if known.jobs == jobs {
            return Ok(known);
        }
        let devices = match jobs.is_empty() {
            true => RoaringBitmap::new(),
            false => self.store.held_devices().await?.into_set(),
        };
        let held = Arc::new(Held { jobs, devices });
        *self
            .kept
            .held
            .write()
            .unwrap_or_else(PoisonError::into_inner) = held.clone();
        Ok(held)
    }
}

fn read<T>(kept: &RwLock<Arc<T>>) -> Arc<T> {
    kept.read().unwrap_or_else(PoisonError::into_inner).clone()
}
