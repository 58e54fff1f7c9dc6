//! `sunset import`: fills the local directory from the files that admins have.
//!
//! A file is read in one pass and applied in one transaction: it is understood
//! and taken, or nothing changes. A row that cannot be taken is refused with its
//! number and a reason, and the others go in; of rows that contradict each other none
//! does. `domain/heading.rs` knows the names of columns.

mod apply;
mod cells;
mod change;
mod columns;
mod command;
mod dates;
mod difference;
mod error;
mod gam_escapes;
mod imported_rows;
mod known;
mod left;
mod progress;
mod reader;
mod records;
mod refused;
mod report;
mod report_text;
mod values;

pub use apply::{import, import_as_checked};
pub use change::DeviceChange;
pub use columns::{Column, Columns};
pub use command::command;
pub use error::{FileError, ImportError, Refusal, shown};
pub use left::{Left, Why};
pub use progress::Progress;
pub use reader::{Reader, Row, read};
pub use refused::write_refused;
pub use report::{KEPT_REFUSALS, Report, Taken, Took};

use std::fs::File;
use std::io::{self, Read, Seek};
use std::path::Path;

use tokio::task::spawn_blocking;

use crate::server::store::Store;

/// Imports a file, or standard input where the path is `-`.
///
/// # Errors
/// The file cannot be opened or understood, or the database failed. Nothing was
/// changed.
pub async fn run(
    store: &Store,
    path: &Path,
    dry_run: bool,
    progress: &Progress,
) -> Result<Report, ImportError> {
    let wanted = path.to_owned();
    let file = spawn_blocking(move || {
        if wanted == Path::new("-") {
            return spooled(io::stdin().lock());
        }
        let file = File::open(wanted)?;
        if file.metadata()?.is_file() {
            Ok(file)
        } else {
            spooled(file)
        }
    })
    .await
    .map_err(|_| ImportError::Stopped)?
    .map_err(|cause| ImportError::Open {
        path: path.to_owned(),
        cause,
    })?;
    let from_its_start = || {
        let mut file = file.try_clone()?;
        file.rewind()?;
        let size = file.metadata()?.len();
        Ok(progress.watched(file, size))
    };
    import(store, from_its_start, dry_run).await
}

/// A pipe, read to its end: what comes through it may take minutes and comes once, and
/// no transaction should wait for it.
fn spooled(mut pipe: impl Read) -> io::Result<File> {
    let mut file = tempfile::tempfile()?;
    io::copy(&mut pipe, &mut file)?;
    Ok(file)
}
