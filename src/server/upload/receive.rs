//! Receiving a file, a piece at a time. Whoever stops in the middle leaves nothing.

use std::io;
use std::sync::Arc;

use sha2::{Digest, Sha256};
use tokio::fs::File;
use tokio::io::AsyncWriteExt;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::Uploads;
use crate::domain::error::ApiError;
use crate::domain::import::{MAX_FILE, MAX_FILE_WORDS, Phase};

/// A file on its way. Dropped before [`Receiving::finish`], it is as if it had never come.
#[derive(Debug)]
pub struct Receiving {
    uploads: Uploads,
    pub(super) token: String,
    pub(super) stop: CancellationToken,
    file: File,
    hasher: Sha256,
    size: u64,
}

impl Receiving {
    pub(super) fn new(uploads: Uploads) -> Result<Self, ApiError> {
        let file = tempfile::tempfile().map_err(|cause| not_stored(&cause))?;
        Ok(Self {
            uploads,
            token: Uuid::new_v4().simple().to_string(),
            stop: CancellationToken::new(),
            file: File::from_std(file),
            hasher: Sha256::new(),
            size: 0,
        })
    }

    /// Cancelled when the file is not wanted any more.
    pub fn stop(&self) -> CancellationToken {
        self.stop.clone()
    }

    /// Takes the next piece.
    ///
    /// # Errors
    /// The file is too large, or cannot be stored.
    pub async fn take(&mut self, piece: &[u8]) -> Result<(), ApiError> {
        self.size += piece.len() as u64;
        if MAX_FILE < self.size {
            return Err(too_large());
        }
        self.hasher.update(piece);
        let written = self.file.write_all(piece).await;
        written.map_err(|cause| not_stored(&cause))?;
        let size = self.size;
        self.uploads.change(&self.token, |held| held.size = size);
        Ok(())
    }

    /// Ends the file, and begins to check it. Returns its token.
    ///
    /// # Errors
    /// The file cannot be stored.
    pub async fn finish(mut self) -> Result<String, ApiError> {
        let flushed = self.file.flush().await;
        flushed.map_err(|cause| not_stored(&cause))?;
        let file = self.file.try_clone().await;
        let file = file.map_err(|cause| not_stored(&cause))?;
        let file = Arc::new(file.into_std().await);
        let digest = std::mem::take(&mut self.hasher).finalize().to_vec();
        self.uploads.change(&self.token, |held| {
            held.file = Some(file);
            held.digest = digest;
            held.go_to(Phase::Checking { percent: 0 });
        });
        self.uploads.spawn_check(&self.token);
        Ok(self.token.clone())
    }
}

impl Drop for Receiving {
    fn drop(&mut self) {
        let mut held = self.uploads.held();
        let is_this =
            |held: &super::Held| held.token == self.token && matches!(held.phase, Phase::Receiving);
        if held.as_ref().is_some_and(is_this) {
            *held = None;
        }
    }
}

/// What is told of a file that is too large.
pub fn too_large() -> ApiError {
    let message = format!(
        "The file is larger than {MAX_FILE_WORDS}. Split it, and import one part after the other."
    );
    ApiError::Invalid { message }
}

fn not_stored(cause: &io::Error) -> ApiError {
    tracing::error!(%cause, "an uploaded file could not be stored");
    let why = match cause.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            "the server's disk for temporary files is full"
        }
        _ => "the server's folder for temporary files cannot be written",
    };
    ApiError::Unavailable {
        message: format!("The file could not be stored: {why}."),
    }
}
