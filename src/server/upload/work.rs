//! Checking a file, and taking it. Both are the importer's own work, without and with a
//! commit.

use std::fs::File;
use std::sync::Arc;

use tokio::task::spawn_blocking;
use tokio_util::sync::CancellationToken;

use super::kept::digest;
use super::summary::summary;
use super::{FromStart, Uploads};
use crate::domain::audit::Actor;
use crate::domain::error::ApiError;
use crate::domain::import::Phase;
use crate::server::import::{FileError, ImportError, Report, import, import_as_checked};
use crate::server::{Scoped, ServerError, may};

/// What work on a file needs of it.
struct Task {
    token: String,
    file: Arc<File>,
    digest: Vec<u8>,
    done: Arc<std::sync::atomic::AtomicU64>,
    checked: Option<Arc<Report>>,
    stop: CancellationToken,
}

impl Uploads {
    pub(super) fn spawn_check(&self, token: &str) {
        if let Some(task) = self.task(token) {
            let this = self.clone();
            tokio::spawn(async move { this.check(task).await });
        }
    }

    pub(super) fn spawn_apply(&self, operator: &Scoped<may::Import>, token: &str) {
        if let Some(task) = self.task(token) {
            let (this, operator) = (self.clone(), operator.clone());
            tokio::spawn(async move { this.carry_out(task, &operator).await });
        }
    }

    fn task(&self, token: &str) -> Option<Task> {
        let held = self.held();
        let held = held.as_ref().filter(|held| held.token == token)?;
        Some(Task {
            token: held.token.clone(),
            file: held.file.clone()?,
            digest: held.digest.clone(),
            done: held.done.clone(),
            checked: held.report.clone(),
            stop: held.stop.clone(),
        })
    }

    async fn check(&self, task: Task) {
        let store = self.0.store.at_work();
        let open = || Ok(FromStart::new(task.file.clone(), task.done.clone()));
        let checking = self
            .0
            .supervisor
            .catch("import check", import(&store, open, true));
        let checked = tokio::select! {
            checked = checking => checked.unwrap_or(Err(ImportError::Stopped)),
            () = task.stop.cancelled() => return,
        };
        self.change(&task.token, |held| match checked {
            Ok(report) => {
                held.go_to(Phase::Checked(summary(&report)));
                held.report = Some(Arc::new(report));
            }
            Err(error) => held.go_to(phase_of(error)),
        });
    }

    async fn carry_out(&self, task: Task, operator: &Scoped<may::Import>) {
        let taking = self
            .0
            .supervisor
            .catch("import", self.take(&task, operator.actor()));
        let taken = taking.await.unwrap_or(Err(ImportError::Stopped));
        let report = match taken {
            Ok(report) => report,
            Err(error) => return self.change(&task.token, |held| held.go_to(phase_of(error))),
        };
        tracing::info!(
            operator = operator.name,
            added = report.added,
            changed = report.changed,
            "a file was imported"
        );
        self.change(&task.token, |held| held.go_to(Phase::Refreshing));
        let refreshed = match self.0.refresher.run(&operator.refreshing()).await {
            Ok(state) => state.last.map(|last| last.notice()).unwrap_or_default(),
            Err(error) => {
                let why = ApiError::from(error);
                format!("The devices are imported, but not listed yet: {why} Use Refresh Cache.")
            }
        };
        self.change(&task.token, |held| {
            held.go_to(Phase::Imported(summary(&report), refreshed));
        });
    }

    /// Takes exactly the file that was checked, if that does what the check has told.
    async fn take(&self, task: &Task, by: &Actor) -> Result<Report, ImportError> {
        let checked = task.checked.as_ref().ok_or(ImportError::Stopped)?;
        let file = task.file.clone();
        let found = spawn_blocking(move || digest(file)).await;
        let found = found.map_err(|_| ImportError::Stopped)?;
        if found.map_err(FileError::Io)? != task.digest {
            return Err(ImportError::Stopped);
        }
        let store = self.0.store.at_work();
        let open = || Ok(FromStart::new(task.file.clone(), task.done.clone()));
        import_as_checked(&store, open, checked, by, &task.stop).await
    }
}

/// What is told of an import that did not happen. Causes are logged.
fn phase_of(error: ImportError) -> Phase {
    match error {
        ImportError::File(FileError::Io(cause)) => {
            tracing::error!(%cause, "an uploaded file could not be read");
            Phase::Failed("The file could not be read again, so nothing was changed.".to_owned())
        }
        ImportError::File(error) => Phase::Unusable(error.to_string()),
        ImportError::Store(cause) => {
            let why = ApiError::from(ServerError::Store(cause));
            Phase::Failed(format!("Nothing was imported. {why}"))
        }
        ImportError::Demonstration => {
            Phase::Failed("Real devices can't be imported among demo devices.".to_owned())
        }
        ImportError::Open { .. }
        | ImportError::Stopped
        | ImportError::Cancelled
        | ImportError::Changed => Phase::Failed(error.to_string()),
    }
}
