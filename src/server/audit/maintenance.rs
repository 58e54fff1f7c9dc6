//! Looks after the audit while the server runs: signs its end, copies it, and puts on record
//! what was counted. Before it signs, it verifies: what was tampered with is never signed.

use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use tokio_util::sync::CancellationToken;

use super::checkpoint::Checkpoint;
use super::copy::Copy;
use super::encoding::row_hash;
use super::key::SigningKey;
use super::refusal_counter::{INTERVAL, RefusalCounter};
use super::verify::{Broken, ChainVerifier};
use crate::domain::audit::{Act, Actor, Event};
use crate::server::error::chain;
use crate::server::store::{Store, StoreError};

/// How often it is looked.
const POLL_INTERVAL: Duration = Duration::from_secs(5);

/// A checkpoint is signed after so long, or after so many rows.
const EVERY_MS: i64 = 300_000;
const EVERY_ROWS: i64 = 1000;

/// Rows read at once.
pub const PIECE: u32 = 1000;

/// The audit of a server. Clones share it.
#[derive(Clone, Debug)]
pub struct Audit {
    store: Arc<Store>,
    refusal_counter: RefusalCounter,
    key: Option<SigningKey>,
    copy: Option<Arc<Copy>>,
    /// What was found broken, so that it is said once.
    broken: Arc<OnceLock<String>>,
}

/// Why there is no checkpoint.
#[derive(Debug, thiserror::Error)]
pub enum CheckpointError {
    #[error("there is no key to sign with")]
    NoKey,
    #[error("the audit is broken: {0}")]
    Broken(Broken),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Audit {
    pub fn new(store: Arc<Store>, refusal_counter: RefusalCounter) -> Self {
        Self {
            store,
            refusal_counter,
            key: None,
            copy: None,
            broken: Arc::default(),
        }
    }

    /// The same with a key to sign with, and a file that all of it is copied to.
    #[must_use]
    pub fn with(self, key: Option<SigningKey>, copy: Option<Copy>) -> Self {
        Self {
            key,
            copy: copy.map(Arc::new),
            ..self
        }
    }

    pub fn key(&self) -> Option<&SigningKey> {
        self.key.as_ref()
    }

    /// Says which key signs from now on, if it is another than the one before.
    ///
    /// # Errors
    /// The database failed.
    pub async fn note_key(&self) -> Result<(), StoreError> {
        let Some(key) = &self.key else { return Ok(()) };
        let before = self.store.last_checkpoint().await?;
        let event = match before {
            None => Event::new(&Actor::sunset(), Act::KeyMade),
            Some(before) if before.key_id == key.id() => return Ok(()),
            Some(before) => {
                let rotated = self.store.audit_after(before.n - 1, 1).await?;
                let word = Act::KeyRotated.as_str();
                let names_it = |row: &crate::domain::audit::AuditRow| {
                    row.action == word && row.detail.contains(&key.id())
                };
                if rotated.iter().any(names_it) {
                    return Ok(());
                }
                let event = Event::new(&Actor::sunset(), Act::KeyChanged);
                event.with("before", before.key_id)
            }
        };
        self.store.record(event.with("key", key.id())).await
    }

    /// Puts on record what was counted, before its time.
    ///
    /// # Errors
    /// The database failed.
    pub async fn flush(&self) -> Result<(), StoreError> {
        self.refusal_counter.flush().await
    }

    /// Works until the token is cancelled, and once more then.
    pub async fn keep(&self, stop: &CancellationToken) {
        let mut counted = Instant::now();
        while !stop.is_cancelled() {
            if INTERVAL <= counted.elapsed() {
                self.say(
                    self.refusal_counter
                        .flush()
                        .await
                        .map_err(CheckpointError::from),
                );
                counted = Instant::now();
            }
            self.say(self.sign_if_due().await);
            self.copy_new().await;
            tokio::select! {
                () = stop.cancelled() => {}
                () = tokio::time::sleep(POLL_INTERVAL) => {}
            }
        }
        self.say(
            self.refusal_counter
                .flush()
                .await
                .map_err(CheckpointError::from),
        );
        match self.checkpoint().await {
            Ok(_) | Err(CheckpointError::NoKey) => {}
            Err(error) => self.say(Err(error)),
        }
        self.copy_new().await;
    }

    fn say(&self, done: Result<(), CheckpointError>) {
        match done {
            Ok(()) => {}
            Err(CheckpointError::Broken(why)) => {
                let why = why.to_string();
                if self.broken.set(why.clone()).is_ok() {
                    tracing::error!(why, "the audit is broken, and is not signed any more");
                }
            }
            Err(error) => {
                tracing::warn!(cause = %chain(&error), "the audit could not be looked after");
            }
        }
    }

    async fn copy_new(&self) {
        if let Some(copy) = &self.copy
            && let Err(error) = copy.catch_up(&self.store).await
        {
            tracing::error!(cause = %chain(&error), "the audit could not be copied");
        }
    }

    async fn sign_if_due(&self) -> Result<(), CheckpointError> {
        if self.key.is_none() {
            return Ok(());
        }
        let end = self.store.audit_end().await?;
        let (last, at) = match self.store.last_checkpoint().await? {
            Some(last) => (last.n, last.at),
            None => (0, 0),
        };
        let is_old = at + EVERY_MS <= self.store.now().await?.0;
        if last < end && (is_old || EVERY_ROWS <= end - last) {
            self.checkpoint().await?;
        }
        Ok(())
    }

    /// Signs the end of the chain; see [`sign_end`].
    ///
    /// # Errors
    /// There is no key, or the chain is broken.
    pub async fn checkpoint(&self) -> Result<Option<Checkpoint>, CheckpointError> {
        let key = self.key.as_ref().ok_or(CheckpointError::NoKey)?;
        sign_end(&self.store, key).await
    }
}

/// Signs the end of the chain, after all rows since the last checkpoint were verified.
/// Returns the last checkpoint; `None` if there is nothing to sign.
///
/// # Errors
/// The chain is broken: it is not signed.
pub async fn sign_end(
    store: &Store,
    key: &SigningKey,
) -> Result<Option<Checkpoint>, CheckpointError> {
    let last = store.last_checkpoint().await?;
    let signed = last.as_ref().map_or(0, |last| last.n);
    let mut walk = match &last {
        Some(last) => ChainVerifier::after(last.n, &last.hash),
        None => ChainVerifier::from_start(),
    };
    if let Some(last) = &last {
        // The row itself may have been changed since.
        let row = store.audit_after(last.n - 1, 1).await?;
        if row.first().is_none_or(|row| row_hash(row) != last.hash) {
            let n = last.n;
            return Err(CheckpointError::Broken(Broken::NotTheSigned { n }));
        }
    }
    let mut after = signed;
    loop {
        let rows = store.audit_after(after, PIECE).await?;
        for row in &rows {
            walk.row(row);
            after = row.n;
        }
        if rows.len() < PIECE as usize {
            break;
        }
    }
    let (broken, walk) = walk.finish();
    let is_serious = |it: &Broken| !matches!(it, Broken::ClockWentBack { .. });
    if let Some(first) = broken.into_iter().find(is_serious) {
        return Err(CheckpointError::Broken(first));
    }
    match walk.end() {
        Some((n, hash)) if signed < *n => {
            let checkpoint = Checkpoint::sign(key, *n, hash, store.now().await?.0);
            store.keep_checkpoint(&checkpoint).await?;
            Ok(Some(checkpoint))
        }
        _ => Ok(last),
    }
}
