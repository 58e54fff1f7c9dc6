//! The audit from outside: what is on record, that nothing of it can be changed unnoticed, and
//! what it proves to a stranger.

mod acts;
mod approvals;
mod chain;
mod copy;
mod evidence;
mod refusals;

use std::path::Path;

use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, SqliteConnection};
use sunset::domain::audit::{Act, AuditRow};
use sunset::server::audit::SigningKey;
use sunset::server::store::Database;

use crate::support::Console;

/// All rows.
pub async fn rows(console: &Console) -> Vec<AuditRow> {
    console.store.audit_after(0, 10_000).await.unwrap()
}

/// The rows that tell of this act.
pub async fn rows_of(console: &Console, act: Act) -> Vec<AuditRow> {
    let rows = rows(console).await.into_iter();
    rows.filter(|row| row.action == act.as_str()).collect()
}

/// A key in this folder.
pub fn key(folder: &Path) -> SigningKey {
    SigningKey::read_or_make(&folder.join("signing.key"))
        .unwrap()
        .0
}

/// Sends statements behind the console's back.
pub async fn try_sql(console: &Console, sql: &str) -> Result<(), sqlx::Error> {
    let sql = AssertSqlSafe(sql.to_owned());
    match &console.database {
        Database::Sqlite(path) => {
            let url = format!("sqlite:{}", path.display());
            let mut other = SqliteConnection::connect(&url).await?;
            other.execute(sql).await.map(|_| ())
        }
        Database::Postgres(url) => {
            let mut other = PgConnection::connect(url).await?;
            other.execute(sql).await.map(|_| ())
        }
    }
}

/// Takes away what refuses changes, as somebody could who may change the tables.
pub async fn disarm(console: &Console) {
    let names: &[&str] = match &console.database {
        Database::Sqlite(_) => &[
            "audit_not_changed",
            "audit_not_removed",
            "audit_not_replaced",
        ],
        Database::Postgres(_) => &["audit_only_added ON audit"],
    };
    for name in names {
        let drop = format!("DROP TRIGGER {name}");
        try_sql(console, &drop).await.unwrap();
    }
}
