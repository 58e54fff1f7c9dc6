//! The roles of operators, and how one is kept out. Each change ends the operator's sessions:
//! they sign in again with what they may do now.

use super::api_token::delete_tokens;
use super::job::{Hold, apply_hold, lock_job, may_approve_from};
use super::operator::delete_sessions;
use super::pool::{Tx, on_tx};
use super::{Store, StoreError};
use crate::domain::audit::{Act, Actor, Event};
use crate::domain::job::JobId;
use crate::domain::login::Login;
use crate::domain::permission::{Grant, Grants, Permission, Role};

/// What came of changing an operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Changed {
    Done,
    NoSuchOperator,
    /// Nobody would be left who manages operators.
    LastAdministrator,
}

impl Store {
    /// Gives an operator the roles that `change` makes of those that they have.
    pub async fn set_grants(
        &self,
        by: &Actor,
        login: &Login,
        change: impl FnOnce(&Grants) -> Grants,
    ) -> Result<Changed, StoreError> {
        const DELETE: &str = "DELETE FROM operator_grant WHERE operator_id = $1";
        const APPROVE: &str = "UPDATE operator SET may_approve_from = $2 WHERE id = $1";
        let now = self.now().await?;
        let mut tx = self.begin().await?;
        let Some((id, before, since)) = lock_operator(&mut tx, login).await? else {
            return Ok(Changed::NoSuchOperator);
        };
        let grants = change(&before);
        if !grants.may(Permission::Administer) && is_last(&mut tx, &id, &before).await? {
            return Ok(Changed::LastAdministrator);
        }
        let from = may_approve_from((&before, since), &grants, now);
        on_tx!(&mut tx, |conn| {
            sqlx::query(DELETE)
                .bind(id.as_str())
                .execute(&mut *conn)
                .await?;
            sqlx::query(APPROVE)
                .bind(id.as_str())
                .bind(from)
                .execute(conn)
                .await?;
        });
        insert_grants(&mut tx, &id, &grants).await?;
        delete_sessions(&mut tx, &id).await?;
        let event = Event::new(by, Act::RolesChanged).on(login.as_str());
        let event = event.with("before", in_words(&before));
        tx.record(event.with("roles", in_words(&grants)));
        tx.commit().await?;
        Ok(Changed::Done)
    }

    /// Ends all sessions and API tokens of an operator, who may sign in again. Their jobs go on.
    pub async fn sign_out_operator(
        &self,
        by: &Actor,
        login: &Login,
    ) -> Result<Changed, StoreError> {
        let mut tx = self.begin().await?;
        let Some((id, _, _)) = lock_operator(&mut tx, login).await? else {
            return Ok(Changed::NoSuchOperator);
        };
        delete_sessions(&mut tx, &id).await?;
        delete_tokens(&mut tx, &id).await?;
        tx.record(Event::new(by, Act::OperatorSignedOut).on(login.as_str()));
        tx.commit().await?;
        Ok(Changed::Done)
    }

    /// Keeps an operator out, and pauses the jobs that they run.
    pub async fn disable_operator(&self, by: &Actor, login: &Login) -> Result<Changed, StoreError> {
        const DISABLE: &str = "
            UPDATE operator SET state = 'disabled', link_sha256 = '', link_until = 0,
                oidc_until = 0
            WHERE id = $1";
        const JOBS: &str = "
            SELECT id FROM job WHERE operator = $1 AND state IN ('queued', 'running')
            ORDER BY number";
        let now = self.now().await?;
        let mut tx = self.begin().await?;
        let Some((id, grants, _)) = lock_operator(&mut tx, login).await? else {
            return Ok(Changed::NoSuchOperator);
        };
        if is_last(&mut tx, &id, &grants).await? {
            return Ok(Changed::LastAdministrator);
        }
        on_tx!(&mut tx, |conn| {
            sqlx::query(DISABLE).bind(id.as_str()).execute(conn).await?;
        });
        delete_sessions(&mut tx, &id).await?;
        delete_tokens(&mut tx, &id).await?;
        let jobs: Vec<String> = on_tx!(&mut tx, |conn| sqlx::query_scalar(JOBS)
            .bind(login.as_str())
            .fetch_all(conn)
            .await?);
        let event = Event::new(by, Act::OperatorDisabled).on(login.as_str());
        tx.record(event.with("paused_jobs", jobs.len()));
        for job in jobs.into_iter().map(JobId) {
            lock_job(&mut tx, &job).await?;
            let why = format!("{login} was disabled.");
            apply_hold(&mut tx, &job, &Hold::Pause(why), now).await?;
        }
        tx.commit().await?;
        Ok(Changed::Done)
    }
}

/// Locks an operator, whose sessions are over with it. Returns who it is, what they may do, and
/// since when they may approve.
async fn lock_operator(
    tx: &mut Tx,
    login: &Login,
) -> Result<Option<(String, Grants, i64)>, StoreError> {
    // One change at a time: each must see what the others have left.
    const ALL: &str = "UPDATE inventory SET generation = generation WHERE id = 1";
    const LOCK: &str = "
        UPDATE operator SET epoch = epoch + 1 WHERE login = $1 AND kind = 'human'
        RETURNING id, may_approve_from, (SELECT CAST(COALESCE(LISTS(LIST(role, org_unit)), '[]') AS TEXT)
            FROM operator_grant WHERE operator_id = operator.id)";
    let lock = tx.sql(LOCK);
    let row: Option<(String, i64, String)> = on_tx!(tx, |conn| {
        sqlx::query(ALL).execute(&mut *conn).await?;
        sqlx::query_as(lock)
            .bind(login.as_str())
            .fetch_optional(conn)
            .await?
    });
    row.map(|(id, since, grants)| Ok((id, grants_of(&grants)?, since)))
        .transpose()
}

/// Whether this is an administrator and there is no other who can sign in.
async fn is_last(tx: &mut Tx, operator: &str, grants: &Grants) -> Result<bool, StoreError> {
    const OTHERS: &str = "
        SELECT COUNT(*) FROM operator_grant JOIN operator ON operator.id = operator_id
        WHERE role = 'administrator' AND org_unit = '/' AND state = 'active'
            AND operator_id <> $1";
    if !grants.may(Permission::Administer) {
        return Ok(false);
    }
    let others: i64 = on_tx!(tx, |conn| sqlx::query_scalar(OTHERS)
        .bind(operator)
        .fetch_one(conn)
        .await?);
    Ok(others == 0)
}

pub(super) async fn insert_grants(
    tx: &mut Tx,
    operator: &str,
    grants: &Grants,
) -> Result<(), StoreError> {
    const INSERT: &str = "
        INSERT INTO operator_grant (operator_id, role, org_unit) VALUES ($1, $2, $3)";
    for grant in grants.list() {
        on_tx!(tx, |conn| {
            sqlx::query(INSERT)
                .bind(operator)
                .bind(grant.role.as_str())
                .bind(grant.org_unit.as_str())
                .execute(conn)
                .await?;
        });
    }
    Ok(())
}

/// Grants as the audit has them: `operator:/Lab`.
pub(super) fn in_words(grants: &Grants) -> Vec<String> {
    let grants = grants.list().iter();
    grants
        .map(|grant| format!("{}:{}", grant.role.as_str(), grant.org_unit))
        .collect()
}

/// Reads grants from a list of role and org unit.
pub(super) fn grants_of(rows: &str) -> Result<Grants, StoreError> {
    let rows: Vec<(String, String)> = serde_json::from_str(rows)
        .map_err(|error| StoreError::invalid_data(format!("the roles of an operator: {error}")))?;
    let grant = |(role, org_unit): (String, String)| {
        let role = Role::from_word(&role)
            .ok_or_else(|| StoreError::invalid_data(format!("the role {role}")))?;
        Ok(Grant { role, org_unit })
    };
    let grants = rows
        .into_iter()
        .map(grant)
        .collect::<Result<_, StoreError>>();
    Ok(Grants::new(grants?))
}
