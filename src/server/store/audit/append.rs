//! Appends to the audit, as the last thing that a transaction does.

use super::super::StoreError;
use super::super::pool::{Tx, on_tx};
use crate::domain::audit::{AuditRow, Event};
use crate::server::audit::row_hash;
use crate::server::field_hash::hex;
use crate::server::identity::secret::random;

/// Appends what the transaction has recorded. From here to its commit no other transaction
/// appends: rows are numbered without a gap, and visible in their order.
pub(in crate::server::store) async fn append(tx: &mut Tx) -> Result<(), StoreError> {
    // On SQLite a transaction that writes is alone anyhow.
    const ALONE: &str = "SELECT pg_advisory_xact_lock(hashtext('sunset: audit'))";
    const END: &str = "
        SELECT CLOCK(), COALESCE((SELECT n FROM audit ORDER BY n DESC LIMIT 1), 0),
            COALESCE((SELECT hash FROM audit ORDER BY n DESC LIMIT 1), '')";
    let events = std::mem::take(&mut tx.events);
    let (is_sqlite, end) = (tx.is_sqlite(), tx.sql(END));
    let (at, mut n, mut prev): (i64, i64, String) = on_tx!(tx, |conn| {
        if !is_sqlite {
            sqlx::query(ALONE).execute(&mut *conn).await?;
        }
        sqlx::query_as(end).fetch_one(conn).await?
    });
    for event in events {
        n += 1;
        let row = row_of(event, n, at, prev);
        insert(tx, &row).await?;
        prev = row.hash;
    }
    Ok(())
}

/// An event at its place in the chain.
fn row_of(event: Event, n: i64, at: i64, prev: String) -> AuditRow {
    let detail = event.detail_json();
    let mut row = AuditRow {
        n,
        at,
        actor_id: event.actor.id,
        actor: event.actor.name,
        session: event.actor.session,
        ip: event.actor.ip,
        action: event.act.as_str().to_owned(),
        target: event.target,
        outcome: event.outcome.as_str().to_owned(),
        detail,
        salt: hex(&random::<16>()),
        prev,
        hash: String::new(),
    };
    row.hash = row_hash(&row);
    row
}

async fn insert(tx: &mut Tx, row: &AuditRow) -> Result<(), StoreError> {
    const INSERT: &str = "
        INSERT INTO audit (n, at, actor_id, actor, session, ip, action, target, outcome, detail,
            salt, prev, hash)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";
    on_tx!(tx, |conn| {
        sqlx::query(INSERT)
            .bind(row.n)
            .bind(row.at)
            .bind(row.actor_id.as_str())
            .bind(row.actor.as_str())
            .bind(row.session.as_str())
            .bind(row.ip.as_str())
            .bind(row.action.as_str())
            .bind(row.target.as_str())
            .bind(row.outcome.as_str())
            .bind(row.detail.as_str())
            .bind(row.salt.as_str())
            .bind(row.prev.as_str())
            .bind(row.hash.as_str())
            .execute(conn)
            .await?;
    });
    Ok(())
}
