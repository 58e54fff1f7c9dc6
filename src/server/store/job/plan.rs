//! Plans: a selection frozen into items, each with its verdict.

use std::cmp::Reverse;

use sqlx::QueryBuilder;

use super::super::pool::{id_list, on_pool, on_tx};
use super::super::row::{count, instant};
use super::super::{Store, StoreError, Tx};
use super::org_unit::insert_org_units;
use super::plan_hash::{VERSION, read_content};
use crate::domain::action::ActionKind;
use crate::domain::action::license::{LicenseGroup, LicenseType};
use crate::domain::action::texts::PanelTexts;
use crate::domain::audit::{Act, Actor, Event};
use crate::domain::chrome_os::OsType;
use crate::domain::eligibility::{Rule, eligible_statuses, verdict};
use crate::domain::job::JobId;
use crate::domain::plan::Plan;
use crate::domain::selection::Selection;
use crate::domain::status::DeviceStatus;
use crate::domain::time::Timestamp;

/// How many serials a plan shows.
const SERIALS_SHOWED: usize = 10;

/// A plan to be made.
#[derive(Debug)]
pub struct PlanDraft<'a> {
    pub id: JobId,
    pub by: &'a Actor,
    pub action: ActionKind,
    pub selection: &'a Selection,
    /// Those of the selection on which the operator may not carry the action out.
    pub outside: &'a Selection,
    /// How it came about, in words.
    pub provenance: &'a str,
    pub made_at: Timestamp,
    pub expires_at: Timestamp,
}

impl Store {
    /// Makes a plan: every device of the selection becomes an item, with the verdict
    /// that holds at this moment. `Err` is the number of selected devices that the
    /// inventory has never had; nothing is kept then.
    pub async fn make_plan(&self, draft: &PlanDraft<'_>) -> Result<Result<(), u64>, StoreError> {
        let mut tx = self.begin().await?;
        insert_job(&mut tx, draft).await?;
        let items = insert_items(&mut tx, draft).await?;
        let unknown = draft.selection.len().saturating_sub(items);
        if unknown != 0 {
            return Ok(Err(unknown));
        }
        insert_org_units(&mut tx, &draft.id).await?;
        let content = read_content(&mut tx, &draft.id).await?;
        const FILL: &str = "
            UPDATE job SET plan_hash = $2, total = $3, eligible = $4, skipped = $5,
                hash_version = $6
            WHERE id = $1";
        on_tx!(&mut tx, |conn| {
            sqlx::query(FILL)
                .bind(draft.id.as_str())
                .bind(content.hash.as_str())
                .bind(content.total as i64)
                .bind(content.eligible as i64)
                .bind((content.total - content.eligible) as i64)
                .bind(VERSION)
                .execute(conn)
                .await?;
        });
        let event = Event::new(draft.by, Act::PlanMade).on(draft.id.as_str());
        let event = event.with("action", draft.action.as_str());
        let event = event.with("devices", content.total);
        let event = event.with("eligible", content.eligible);
        tx.record(event.with("plan_hash", content.hash.as_str()));
        tx.commit().await?;
        Ok(Ok(()))
    }

    /// A plan as it was made, or `None` if there is none of this operator's by this
    /// id. `now`, `confirm_count`, `can_powerwash` and the org units
    /// are the caller's to fill.
    pub async fn plan(&self, id: &JobId, operator: &str) -> Result<Option<Plan>, StoreError> {
        #[derive(sqlx::FromRow)]
        struct Row {
            plan_hash: String,
            total: i64,
            eligible: i64,
            planned_at: i64,
            expires_at: i64,
            state: String,
            oldest_read: i64,
            provenance: String,
            action: String,
        }
        const PLAN: &str = "
            SELECT plan_hash, total, eligible, planned_at, expires_at, state, provenance, action,
                (SELECT complete_as_of FROM inventory) AS oldest_read
            FROM job WHERE id = $1 AND operator = $2";
        const RULES: &str = "
            SELECT rule, COUNT(*) FROM job_item
            WHERE job_id = $1 AND rule <> '' GROUP BY rule";
        const LICENSES: &str = "
            SELECT license, os_type, COUNT(*) FROM job_item
            WHERE job_id = $1 AND rule = '' GROUP BY license, os_type";
        const SERIALS: &str = "
            SELECT CASE WHEN serial = '' THEN device_id ELSE serial END FROM job_item
            WHERE job_id = $1 AND rule = '' ORDER BY device LIMIT $2";

        let row: Option<Row> = on_pool!(self, |pool| {
            sqlx::query_as(PLAN)
                .bind(id.as_str())
                .bind(operator)
                .fetch_optional(pool)
                .await?
        });
        let Some(row) = row else { return Ok(None) };
        let rules: Vec<(String, i64)> = on_pool!(self, |pool| {
            sqlx::query_as(RULES)
                .bind(id.as_str())
                .fetch_all(pool)
                .await?
        });
        let licenses: Vec<(String, String, i64)> = on_pool!(self, |pool| {
            sqlx::query_as(LICENSES)
                .bind(id.as_str())
                .fetch_all(pool)
                .await?
        });
        let first_serials: Vec<String> = on_pool!(self, |pool| {
            sqlx::query_scalar(SERIALS)
                .bind(id.as_str())
                .bind(SERIALS_SHOWED as i64)
                .fetch_all(pool)
                .await?
        });

        let mut left_out = rules
            .into_iter()
            .map(|(rule, devices)| Ok((rule_of(&rule)?, count(devices))))
            .collect::<Result<Vec<_>, StoreError>>()?;
        left_out.sort_by_key(|(rule, devices)| (Reverse(*devices), *rule));
        let mut licenses: Vec<_> = licenses
            .into_iter()
            .map(|(license, os_type, devices)| LicenseGroup {
                license: LicenseType::from(license),
                os_type: OsType::from(os_type),
                devices: count(devices),
            })
            .collect();
        licenses.sort_by_key(|group| (Reverse(group.devices), group.license, group.os_type));
        let action = ActionKind::from_word(&row.action)
            .ok_or_else(|| StoreError::invalid_data(format!("the action {}", row.action)))?;
        Ok(Some(Plan {
            id: id.clone(),
            action,
            hash: row.plan_hash,
            total: count(row.total),
            eligible: count(row.eligible),
            left_out,
            licenses,
            first_serials,
            made_at: Timestamp(row.planned_at),
            expires_at: Timestamp(row.expires_at),
            now: Timestamp(row.planned_at),
            confirm_count: true,
            oldest_read: instant(row.oldest_read),
            started: row.state != "planned",
            provenance: row.provenance,
            can_powerwash: false,
            recently_synced: self.recently_synced(id).await?.len(),
            texts: PanelTexts::of(action),
            org_units: Vec::new(),
            has_all_org_units: false,
        }))
    }

    /// Deletes plans that nobody can execute any more.
    pub async fn delete_plans_expired_before(&self, before: Timestamp) -> Result<u64, StoreError> {
        const DELETE: &str = "DELETE FROM job WHERE state = 'planned' AND expires_at < $1";
        let mut tx = self.begin().await?;
        let deleted = on_tx!(&mut tx, |conn| {
            sqlx::query(DELETE)
                .bind(before.0)
                .execute(conn)
                .await?
                .rows_affected()
        });
        tx.commit().await?;
        Ok(deleted)
    }
}

pub fn rule_of(id: &str) -> Result<Rule, StoreError> {
    Rule::from_id(id).ok_or_else(|| StoreError::invalid_data(format!("the rule {id}")))
}

async fn insert_job(tx: &mut Tx, draft: &PlanDraft<'_>) -> Result<(), StoreError> {
    const INSERT: &str = "
        INSERT INTO job (id, number, operator, action, options, state, note, plan_hash,
            hash_version, execution_hash, authority, provenance, parent_id, total, eligible,
            pending, sent, unconfirmed, succeeded, failed, skipped, not_attempted, seq, planned_at,
            expires_at, starts_at, started_at, finished_at, throttle_until, pause_reason,
            checked_at, reread_at, look_epoch, looked_until)
        SELECT $1, 0, $2, $6, '', 'planned', '', '', 0, '', authority, $5, '', 0, 0,
            0, 0, 0, 0, 0, 0, 0, 0, $3, $4, 0, 0, 0, 0, '', 0, 0, 0, 0
        FROM inventory";
    on_tx!(tx, |conn| {
        sqlx::query(INSERT)
            .bind(draft.id.as_str())
            .bind(draft.by.name.as_str())
            .bind(draft.made_at.0)
            .bind(draft.expires_at.0)
            .bind(draft.provenance)
            .bind(draft.action.as_str())
            .execute(conn)
            .await?;
    });
    Ok(())
}

/// Inserts an item for each selected device. The verdict is the domain's: it depends
/// on the status, on being gone and on being busy, so it is asked once for each
/// combination and written into the statement.
async fn insert_items(tx: &mut Tx, draft: &PlanDraft<'_>) -> Result<u64, StoreError> {
    let ids = id_list(draft.selection.iter().map(|id| id.0));
    let (before_ids, after_ids) = tx.id_list_query();
    let inserted = on_tx!(tx, |conn| {
        let mut query = QueryBuilder::new(
            "INSERT INTO job_item (job_id, device, device_id, serial, asset_id, org_unit, model,
                annotated_user, location, license, os_type, snap_status, snap_enrolled,
                snap_last_sync, rule)
             SELECT ",
        );
        query.push_bind(draft.id.as_str().to_owned());
        query.push(
            ", id, device_id, serial, asset_id, org_unit, model, annotated_user,
                location, license, os_type, status, last_enrolled, last_sync, rule
             FROM (SELECT device.*, CASE",
        );
        if !draft.outside.is_empty() {
            let outside = id_list(draft.outside.iter().map(|id| id.0));
            query.push(" WHEN id IN ").push(before_ids);
            query.push_bind(outside).push(after_ids);
            query.push(format_args!(" THEN '{}'", Rule::NotPermitted.id()));
        }
        // Whatever its status is.
        if let Err(rule) = verdict(draft.action, &DeviceStatus::Unknown, true, false) {
            query.push(format_args!(" WHEN gone THEN '{}'", rule.id()));
        }
        for status in DeviceStatus::KNOWN {
            for busy in [false, true] {
                if let Err(rule) = verdict(draft.action, &status, false, busy) {
                    let word = status.as_str().to_owned();
                    query.push(" WHEN status = ").push_bind(word);
                    if busy {
                        query.push(
                            " AND EXISTS (SELECT 1 FROM effect busy
                                WHERE busy.device = device.id
                                AND busy.state IN ('pending', 'sent', 'unconfirmed'))",
                        );
                    }
                    query.push(format_args!(" THEN '{}'", rule.id()));
                }
            }
        }
        // A status that only the directory knows.
        query.push(" WHEN status NOT IN (");
        for (i, status) in eligible_statuses(draft.action).enumerate() {
            query
                .push(if i == 0 { "" } else { ", " })
                .push_bind(status.as_str().to_owned());
        }
        let unheard_of = draft.action.check(&DeviceStatus::Other(String::new()));
        let rule = unheard_of.err().unwrap_or(Rule::UnprovenStatus);
        query.push(format_args!(
            ") THEN '{}' ELSE '' END AS rule FROM device WHERE id IN ",
            rule.id()
        ));
        query
            .push(before_ids)
            .push_bind(ids.clone())
            .push(after_ids);
        query.push(") AS verdicts");
        query.build().execute(conn).await?.rows_affected()
    });
    Ok(inserted)
}
