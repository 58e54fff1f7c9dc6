//! What a file to take away holds, a piece at a time.

use std::sync::Arc;

use super::csv_out::{device_header, device_record};
use super::store::Store;
use super::{App, ServerError};
use crate::domain::device::DeviceId;
use crate::domain::job::{How, ItemState, JobItem, JobSummary};
use crate::domain::license::license_effect;
use crate::domain::powerwash::Powerwash;
use crate::domain::selection::Selection;

/// Rows read at once.
const PIECE: u32 = 1000;

/// What is exported.
#[derive(Debug)]
pub enum Export {
    Selected(Selection),
    /// How every device of the job ended.
    Results(Box<JobSummary>),
}

/// The rows of an export, read as they are asked for.
#[derive(Debug)]
pub struct Pieces {
    store: Arc<Store>,
    export: Export,
    /// The last device read.
    after: Option<DeviceId>,
    done: bool,
}

impl App {
    /// Begins an export. Nothing is read yet.
    pub fn export(&self, export: Export) -> Pieces {
        Pieces {
            store: self.store.clone(),
            export,
            after: None,
            done: false,
        }
    }
}

const RESULT_COLUMNS: [&str; 22] = [
    "serialNumber",
    "deviceId",
    "annotatedAssetId",
    "orgUnitPath",
    "statusBefore",
    "statusAfter",
    "outcome",
    "how",
    "rule",
    "message",
    "attempts",
    "finishedAt",
    "reason",
    "note",
    "operator",
    "job",
    "jobId",
    "planHash",
    "deviceLicenseType",
    "licenseEffect",
    "powerwash",
    "powerwashMessage",
];

impl Pieces {
    pub fn header(&self) -> Vec<String> {
        let columns: &[&str] = match &self.export {
            Export::Selected(_) => &device_header(),
            Export::Results(_) => &RESULT_COLUMNS,
        };
        columns.iter().map(|column| (*column).to_owned()).collect()
    }

    /// The next records, or `None` after the last.
    ///
    /// # Errors
    /// The database failed; what was read so far is not all.
    pub async fn next(&mut self) -> Result<Option<Vec<Vec<String>>>, ServerError> {
        if self.done {
            return Ok(None);
        }
        let records: Vec<_> = match &mut self.export {
            Export::Selected(selection) => {
                let ids: Vec<DeviceId> = selection.iter().take(PIECE as usize).collect();
                for id in &ids {
                    selection.set(*id, false);
                }
                self.done = selection.is_empty();
                let rows = self.store.export_devices(ids).await?;
                return Ok(Some(
                    rows.iter()
                        .map(|device| owned(device_record(device)))
                        .collect(),
                ));
            }
            Export::Results(job) => {
                let items = self
                    .store
                    .job_items_after(&job.id, self.after, PIECE)
                    .await?;
                self.after = items.last().map(|item| item.device);
                items.iter().map(|item| result_record(job, item)).collect()
            }
        };
        self.done = records.len() < PIECE as usize;
        Ok(Some(records))
    }
}

fn owned<const N: usize>(record: [std::borrow::Cow<'_, str>; N]) -> Vec<String> {
    record.into_iter().map(|cell| cell.into_owned()).collect()
}

/// What becomes of the license of a device that the job has deprovisioned. Where the job
/// did nothing, it has no effect on a license.
fn license_effect_of(job: &JobSummary, item: &JobItem) -> String {
    let Some(reason) = job.reason.filter(|_| item.was_deprovisioned_by_job()) else {
        return String::new();
    };
    let (effect, documented) = license_effect(item.license, item.os_type, reason);
    let inferred = if documented { "" } else { " (inferred)" };
    format!("{}{inferred}", effect.counted(1))
}

fn result_record(job: &JobSummary, item: &JobItem) -> Vec<String> {
    let after = match item.state {
        ItemState::Succeeded => "DEPROVISIONED",
        // Nothing is known of the device after the review.
        _ => "",
    };
    vec![
        item.serial.clone(),
        item.device_id.clone(),
        item.asset_id.clone(),
        item.org_unit.clone(),
        item.before.as_str().to_owned(),
        after.to_owned(),
        item.state.as_str().to_owned(),
        item.how.map_or("", How::as_str).to_owned(),
        item.rule.map_or("", |rule| rule.id()).to_owned(),
        item.detail(),
        item.attempt.to_string(),
        item.finished_at
            .map_or_else(String::new, |at| at.to_string()),
        // A device that others have deprovisioned has the reason that they gave.
        job.reason
            .filter(|_| item.how != Some(How::Already))
            .map_or("", |reason| reason.api_value())
            .to_owned(),
        job.note.clone(),
        job.operator.clone(),
        job.number.to_string(),
        job.id.as_str().to_owned(),
        job.plan_hash.clone(),
        item.license.as_str().to_owned(),
        license_effect_of(job, item),
        item.powerwash.map_or("", Powerwash::as_str).to_owned(),
        item.powerwash_message.clone(),
    ]
}
