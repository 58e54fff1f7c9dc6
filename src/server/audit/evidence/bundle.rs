//! Makes the evidence of a job in a file without a name: its rows are read and written a piece
//! at a time, however many there are.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufWriter, Seek, Write};

use serde_json::json;
use sha2::{Digest, Sha256};

use super::archive::Writer;
use super::{
    APPROVALS, AUDIT, FORMAT, FileSum, ITEMS_BEGIN, MANIFEST, Manifest, OUTCOME_COLUMNS, OUTCOMES,
    PLAN, PLAN_BEGINS, PLAN_ENDS, RESULTS, SIGNATURE, Signature,
};
use crate::domain::action::Action;
use crate::domain::audit::{Act, AuditRow, Event};
use crate::domain::error::ApiError;
use crate::domain::job::{JobId, JobSummary};
use crate::server::audit::copy::{Line, line};
use crate::server::audit::encoding::content_hash;
use crate::server::audit::maintenance::PIECE;
use crate::server::audit::{Checkpoint, CheckpointError, SigningKey};
use crate::server::csv_out::CsvWriter;
use crate::server::export::{Export, Pieces};
use crate::server::field_hash::hex;
use crate::server::store::{Store, StoreError};
use crate::server::{App, Scoped, ServerError, may};

/// The acts of an approval.
const OF_APPROVALS: [Act; 6] = [
    Act::ApprovalAsked,
    Act::Approved,
    Act::ApprovalRefused,
    Act::ApprovalWithdrawn,
    Act::ApprovalExpired,
    Act::ApprovalVoided,
];

/// Why there is no evidence.
#[derive(Debug, thiserror::Error)]
enum BundleError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Server(#[from] ServerError),
    #[error("a file could not be written")]
    File(#[from] io::Error),
}

impl App {
    /// Makes the evidence of a job that is over, as a zip archive.
    ///
    /// # Errors
    /// The job is not over, there is no key to sign with, or the audit is broken.
    pub async fn evidence(
        &self,
        who: &Scoped<may::Export>,
        job: JobSummary,
        action: Action,
    ) -> Result<File, ServerError> {
        if !job.state.is_over() {
            let message = "There is evidence of a job when it is over.".to_owned();
            return Err(ApiError::Conflict { message }.into());
        }
        let event = Event::new(who.actor(), Act::Exported).on(job.id.as_str());
        self.store.record(event.with("what", "evidence")).await?;
        let unavailable = |message: String| ServerError::from(ApiError::Unavailable { message });
        let checkpoint = match self.audit.checkpoint().await {
            Ok(Some(checkpoint)) => checkpoint,
            Err(CheckpointError::Store(cause)) => return Err(cause.into()),
            Ok(None) | Err(CheckpointError::NoKey) => {
                return Err(unavailable(
                    "This server has no key to sign with.".to_owned(),
                ));
            }
            Err(error) => {
                tracing::error!(cause = %error, "no evidence is made");
                return Err(unavailable(
                    "The audit was tampered with, so nothing is signed. Tell an administrator."
                        .to_owned(),
                ));
            }
        };
        let Some(key) = self.audit.key() else {
            return Err(unavailable(
                "This server has no key to sign with.".to_owned(),
            ));
        };
        let pieces = self.pieces(Export::Results(Box::new(job.clone()), Box::new(action)));
        let made = make(&self.store, key, &job.id, pieces, checkpoint).await;
        made.map_err(|error| match error {
            BundleError::Store(cause) => cause.into(),
            BundleError::Server(error) => error,
            BundleError::File(cause) => {
                tracing::error!(%cause, "evidence could not be written");
                unavailable("The server could not write the file. Try again.".to_owned())
            }
        })
    }
}

/// A file of the archive, with its sum.
struct Files {
    to: Writer<BufWriter<File>>,
    sum: Sha256,
    bytes: u64,
    name: &'static str,
    done: BTreeMap<String, FileSum>,
}

impl Files {
    fn begin(&mut self, name: &'static str) -> io::Result<()> {
        self.end();
        self.name = name;
        self.to.begin(name)
    }

    fn end(&mut self) {
        let sha256 = hex(&std::mem::take(&mut self.sum).finalize());
        let bytes = std::mem::take(&mut self.bytes);
        if !self.name.is_empty() {
            self.done
                .insert(self.name.to_owned(), FileSum { sha256, bytes });
        }
    }

    fn records(&mut self, records: &[Vec<String>]) -> io::Result<()> {
        let mut writer = CsvWriter::new(Vec::new());
        for record in records {
            writer.write(record)?;
        }
        let bytes = writer.finish()?;
        self.write_all(&bytes)
    }
}

impl Write for Files {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.to.write(bytes)?;
        self.sum.update(&bytes[..written]);
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }
}

async fn make(
    store: &Store,
    key: &SigningKey,
    job: &JobId,
    results: Pieces,
    checkpoint: Checkpoint,
) -> Result<File, BundleError> {
    let mut files = Files {
        to: Writer::new(BufWriter::new(tempfile::tempfile()?)),
        sum: Sha256::new(),
        bytes: 0,
        name: "",
        done: BTreeMap::new(),
    };
    write_results(&mut files, results).await?;
    write_outcomes(&mut files, store, job).await?;
    let (number, authority) = write_plan(&mut files, store, job).await?;
    write_audit(&mut files, store, job, &checkpoint).await?;
    files.end();
    let manifest = Manifest {
        format: FORMAT.to_owned(),
        job: job.as_str().to_owned(),
        number,
        authority,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        made_at: store.now().await?.0,
        checkpoint,
        files: std::mem::take(&mut files.done),
    };
    let manifest = serde_json::to_vec_pretty(&manifest).map_err(io::Error::from)?;
    let signature = Signature {
        key_id: key.id(),
        public_key: hex(key.public()),
        signature: hex(&key.sign(&manifest)),
    };
    files.to.begin(MANIFEST)?;
    files.to.write_all(&manifest)?;
    files.to.begin(SIGNATURE)?;
    let signature = serde_json::to_vec_pretty(&signature).map_err(io::Error::from)?;
    files.to.write_all(&signature)?;
    let file = files.to.finish()?.into_inner();
    let mut file = file.map_err(io::IntoInnerError::into_error)?;
    file.rewind()?;
    Ok(file)
}

async fn write_results(files: &mut Files, mut results: Pieces) -> Result<(), BundleError> {
    files.begin(RESULTS)?;
    files.records(&[results.header()])?;
    while let Some(records) = results.next().await? {
        files.records(&records)?;
    }
    Ok(())
}

async fn write_outcomes(files: &mut Files, store: &Store, job: &JobId) -> Result<(), BundleError> {
    files.begin(OUTCOMES)?;
    files.records(&[OUTCOME_COLUMNS.map(str::to_owned).to_vec()])?;
    let mut after = (-1, -1);
    loop {
        let rows = store.evidence_outcomes(job, after, PIECE).await?;
        let is_last = rows.len() < PIECE as usize;
        let mut records = Vec::with_capacity(rows.len());
        for row in rows {
            after = (row.device, row.ordinal);
            records.push(vec![
                row.device.to_string(),
                row.device_id,
                row.ordinal.to_string(),
                row.kind,
                row.state,
                row.why,
                row.call_id,
                row.finished_at.to_string(),
            ]);
        }
        files.records(&records)?;
        if is_last {
            return Ok(());
        }
    }
}

/// Writes what was reviewed. Returns the job's number and directory.
async fn write_plan(
    files: &mut Files,
    store: &Store,
    job: &JobId,
) -> Result<(i32, String), BundleError> {
    let plan = store.evidence_plan(job).await?;
    let plan = plan.ok_or_else(|| ApiError::NotFound {
        what: "This job".to_owned(),
    });
    let plan = plan.map_err(ServerError::from)?;
    files.begin(PLAN)?;
    // One device in a line, so that it can be read a line at a time.
    files.write_all(PLAN_BEGINS.as_bytes())?;
    serde_json::to_writer(&mut *files, &plan).map_err(io::Error::from)?;
    files.write_all(ITEMS_BEGIN.as_bytes())?;
    let mut after = -1;
    loop {
        let items = store.evidence_items(job, after, PIECE).await?;
        for item in &items {
            files.write_all(if after < 0 { b"\n" } else { b",\n" })?;
            after = item.device;
            serde_json::to_writer(&mut *files, item).map_err(io::Error::from)?;
        }
        if items.len() < PIECE as usize {
            files.write_all(PLAN_ENDS.as_bytes())?;
            return Ok((plan.number, plan.authority));
        }
    }
}

/// Writes the part of the audit from the job's first row to the checkpoint, and what it says
/// of approvals.
async fn write_audit(
    files: &mut Files,
    store: &Store,
    job: &JobId,
    checkpoint: &Checkpoint,
) -> Result<(), BundleError> {
    let first = store.audit_range(job.as_str()).await?.map_or(1, |it| it.0);
    files.begin(AUDIT)?;
    let mut approvals = Vec::new();
    let mut after = first - 1;
    while after < checkpoint.n {
        let rows = store.audit_after(after, PIECE).await?;
        let Some(last) = rows.last() else { break };
        after = last.n;
        for row in rows.into_iter().filter(|row| row.n <= checkpoint.n) {
            if row.target == job.as_str() {
                approvals.extend(approval(&row));
            }
            // The first anchors the chain, and is the job's.
            let is_shown = row.target == job.as_str() || row.action == Act::KeyRotated.as_str();
            let it = match is_shown {
                true => Line::Row(row),
                false => Line::Stub {
                    n: row.n,
                    content: content_hash(&row),
                },
            };
            line(files, &it)?;
        }
    }
    let mut from = first;
    loop {
        let some = store.checkpoints_from(from, PIECE).await?;
        let is_last = some.len() < PIECE as usize;
        for it in some.into_iter().filter(|it| it.n <= checkpoint.n) {
            from = it.n + 1;
            line(files, &Line::Checkpoint { checkpoint: it })?;
        }
        if is_last || checkpoint.n < from {
            break;
        }
    }
    files.begin(APPROVALS)?;
    serde_json::to_writer_pretty(&mut *files, &approvals).map_err(io::Error::from)?;
    Ok(())
}

/// What a row says of an approval, if it does.
fn approval(row: &AuditRow) -> Option<serde_json::Value> {
    let act = Act::from_word(&row.action).filter(|act| OF_APPROVALS.contains(act))?;
    let detail: serde_json::Value = serde_json::from_str(&row.detail).unwrap_or_default();
    Some(json!({
        "row": row.n, "at": row.at, "act": act.as_str(), "by": row.actor, "detail": detail,
    }))
}
