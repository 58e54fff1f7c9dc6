//! What a file to take away holds, a piece at a time.

use std::sync::Arc;

use super::csv_out::{device_header, device_record};
use super::results::{RESULT_COLUMNS, result_record};
use super::store::Store;
use super::{App, Scoped, ServerError, may};
use crate::domain::action::Action;
use crate::domain::audit::{Act, Event};
use crate::domain::device::DeviceId;
use crate::domain::job::JobSummary;
use crate::domain::selection::Selection;

/// Rows read at once.
const PIECE: u32 = 1000;

/// What is exported.
#[derive(Debug)]
pub enum Export {
    Selected(Selection),
    /// How every device of the job ended.
    Results(Box<JobSummary>, Box<Action>),
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
    /// Begins an export of what somebody may see, and puts on record how it was chosen.
    /// Nothing is read yet.
    ///
    /// # Errors
    /// It could not be put on record, so it does not begin.
    pub async fn export(
        &self,
        who: &Scoped<may::Export>,
        export: Export,
        chosen: &str,
    ) -> Result<Pieces, ServerError> {
        let event = Event::new(who.actor(), Act::Exported);
        self.store
            .record(match &export {
                Export::Selected(devices) => {
                    let event = event.with("what", "devices").with("chosen", chosen);
                    event.with("count", devices.len())
                }
                Export::Results(job, _) => {
                    let event = event.on(job.id.as_str()).with("what", "results");
                    event.with("count", job.counts.total)
                }
            })
            .await?;
        Ok(self.pieces(export))
    }

    pub(super) fn pieces(&self, export: Export) -> Pieces {
        Pieces {
            store: self.store.clone(),
            export,
            after: None,
            done: false,
        }
    }
}

impl Pieces {
    pub fn header(&self) -> Vec<String> {
        let columns: &[&str] = match &self.export {
            Export::Selected(_) => &device_header(),
            Export::Results(..) => &RESULT_COLUMNS,
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
            Export::Results(job, action) => {
                let items = self
                    .store
                    .job_items_after(&job.id, self.after, PIECE)
                    .await?;
                self.after = items.last().map(|item| item.device);
                let record = |item| result_record(job, action, item);
                items.iter().map(record).collect()
            }
        };
        self.done = records.len() < PIECE as usize;
        Ok(Some(records))
    }
}

fn owned<const N: usize>(record: [std::borrow::Cow<'_, str>; N]) -> Vec<String> {
    record.into_iter().map(|cell| cell.into_owned()).collect()
}
