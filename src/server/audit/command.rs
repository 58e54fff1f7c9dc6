//! `sunset audit` as a person runs it on the host.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Write};
use std::path::{Path, PathBuf};

use super::checkpoint::{Checkpoint, next_key_message};
use super::copy::{Line, line};
use super::key::SigningKey;
use super::maintenance::{PIECE, sign_end};
use super::text::escaped;
use super::verify::ChainVerifier;
use crate::domain::audit::{Act, Event};
use crate::domain::number::counted;
use crate::server::config::{AuditCommand, VerifyAudit};
use crate::server::identity::host_actor;
use crate::server::private::is_credential;
use crate::server::store::{Database, Store};

/// The most that is told of what is broken.
const TOLD: usize = 20;

impl AuditCommand {
    /// Does it, and returns what to print.
    ///
    /// # Errors
    /// One sentence, or one in a line for each thing that is broken.
    pub async fn run(&self) -> Result<String, String> {
        match self {
            Self::Verify(verify) => verify.run().await,
            Self::Export(database) => {
                let store = open_to_read(&database.database).await?;
                let exported = export(&store, &mut io::stdout().lock()).await;
                store.close().await;
                exported.map(|()| String::new())
            }
            Self::Key(key) => {
                let path = key.signing_key.of(&key.database.database);
                let key = SigningKey::read(&path).map_err(|error| error.to_string())?;
                Ok(key.id())
            }
            Self::RotateKey(key) => {
                let path = key.signing_key.of(&key.database.database);
                let store = Store::open(&key.database.database).await;
                let store = store.map_err(|error| error.to_string())?;
                let message = rotate(&store, &path).await;
                store.close().await;
                message
            }
        }
    }
}

impl VerifyAudit {
    async fn run(&self) -> Result<String, String> {
        let trusted = self.trusted()?;
        let since = self.since.as_deref().map(read_checkpoint).transpose()?;
        let mut walk = ChainVerifier::from_start().trusting(trusted.clone());
        if let Some(checkpoint) = since {
            walk.expect(checkpoint);
        }
        let walk = match &self.copy {
            Some(copy) => walk_copy(copy, walk)?,
            None => {
                let store = open_to_read(&self.database.database).await?;
                let walked = walk_store(&store, walk).await;
                store.close().await;
                walked?
            }
        };
        let (broken, walk) = walk.finish();
        if broken.is_empty() {
            return Ok(message(&walk, &trusted));
        }
        let lines = broken.iter().take(TOLD).map(|it| escaped(&it.to_string()));
        let mut lines: Vec<String> = lines.collect();
        if TOLD < broken.len() {
            lines.push(format!("And {} more.", broken.len() - TOLD));
        }
        Err(lines.join("\n"))
    }

    /// The keys that are trusted: those that are named, else the host's own.
    fn trusted(&self) -> Result<Vec<String>, String> {
        if !self.key.is_empty() {
            return Ok(self.key.clone());
        }
        let path = self.signing_key.of(&self.database.database);
        if self.copy.is_some() || !path.exists() {
            return Ok(Vec::new());
        }
        let key = SigningKey::read(&path).map_err(|error| error.to_string())?;
        Ok(vec![key.id()])
    }
}

fn message(walk: &ChainVerifier, trusted: &[String]) -> String {
    let rows = counted(walk.rows, "row is", "rows are");
    let mut text = format!("{rows} in one unbroken chain.");
    match (walk.signed_until, trusted.is_empty()) {
        (0, _) => text.push_str(" None is signed yet."),
        (n, false) => text.push_str(&format!(" Signed up to row {n}, with a trusted key.")),
        (n, true) => text.push_str(&format!(
            " Signed up to row {n}, but with a key that is not trusted: name one with \
             --key."
        )),
    }
    text
}

async fn open_to_read(database: &Database) -> Result<Store, String> {
    if let Database::Sqlite(path) = database
        && !path.exists()
    {
        return Err(format!("There is no database at {}.", path.display()));
    }
    let store = Store::open_to_read(database).await;
    store.map_err(|error| error.to_string())
}

fn unreadable(cause: impl std::fmt::Display) -> String {
    format!("The audit could not be read: {cause}.")
}

/// Walks along all rows and checkpoints of a database.
async fn walk_store(store: &Store, mut walk: ChainVerifier) -> Result<ChainVerifier, String> {
    let mut from = 0;
    loop {
        let some = store.checkpoints_from(from, PIECE).await;
        let some = some.map_err(unreadable)?;
        let is_last = some.len() < PIECE as usize;
        for checkpoint in some {
            from = checkpoint.n + 1;
            walk.expect(checkpoint);
        }
        if is_last {
            break;
        }
    }
    let mut after = i64::MIN;
    loop {
        let rows = store.audit_after(after, PIECE).await.map_err(unreadable)?;
        for row in &rows {
            walk.row(row);
            after = row.n;
        }
        if rows.len() < PIECE as usize {
            return Ok(walk);
        }
    }
}

/// The same for the lines of a copy. Checkpoints stand behind their rows there.
fn walk_copy(path: &Path, mut walk: ChainVerifier) -> Result<ChainVerifier, String> {
    let open = || File::open(path).map(BufReader::new).map_err(unreadable);
    let read = |number: usize, text: io::Result<String>| -> Result<Line, String> {
        let text = text.map_err(unreadable)?;
        serde_json::from_str(&text)
            .map_err(|_| format!("Line {} of the copy is not one of ours.", number + 1))
    };
    for (number, text) in open()?.lines().enumerate() {
        if let Line::Checkpoint { checkpoint } = read(number, text)? {
            walk.expect(checkpoint);
        }
    }
    for (number, text) in open()?.lines().enumerate() {
        match read(number, text)? {
            Line::Row(row) => walk.row(&row),
            Line::Stub { n, content } => walk.stub(n, &content),
            Line::Checkpoint { .. } => {}
        }
    }
    Ok(walk)
}

fn read_checkpoint(path: &Path) -> Result<Checkpoint, String> {
    let text = std::fs::read_to_string(path).map_err(unreadable)?;
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    let mut checkpoints = lines.filter_map(|line| {
        let bare = serde_json::from_str::<Checkpoint>(line).ok();
        bare.or_else(|| match serde_json::from_str(line) {
            Ok(Line::Checkpoint { checkpoint }) => Some(checkpoint),
            _ => None,
        })
    });
    let last = checkpoints.next_back();
    last.ok_or_else(|| format!("{} holds no checkpoint.", path.display()))
}

/// Writes all rows, then all checkpoints.
async fn export(store: &Store, to: &mut impl Write) -> Result<(), String> {
    let mut after = 0;
    loop {
        let rows = store.audit_after(after, PIECE).await.map_err(unreadable)?;
        let is_last = rows.len() < PIECE as usize;
        for row in rows {
            after = row.n;
            line(to, &Line::Row(row)).map_err(unreadable)?;
        }
        if is_last {
            break;
        }
    }
    let mut from = 0;
    loop {
        let some = store.checkpoints_from(from, PIECE).await;
        let some = some.map_err(unreadable)?;
        let is_last = some.len() < PIECE as usize;
        for checkpoint in some {
            from = checkpoint.n + 1;
            line(to, &Line::Checkpoint { checkpoint }).map_err(unreadable)?;
        }
        if is_last {
            return Ok(());
        }
    }
}

/// Makes another key. The present one signs that, and the chain up to there.
async fn rotate(store: &Store, path: &Path) -> Result<String, String> {
    if is_credential(path) {
        return Err(format!(
            "{} is a credential of the service. Name the file that it is made from, with \
             --signing-key.",
            path.display()
        ));
    }
    let old = SigningKey::read(path).map_err(|error| error.to_string())?;
    let with = |ending: &str| {
        let mut name = path.to_owned().into_os_string();
        name.push(ending);
        PathBuf::from(name)
    };
    let next = with(".next");
    let (new, _) = SigningKey::read_or_make(&next).map_err(|error| error.to_string())?;
    let proof = old.sign(next_key_message(&old.id(), &new.id()).as_bytes());
    let failed = |cause: &dyn std::fmt::Display| format!("The key was not rotated: {cause}.");
    let event = Event::new(&host_actor(), Act::KeyRotated).with("old", old.id());
    let event = event.with("new", new.id());
    let event = event.with("proof", crate::server::field_hash::hex(&proof));
    store.record(event).await.map_err(|cause| failed(&cause))?;
    let signed = sign_end(store, &old).await;
    signed.map_err(|cause| failed(&cause))?;
    // From here on the new key signs, which needs a row to sign.
    let event = Event::new(&host_actor(), Act::KeyMade).with("key", new.id());
    store.record(event).await.map_err(|cause| failed(&cause))?;
    let signed = sign_end(store, &new).await;
    signed.map_err(|cause| failed(&cause))?;
    let moved = std::fs::rename(path, with(&format!(".{}", &old.id()[..8])))
        .and_then(|()| std::fs::rename(&next, path));
    moved.map_err(|cause| failed(&cause))?;
    Ok(format!(
        "From now on {} signs, and {} vouches for it.",
        new.id(),
        old.id()
    ))
}
