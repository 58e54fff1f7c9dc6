//! Writing the fields of devices: of the local directory, and of the inventory once another
//! directory has taken them.

use super::super::pool::on_tx;
use super::super::{StoreError, Tx};
use crate::domain::action::fields::FieldChanges;

/// Sets the fields by `$2` to `$9`. A note goes below what is there, and only once.
const SET: &str = "
    asset_id = COALESCE($2, asset_id), annotated_user = COALESCE($3, annotated_user),
    location = COALESCE($4, location),
    notes = CASE
        WHEN $5 = '' OR REPLACE($8 || REPLACE(RTRIM(notes, $7), $9, $8) || $8, $6 || $8, '')
            <> $8 || REPLACE(RTRIM(notes, $7), $9, $8) || $8 THEN notes
        WHEN RTRIM(notes, $7) = '' THEN $5
        ELSE RTRIM(notes, $7) || $6 END";

/// What does not count at the end of notes.
const BLANKS: &str = " \t\r\n";

/// Changes the fields of devices of the local directory, by its ids as a list of texts.
/// Returns how many devices there were.
pub(super) async fn write_in_directory(
    tx: &mut Tx,
    device_ids: String,
    changes: &FieldChanges,
) -> Result<u64, StoreError> {
    let sql = tx.sql(&format!(
        "UPDATE directory_device SET {SET} WHERE device_id IN TEXTS($1)"
    ));
    let (note, line) = note_and_line(changes);
    Ok(on_tx!(tx, |conn| {
        sqlx::query(sql)
            .bind(device_ids)
            .bind(changes.asset_id.as_deref())
            .bind(changes.user.as_deref())
            .bind(changes.location.as_deref())
            .bind(note)
            .bind(line)
            .bind(BLANKS)
            .bind("\n")
            .bind("\r\n")
            .execute(conn)
            .await?
            .rows_affected()
    }))
}

/// Shows devices of the inventory, by a list of their numbers, with their fields changed.
pub(super) async fn show_fields(
    tx: &mut Tx,
    devices: String,
    changes: &FieldChanges,
    generation: i64,
    now: i64,
) -> Result<(), StoreError> {
    let sql = tx.sql(&format!(
        "UPDATE device SET {SET}, read_at = $10, version = version + 1, generation = $11
        WHERE id IN IDS($1)"
    ));
    let (note, line) = note_and_line(changes);
    on_tx!(tx, |conn| {
        sqlx::query(sql)
            .bind(devices)
            .bind(changes.asset_id.as_deref())
            .bind(changes.user.as_deref())
            .bind(changes.location.as_deref())
            .bind(note)
            .bind(line)
            .bind(BLANKS)
            .bind("\n")
            .bind("\r\n")
            .bind(now)
            .bind(generation)
            .execute(conn)
            .await?;
    });
    Ok(())
}

/// The note, empty if there is none, and the same as a line below others.
fn note_and_line(changes: &FieldChanges) -> (String, String) {
    let note = changes.note.clone().unwrap_or_default();
    let line = format!("\n{note}");
    (note, line)
}
