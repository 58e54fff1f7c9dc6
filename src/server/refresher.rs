//! Refresh Cache: one refresh at a time, whoever asks; the old rows stay until their
//! replacement is there, and nothing is marked gone unless the listing was whole.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::directory::walk::{Endless, ListingGuard};
use super::directory::{Directory, DirectoryError};
use super::error::chain;
use super::health::Health;
use super::live::Live;
use super::store::{Store, StoreError, Worker};
use super::supervisor::Supervisor;
use super::{Scoped, ServerError, may};
use crate::domain::device::DirectoryDevice;
use crate::domain::live::LiveMessage;
use crate::domain::number;
use crate::domain::refresh::CacheState;
use crate::domain::selection::Selection;
use crate::domain::time::Timestamp;

/// How often the directory is listed in one refresh, at the most.
const LISTINGS: u32 = 3;

/// Devices taken in at once, each time a transaction of the inventory.
const PIECE: usize = 500;

/// How old the inventory of a remote directory gets.
const DAILY: Duration = Duration::from_hours(24);

/// How long after a refresh that failed the next one begins by itself.
const AGAIN: Duration = Duration::from_hours(1);

/// How often it is looked whether a refresh is due.
const POLL_INTERVAL: Duration = Duration::from_mins(1);

#[derive(Clone, Debug)]
pub struct Refresher {
    store: Arc<Store>,
    directory: Arc<dyn Directory>,
    /// It changes without telling us.
    is_remote: bool,
    health: Health,
    live: Live,
    supervisor: Supervisor,
    worker: Arc<Worker>,
}

#[derive(Debug, thiserror::Error)]
enum RefreshError {
    #[error(transparent)]
    Directory(#[from] DirectoryError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Endless(#[from] Endless),
    #[error("the listing ends early every time, at last after {listed} devices")]
    Short { listed: u64 },
    #[error("{counted} devices are counted and {listed} listed")]
    Few { listed: u64, counted: u64 },
    #[error("another process took this one for dead")]
    GivenUp,
    #[error("the refresh panicked")]
    Panicked,
}

/// What a refresh has read so far.
#[derive(Debug, Default)]
struct ListingProgress {
    devices: Selection,
    /// The ids of devices that could not be read in full.
    unclear: HashSet<String>,
}

impl RefreshError {
    /// The rest of "The cache could not be refreshed: ".
    fn sentence(&self) -> String {
        match self {
            Self::Directory(DirectoryError::Unreadable(why)) => {
                format!("{}.", why.trim_end_matches('.'))
            }
            Self::Directory(_) => "the directory did not answer.".to_owned(),
            Self::Store(_) => "the database failed.".to_owned(),
            // On record is what the other process said.
            Self::GivenUp => "another process took this one for dead.".to_owned(),
            Self::Endless(why) => format!("{why}."),
            Self::Panicked => "an error in Sunset; the log has the cause.".to_owned(),
            Self::Short { listed } => format!(
                "the directory's listing ended early every time, at last after {}.",
                number::devices(*listed)
            ),
            Self::Few { listed, counted } => format!(
                "the directory counts {} and lists only {}.",
                number::devices(*counted),
                number::grouped(*listed)
            ),
        }
    }
}

impl Refresher {
    pub fn new(
        store: Arc<Store>,
        directory: Arc<dyn Directory>,
        is_remote: bool,
        health: Health,
        live: Live,
        supervisor: Supervisor,
    ) -> Self {
        Self {
            store,
            directory,
            is_remote,
            health,
            live,
            supervisor,
            worker: Arc::default(),
        }
    }

    /// The same by the connections kept for work, which never waits for pages.
    #[must_use]
    pub fn at_work(&self) -> Self {
        Self {
            store: Arc::new(self.store.at_work()),
            ..self.clone()
        }
    }

    /// Starts a refresh, or joins the one that runs, and returns at once.
    ///
    /// # Errors
    /// The database failed; no refresh was started.
    pub async fn start(&self, operator: &Scoped<may::Refresh>) -> Result<(), ServerError> {
        if let Some(number) = self.begin(operator).await? {
            let this = self.clone();
            tokio::spawn(async move { this.carry_out(number).await });
        }
        Ok(())
    }

    /// Refreshes and waits for the end.
    ///
    /// # Errors
    /// The database failed. A directory that failed is on record in the state.
    pub async fn run(&self, operator: &Scoped<may::Refresh>) -> Result<CacheState, ServerError> {
        if let Some(number) = self.begin(operator).await? {
            self.carry_out(number).await;
        }
        Ok(self.store.cache_state().await?)
    }

    /// Refreshes whenever the inventory is older than a day, until the token is
    /// cancelled. The embedded directory tells of its changes by itself.
    pub async fn keep_fresh(&self, stop: &CancellationToken) {
        while !stop.is_cancelled() {
            if let Err(error) = self.refresh_if_old().await {
                tracing::warn!(cause = %chain(&error), "refreshes could not be seen to");
            }
            tokio::select! {
                () = stop.cancelled() => {}
                () = tokio::time::sleep(POLL_INTERVAL) => {}
            }
        }
    }

    async fn refresh_if_old(&self) -> Result<(), ServerError> {
        self.fail_orphaned().await?;
        if !self.is_remote {
            return Ok(());
        }
        let state = self.store.cache_state().await?;
        let within = |at: Option<Timestamp>, span: Duration| {
            at.is_some_and(|at| state.now.0 - at.0 < span.as_millis() as i64)
        };
        let ended = state.last.as_ref().and_then(|last| last.finished_at);
        if state.running().is_none()
            && !within(state.complete_as_of, DAILY)
            && !within(ended, AGAIN)
        {
            self.start(&Scoped::schedule()).await?;
        }
        Ok(())
    }

    /// Ends refreshes that a process began which is dead, and returns the number of this
    /// one.
    ///
    /// # Errors
    /// The database failed.
    pub async fn fail_orphaned(&self) -> Result<i64, StoreError> {
        let me = self.store.renew_lease(&self.worker).await?;
        let now = self.store.now().await?;
        self.store.fail_orphaned_refreshes(me, now).await?;
        Ok(me)
    }

    async fn begin(&self, operator: &Scoped<may::Refresh>) -> Result<Option<u32>, StoreError> {
        let me = self.fail_orphaned().await?;
        let expected = self.size().await.ok().flatten();
        self.store
            .begin_refresh(operator.actor(), me, expected, self.store.now().await?)
            .await
    }

    async fn carry_out(&self, number: u32) {
        let reading = self.supervisor.catch("refresh", self.read_all(number));
        let outcome = reading.await.unwrap_or(Err(RefreshError::Panicked));
        let refused = matches!(outcome, Err(RefreshError::Directory(_)));
        if refused || self.health.state().down_since.is_some() {
            self.health.request_check();
        }
        if let Err(error) = outcome {
            tracing::error!(cause = %chain(&error), "a refresh broke off");
            if let Err(error) = self.fail(number, &error.sentence()).await {
                tracing::error!(cause = %chain(&error), "and could not be put on record");
            }
        }
        self.tell().await;
    }

    async fn fail(&self, number: u32, failure: &str) -> Result<(), StoreError> {
        let now = self.store.now().await?;
        self.store.fail_refresh(number, failure, now).await
    }

    /// Reads the directory until nothing of it is missing.
    async fn read_all(&self, number: u32) -> Result<(), RefreshError> {
        let mut seen = ListingProgress::default();
        let counted = self.read_until_whole(number, &mut seen).await?;
        self.ask_for_missing(number, &mut seen.devices).await?;
        let listed = seen.devices.len();
        // Nine tenths, whatever the directory counts.
        if let Some(counted) = counted.filter(|counted| listed < counted - counted / 10) {
            return Err(RefreshError::Few { listed, counted });
        }
        let now = self.store.now().await?;
        let unclear = seen.unclear.len() as u64;
        let finished = self
            .store
            .finish_refresh(number, &seen.devices, unclear, now)
            .await?;
        if finished {
            Ok(())
        } else {
            Err(RefreshError::GivenUp)
        }
    }

    /// A listing over a network can end early and say nothing of it. It is whole when
    /// it has as many devices as the directory counts, or when another one has found
    /// nothing new: what is counted need not be what is listed. Returns what is counted.
    async fn read_until_whole(
        &self,
        number: u32,
        seen: &mut ListingProgress,
    ) -> Result<Option<u64>, RefreshError> {
        for _ in 0..LISTINGS {
            let before = seen.devices.len();
            self.read_listing(number, seen).await?;
            let size = self.size().await;
            let is_whole = match size {
                Ok(size) => size.is_none_or(|size| size <= seen.devices.len()),
                Err(_) => false,
            };
            let listed = seen.devices.len();
            if is_whole || listed == before {
                return Ok(size.ok().flatten());
            }
            tracing::warn!(listed, ?size, "a listing may have ended early");
        }
        Err(RefreshError::Short {
            listed: seen.devices.len(),
        })
    }

    async fn read_listing(
        &self,
        number: u32,
        seen: &mut ListingProgress,
    ) -> Result<(), RefreshError> {
        let mut page = self.directory.list(None).await?;
        let mut walk = ListingGuard::default();
        loop {
            let next = walk.next(&page);
            seen.unclear.extend(std::mem::take(&mut page.unclear));
            let taking_in = self.take_in(number, &page.devices, &mut seen.devices);
            let next = match next {
                Ok(Some(next)) => next,
                Ok(None) => return taking_in.await,
                Err(endless) => {
                    taking_in.await?;
                    return Err(endless.into());
                }
            };
            // The next page is under way while this one is taken in.
            let (taken_in, next) = tokio::join!(taking_in, self.directory.list(Some(next)));
            taken_in?;
            page = next?;
        }
    }

    async fn take_in(
        &self,
        number: u32,
        devices: &[DirectoryDevice],
        seen: &mut Selection,
    ) -> Result<(), RefreshError> {
        let now = self.store.now().await?;
        let counts = self.store.refresh_page(number, devices, now).await?;
        seen.add_all(&counts.seen);
        self.tell().await;
        Ok(())
    }

    /// Asks by name for the devices that were there and were not listed: only what the
    /// directory then does not have is gone.
    async fn ask_for_missing(&self, number: u32, seen: &mut Selection) -> Result<(), RefreshError> {
        let missing = self.store.present_devices_but(seen).await?;
        if missing.is_empty() {
            return Ok(());
        }
        let ids: Vec<&str> = missing.iter().map(String::as_str).collect();
        let Some(found) = self.directory.live(&ids).await? else {
            return Ok(());
        };
        for devices in found.devices.chunks(PIECE) {
            self.take_in(number, devices, seen).await?;
        }
        Ok(())
    }

    async fn size(&self) -> Result<Option<u64>, DirectoryError> {
        let size = self.directory.size().await;
        if let Err(error) = &size {
            tracing::warn!(cause = %chain(error), "the directory does not say its size");
        }
        size
    }

    async fn tell(&self) {
        match self.store.cache_state().await {
            Ok(state) => self.live.tell(LiveMessage::Cache(state)),
            Err(error) => tracing::warn!(cause = %chain(&error), "the cache's state is unread"),
        }
    }
}
