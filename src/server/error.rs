//! Why the server refused or failed. Causes are logged once, here, where they become
//! what the operator is told.

use std::error::Error;

use uuid::Uuid;

use super::store::StoreError;
use crate::domain::error::ApiError;
use crate::status::set_status;

#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    /// The operator asked for what cannot be; they are told exactly this.
    #[error(transparent)]
    Refused(#[from] ApiError),
    #[error("the store failed")]
    Store(#[from] StoreError),
}

impl From<ServerError> for ApiError {
    fn from(error: ServerError) -> Self {
        let answer = match error {
            ServerError::Refused(answer) => answer,
            ServerError::Store(cause) => tell_failure(&cause),
        };
        set_status(answer.status());
        answer
    }
}

fn tell_failure(cause: &StoreError) -> ApiError {
    let reference = Uuid::new_v4().simple().to_string()[..8].to_owned();
    tracing::error!(reference, cause = %chain(cause), "a request failed");
    if is_busy(cause) {
        ApiError::Unavailable {
            message: format!(
                "The database is busy or cannot be reached; nothing was changed. Try again \
                 (reference {reference})."
            ),
        }
    } else {
        ApiError::Internal { reference }
    }
}

/// Why jobs wait, for the operator.
pub fn storage_sentence(cause: &StoreError) -> &'static str {
    match code(cause).as_deref() {
        // SQLITE_FULL; Postgres' disk_full.
        Some("13" | "53100") => "The database's disk is full.",
        // SQLITE_READONLY; Postgres' read_only_sql_transaction.
        Some("8" | "25006") => "The database cannot be written.",
        // SQLITE_IOERR; Postgres' io_error.
        Some("10" | "58030") => "The database's disk fails.",
        // SQLITE_BUSY; Postgres' lock_not_available.
        Some("5" | "55P03") => "Another program holds a lock on the database.",
        _ => "The database does not answer.",
    }
}

/// The database may do it later.
fn is_busy(cause: &StoreError) -> bool {
    match cause {
        StoreError::Database(sqlx::Error::PoolTimedOut | sqlx::Error::Io(_)) => true,
        // SQLITE_BUSY, SQLITE_IOERR, SQLITE_FULL; Postgres' full disk, lock and statement
        // time-outs, shutdown, and closed doors.
        _ => matches!(
            code(cause).as_deref(),
            Some("5" | "10" | "13" | "53100" | "55P03" | "57014" | "57P01" | "57P03" | "55000")
        ),
    }
}

/// The database's own code of what went wrong. SQLite's is the primary one: what it
/// extends it by only says where.
fn code(cause: &StoreError) -> Option<String> {
    let StoreError::Database(sqlx::Error::Database(error)) = cause else {
        return None;
    };
    let code = error.code()?;
    if error
        .try_downcast_ref::<sqlx::sqlite::SqliteError>()
        .is_none()
    {
        return Some(code.into_owned());
    }
    let extended: i32 = code.parse().ok()?;
    Some((extended & 0xff).to_string())
}

/// An error with all its causes, for the log.
pub fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}
