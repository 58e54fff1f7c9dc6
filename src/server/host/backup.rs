//! `sunset backup` and `sunset restore` as a person runs them on the host.

use super::make_default_folder;
use crate::domain::number::{counted, devices};
use crate::server::config::{Backup, Restore};
use crate::server::store::{Contents, Restored, back_up, restore};

impl Backup {
    /// Writes the backup, and returns what to print.
    ///
    /// # Errors
    /// One sentence.
    pub async fn run(&self) -> Result<String, String> {
        let contents = back_up(&self.database.database, &self.file).await;
        let contents = contents.map_err(|error| error.to_string())?;
        let apart = match contents.operators {
            0 => "",
            _ => {
                " The seal key is not in it: keep a copy of that file somewhere else \
                 (docs/backup.md)."
            }
        };
        Ok(format!(
            "{} holds {}.{apart}",
            self.file.display(),
            message(&contents)
        ))
    }
}

impl Restore {
    /// Makes a database from the backup, and returns what to print.
    ///
    /// # Errors
    /// One sentence.
    pub async fn run(&self) -> Result<String, String> {
        make_default_folder(&self.database.database)?;
        let restored = restore(&self.file, &self.database.database).await;
        let Restored { contents, paused } = restored.map_err(|error| error.to_string())?;
        let mut text = format!(
            "Restored {} from {}.",
            message(&contents),
            self.file.display()
        );
        if contents.operators != 0 {
            text.push_str(
                " Everybody signs in anew; the seal key that belongs to it has to be in its \
                 place.",
            );
        }
        if paused != 0 {
            let jobs = counted(paused, "open job is", "open jobs are");
            text.push_str(&format!(
                " {jobs} paused until somebody resumes: first see that no other Sunset works on \
                 it."
            ));
        }
        Ok(text)
    }
}

fn message(contents: &Contents) -> String {
    format!(
        "{}, {} and {}",
        devices(contents.devices),
        counted(contents.jobs, "job", "jobs"),
        counted(contents.operators, "operator", "operators")
    )
}
