//! The copy: every row and checkpoint as a line of JSON in a file, from where something else
//! takes it away. Lines are only ever added, and on the disk before it is said so.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};

use super::checkpoint::Checkpoint;
use super::maintenance::PIECE;
use crate::domain::audit::AuditRow;
use crate::server::private::OWNER;
use crate::server::store::{Store, StoreError};

/// The end of a file that is searched for its last line, in bytes. No line is longer.
const TAIL: u64 = 256 << 10;

/// A line of the copy, of an export and of evidence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Line {
    Row(AuditRow),
    Checkpoint {
        checkpoint: Checkpoint,
    },
    /// The place of a row that is not shown, by the hash of its content.
    Stub {
        n: i64,
        content: String,
    },
}

/// Why the copy was not made.
#[derive(Debug, thiserror::Error)]
pub enum CopyError {
    #[error("the copy {} cannot be written: {cause}", path.display())]
    Unwritable { path: PathBuf, cause: io::Error },
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A file that the audit is copied to.
#[derive(Debug)]
pub struct Copy {
    path: PathBuf,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    file: File,
    /// The last row and the last checkpoint in it.
    row: i64,
    checkpoint: i64,
}

impl Copy {
    /// Opens the file, and makes it if it is not there.
    ///
    /// # Errors
    /// It cannot be written, or holds something else.
    pub fn open(path: &Path) -> Result<Self, CopyError> {
        let opened = open(path);
        let state = opened.map_err(|cause| CopyError::Unwritable {
            path: path.to_owned(),
            cause,
        })?;
        Ok(Self {
            path: path.to_owned(),
            state: Mutex::new(state),
        })
    }

    /// Adds what is new.
    ///
    /// # Errors
    /// It could not be read, or not be written; the next time goes on from there.
    pub async fn catch_up(&self, store: &Store) -> Result<(), CopyError> {
        loop {
            let (row, checkpoint) = {
                let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
                (state.row, state.checkpoint)
            };
            let rows = store.audit_after(row, PIECE).await?;
            let is_last = rows.len() < PIECE as usize;
            let end = rows.last().map_or(row, |row| row.n);
            let checkpoints = store.checkpoints_from(checkpoint + 1, PIECE).await?;
            let checkpoints = checkpoints.into_iter().filter(|it| it.n <= end);
            let checkpoints: Vec<Checkpoint> = checkpoints.collect();
            if rows.is_empty() && checkpoints.is_empty() {
                return Ok(());
            }
            let written = self.write(rows, checkpoints);
            written.map_err(|cause| CopyError::Unwritable {
                path: self.path.clone(),
                cause,
            })?;
            if is_last {
                return Ok(());
            }
        }
    }

    fn write(&self, rows: Vec<AuditRow>, checkpoints: Vec<Checkpoint>) -> io::Result<()> {
        let mut text = Vec::new();
        let (mut row, mut checkpoint) = (0, 0);
        for it in rows {
            row = it.n;
            line(&mut text, &Line::Row(it))?;
        }
        for it in checkpoints {
            checkpoint = it.n;
            line(&mut text, &Line::Checkpoint { checkpoint: it })?;
        }
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let before = state.file.metadata()?.len();
        let written = state.file.write_all(&text);
        if let Err(cause) = written.and_then(|()| state.file.sync_data()) {
            // A line that is cut would not be a line.
            let _ = state.file.set_len(before);
            return Err(cause);
        }
        state.row = state.row.max(row);
        state.checkpoint = state.checkpoint.max(checkpoint);
        Ok(())
    }
}

/// Writes a line.
pub fn line(to: &mut impl Write, line: &Line) -> io::Result<()> {
    serde_json::to_writer(&mut *to, line)?;
    to.write_all(b"\n")
}

fn open(path: &Path) -> io::Result<State> {
    let mut file = OpenOptions::new()
        .read(true)
        .append(true)
        .create(true)
        .mode(OWNER)
        .open(path)?;
    let is_file = file.metadata()?.is_file();
    let mut state = State {
        file: file.try_clone()?,
        row: 0,
        checkpoint: 0,
    };
    if !is_file {
        return Ok(state);
    }
    let length = file.metadata()?.len();
    file.seek(SeekFrom::Start(length.saturating_sub(TAIL)))?;
    let mut tail = Vec::new();
    file.take(TAIL).read_to_end(&mut tail)?;
    // What a power loss has cut is written again.
    let whole = tail
        .iter()
        .rposition(|byte| *byte == b'\n')
        .map_or(0, |at| at + 1);
    state.file.set_len(length - (tail.len() - whole) as u64)?;
    for text in tail[..whole].split(|byte| *byte == b'\n').rev() {
        match serde_json::from_slice(text) {
            Ok(Line::Row(row)) => {
                state.row = row.n;
                break;
            }
            Ok(Line::Checkpoint { checkpoint }) => {
                state.checkpoint = state.checkpoint.max(checkpoint.n);
            }
            Ok(Line::Stub { .. }) | Err(_) => {}
        }
    }
    if 0 < whole && state.row == 0 {
        let why = "it is not a copy of an audit";
        return Err(io::Error::new(io::ErrorKind::InvalidData, why));
    }
    Ok(state)
}
