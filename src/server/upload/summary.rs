//! What the page is told of a check or an import.

use crate::domain::import::{FirstRow, SHOWN_REFUSALS, Summary};
use crate::domain::number::{counted, grouped};
use crate::domain::visible::shown;
use crate::server::import::{Report, Taken, Took};

/// The most notes, one for each kind of value that is not taken.
const NOTES: usize = 50;

pub fn summary(report: &Report) -> Summary {
    let columns = report.columns.iter();
    let columns = columns.map(|it| (capitalized(it.field.label()), cell(&it.name)));
    let refusals = report.refusals.iter().take(SHOWN_REFUSALS);
    Summary {
        added: report.added,
        changed: report.changed,
        unchanged: report.unchanged,
        repeated: report.repeated,
        refused: report.refused,
        columns: columns.collect(),
        ignored: ignored(&report.not_read),
        notes: notes(report),
        refusals: refusals
            .map(|(row, why)| (*row, format!("{}.", capitalized(&why.to_string()))))
            .collect(),
        listed: report.refusals.len() as u64,
        first: report.first.iter().map(first_row).collect(),
    }
}

fn notes(report: &Report) -> Vec<String> {
    let mut notes = report.older_columns();
    notes.extend(report.cleared_values());
    notes.extend(report.other_statuses());
    let left = report.left_values().count();
    if left != 0 {
        let message = "These values are not imported; what is stored for them stays:";
        notes.push(message.to_owned());
    }
    notes.extend(report.left_values().take(NOTES));
    if NOTES < left {
        let more = grouped((left - NOTES) as u64);
        notes.push(format!("… and {more} more kinds of values."));
    }
    if report.repeated != 0 {
        let rows = counted(report.repeated, "row repeats", "rows repeat");
        notes.push(format!(
            "{rows} what an earlier row says of the same device."
        ));
    }
    notes
}

fn first_row(taken: &Taken) -> FirstRow {
    let device = &taken.device;
    FirstRow {
        row: taken.row,
        effect: match &taken.took {
            Took::New => "New".to_owned(),
            Took::Unchanged => "No change".to_owned(),
            Took::Changed(fields) => {
                let fields: Vec<_> = fields.iter().map(|field| field.label()).collect();
                format!("Changes {}", fields.join(", "))
            }
        },
        serial: cell(&device.serial),
        asset_id: cell(&device.asset_id),
        status: device.status.label().to_owned(),
        org_unit: cell(&device.org_unit),
        model: cell(&device.model),
        user: cell(&device.user),
    }
}

/// The names of columns that are not read, as many as can be looked through.
fn ignored(names: &[String]) -> Vec<String> {
    const MOST: usize = 40;
    let mut ignored: Vec<_> = names.iter().take(MOST).map(|name| cell(name)).collect();
    if MOST < names.len() {
        ignored.push(format!("{} more", grouped((names.len() - MOST) as u64)));
    }
    ignored
}

/// A cell's text, short enough for a table.
fn cell(text: &str) -> String {
    const LONGEST: usize = 80;
    let short: String = text.chars().take(LONGEST).collect();
    let cut = if text.chars().nth(LONGEST).is_some() {
        "…"
    } else {
        ""
    };
    format!("{}{cut}", shown(&short))
}

/// The text with a capital at its beginning.
fn capitalized(text: &str) -> String {
    let mut rest = text.chars();
    let first = rest.next().map(|c| c.to_uppercase().to_string());
    first.unwrap_or_default() + rest.as_str()
}
