//! An import from the browser: a file is received, checked by the importer's own dry run,
//! and taken as it was checked.
//!
//! There is one at a time. The file has no name on the disk, so nothing is left of it when
//! it is dropped or the process ends, however it ends. It is dropped an hour after it came,
//! when the operator discards it, and when another file takes its place.

mod kept;
mod receive;
mod summary;
mod work;

use std::fs::File;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio_util::sync::CancellationToken;

use super::import::Report;
use super::refresher::Refresher;
use super::store::Store;
use super::supervisor::Supervisor;
use super::{Operator, Scoped, ServerError, may};
use crate::domain::error::ApiError;
use crate::domain::import::{ImportState, KEPT_MINUTES, Phase, Source, Upload};
pub use kept::FromStart;
pub use receive::{Receiving, too_large};

/// How often it is looked whether a file has had its time.
const POLL_INTERVAL: Duration = Duration::from_secs(20);

/// The import that there is. Clones share it.
#[derive(Clone, Debug)]
pub struct Uploads(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    store: Arc<Store>,
    refresher: Refresher,
    supervisor: Supervisor,
    is_local: bool,
    held: Mutex<Option<Held>>,
}

/// A file, and how far it is.
#[derive(Debug)]
struct Held {
    token: String,
    name: String,
    operator: Operator,
    began: Instant,
    size: u64,
    /// Its percentage is as old as the phase; `done` says how far it is.
    phase: Phase,
    /// Bytes read in this phase.
    done: Arc<AtomicU64>,
    file: Option<Arc<File>>,
    digest: Vec<u8>,
    /// What the check found.
    report: Option<Arc<Report>>,
    /// Ends what is under way.
    stop: CancellationToken,
}

impl Uploads {
    pub(super) fn new(
        store: Arc<Store>,
        refresher: Refresher,
        supervisor: Supervisor,
        is_local: bool,
    ) -> Self {
        Self(Arc::new(Inner {
            store,
            refresher,
            supervisor,
            is_local,
            held: Mutex::default(),
        }))
    }

    /// What can be imported, and how far the import is that there is.
    ///
    /// # Errors
    /// The database failed.
    pub async fn state(&self, _: &Scoped<may::Import>) -> Result<ImportState, ServerError> {
        let source = self.source().await?;
        let upload = self.held().as_ref().map(Held::shown);
        Ok(ImportState { source, upload })
    }

    /// Begins to receive a file.
    ///
    /// # Errors
    /// Devices come from elsewhere, or another import is under way.
    pub async fn begin(
        &self,
        operator: &Scoped<may::Import>,
        name: &str,
    ) -> Result<Receiving, ServerError> {
        let why = match self.source().await? {
            Source::Local => None,
            Source::Google => Some(
                "Devices come from Google's directory here, so no file can be imported.".to_owned(),
            ),
            Source::Demonstration => {
                Some("Real devices can't be imported among demo devices.".to_owned())
            }
        };
        if let Some(message) = why {
            return Err(ApiError::Conflict { message }.into());
        }
        let receiving = Receiving::new(self.clone())?;
        let mut held = self.held();
        if let Some(other) = held.as_ref().filter(|held| held.phase.goes_on()) {
            let message = format!(
                "{} is importing {} now. Try again when that import has ended.",
                other.operator.name, other.name
            );
            return Err(ApiError::Conflict { message }.into());
        }
        *held = Some(Held::new(operator, name, &receiving));
        Ok(receiving)
    }

    /// Takes the file that was checked, once, however often it is asked for.
    ///
    /// # Errors
    /// It is not here any more, or there is nothing to take.
    pub async fn apply(
        &self,
        operator: &Scoped<may::Import>,
        token: &str,
    ) -> Result<ImportState, ServerError> {
        if self.may_begin(token)? {
            self.spawn_apply(operator, token);
        }
        self.state(operator).await
    }

    /// Notes that the file is being taken. Returns whether it was not before.
    fn may_begin(&self, token: &str) -> Result<bool, ServerError> {
        let conflict = |message: &str| ApiError::Conflict {
            message: message.to_owned(),
        };
        let mut held = self.held();
        let Some(held) = held.as_mut().filter(|held| held.token == token) else {
            let gone = "This file isn't here any more, and nothing was imported. Upload it again.";
            return Err(conflict(gone).into());
        };
        match &held.phase {
            Phase::Importing { .. } | Phase::Refreshing | Phase::Imported(..) => Ok(false),
            Phase::Checked(summary) if summary.to_import() != 0 => {
                held.go_to(Phase::Importing { percent: 0 });
                Ok(true)
            }
            Phase::Checked(_) => Err(conflict("The file changes nothing.").into()),
            _ => Err(conflict("The file isn't checked yet.").into()),
        }
    }

    /// Drops the file, or ends what is done with it. What was taken stays.
    ///
    /// # Errors
    /// The database failed.
    pub async fn discard(
        &self,
        operator: &Scoped<may::Import>,
        token: &str,
    ) -> Result<ImportState, ServerError> {
        {
            let mut place = self.held();
            if let Some(held) = place.as_ref().filter(|held| held.token == token) {
                held.stop.cancel();
                if !matches!(held.phase, Phase::Importing { .. } | Phase::Refreshing) {
                    *place = None;
                }
            }
        }
        self.state(operator).await
    }

    /// The file and what was found wrong with it.
    pub fn refused(
        &self,
        _: &Scoped<may::Import>,
        token: &str,
    ) -> Option<(FromStart, Arc<Report>)> {
        let held = self.held();
        let held = held.as_ref().filter(|held| held.token == token)?;
        let file = FromStart::new(held.file.clone()?, Arc::default());
        Some((file, held.report.clone()?))
    }

    /// Drops a file that has had its time and waits.
    pub fn expire(&self, now: Instant) {
        let mut place = self.held();
        let kept = Duration::from_mins(KEPT_MINUTES);
        let is_old = |held: &Held| kept < now.saturating_duration_since(held.began);
        if place
            .as_ref()
            .is_some_and(|held| is_old(held) && !held.phase.goes_on())
        {
            *place = None;
        }
    }

    /// Drops files that have had their time, and at the end ends what is under way.
    pub(super) async fn watch(&self, stop: &CancellationToken) {
        while !stop.is_cancelled() {
            self.expire(Instant::now());
            tokio::select! {
                () = stop.cancelled() => {}
                () = tokio::time::sleep(POLL_INTERVAL) => {}
            }
        }
        if let Some(held) = self.held().take() {
            held.stop.cancel();
        }
    }

    async fn source(&self) -> Result<Source, ServerError> {
        if !self.0.is_local {
            return Ok(Source::Google);
        }
        Ok(match self.0.store.is_demonstration().await? {
            true => Source::Demonstration,
            false => Source::Local,
        })
    }

    /// Changes the import if it is still this one.
    fn change(&self, token: &str, change: impl FnOnce(&mut Held)) {
        if let Some(held) = self.held().as_mut().filter(|held| held.token == token) {
            change(held);
        }
    }

    fn held(&self) -> MutexGuard<'_, Option<Held>> {
        self.0.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Held {
    fn new(operator: &Scoped<may::Import>, name: &str, receiving: &Receiving) -> Self {
        Self {
            token: receiving.token.clone(),
            name: kept::file_name(name),
            operator: Operator::clone(operator),
            began: Instant::now(),
            size: 0,
            phase: Phase::Receiving,
            done: Arc::default(),
            file: None,
            digest: Vec::new(),
            report: None,
            stop: receiving.stop.clone(),
        }
    }

    /// Goes to another phase, which has read nothing yet.
    fn go_to(&mut self, phase: Phase) {
        self.phase = phase;
        self.done = Arc::default();
    }

    fn shown(&self) -> Upload {
        let done = self.done.load(Ordering::Relaxed).min(self.size);
        let percent = (done * 100).checked_div(self.size).unwrap_or_default() as u8;
        let phase = match &self.phase {
            Phase::Checking { .. } => Phase::Checking { percent },
            Phase::Importing { .. } => Phase::Importing { percent },
            phase => phase.clone(),
        };
        Upload {
            token: self.token.clone(),
            name: self.name.clone(),
            size: self.size,
            phase,
        }
    }
}
