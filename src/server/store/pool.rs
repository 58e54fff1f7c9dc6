//! One program, two databases: where they differ, both versions stand here.
//!
//! Every statement is one SQL text with `$1` for both. It goes to whichever
//! database is configured by `on_pool!` (one statement, reads) or `on_tx!` (one of
//! several that stand or fall together, all writes).

use std::fmt::Write as _;
use std::time::Duration;

use sqlx::postgres::PgPool;
use sqlx::sqlite::SqlitePool;
use sqlx::{AssertSqlSafe, Postgres, Sqlite, Transaction};

use super::StoreError;
use super::audit::append;
use crate::domain::audit::Event;

/// How long a page waits for a connection before it is told that the database is busy.
pub const TIME_LIMIT: Duration = Duration::from_secs(5);

/// The connections to the configured database.
#[derive(Clone, Debug)]
pub enum Pool {
    /// One connection writes; SQLite has one writer anyhow, and waiting for it in
    /// the pool is fair, where SQLite's own busy loop is not.
    Sqlite {
        read: SqlitePool,
        write: SqlitePool,
    },
    Postgres(PgPool),
}

/// A transaction. Dropped without [`Tx::commit`], it is rolled back.
#[derive(Debug)]
pub struct Tx {
    pub(in crate::server::store) conn: Conn,
    /// What the commit puts into the audit.
    pub(in crate::server::store) events: Vec<Event>,
}

/// The connection of a transaction.
#[derive(Debug)]
pub enum Conn {
    Sqlite(Transaction<'static, Sqlite>),
    Postgres(Transaction<'static, Postgres>),
}

/// Sends one statement to the pool. The body is compiled for each database.
macro_rules! on_pool {
    ($store:expr, |$pool:ident| $body:expr) => {
        match &$store.pool {
            $crate::server::store::pool::Pool::Sqlite { read: $pool, .. } => $body,
            $crate::server::store::pool::Pool::Postgres($pool) => $body,
        }
    };
}
pub(in crate::server) use on_pool;

/// Sends one statement within a transaction. The body is compiled for each
/// database; `$conn` is a `&mut` connection.
macro_rules! on_tx {
    ($tx:expr, |$conn:ident| $body:expr) => {
        match &mut (*$tx).conn {
            $crate::server::store::pool::Conn::Sqlite(tx) => {
                let $conn = &mut **tx;
                $body
            }
            $crate::server::store::pool::Conn::Postgres(tx) => {
                let $conn = &mut **tx;
                $body
            }
        }
    };
}
pub(in crate::server) use on_tx;

impl Pool {
    /// Begins a transaction that will write. SQLite takes its write lock here:
    /// a transaction that read first and wrote later would fail at once under
    /// load, however long the busy time-out (SQLITE_BUSY_SNAPSHOT).
    pub async fn begin(&self) -> Result<Tx, StoreError> {
        let conn = match self {
            Self::Sqlite { write, .. } => Conn::Sqlite(write.begin_with("BEGIN IMMEDIATE").await?),
            Self::Postgres(pool) => Conn::Postgres(pool.begin().await?),
        };
        Ok(Tx {
            conn,
            events: Vec::new(),
        })
    }

    /// Finishes an SQL text for this database (see [`dialect`]).
    pub fn sql(&self, text: &str) -> AssertSqlSafe<String> {
        dialect(text, matches!(self, Self::Sqlite { .. }))
    }

    /// Numbers of devices as `1,2,3` in one value, in no order; empty for none. A
    /// million rows of one number each would take the driver several times as long.
    pub fn listed_ids(&self) -> &'static str {
        if self.is_sqlite() {
            "COALESCE(group_concat(id), '')"
        } else {
            "COALESCE(string_agg(id::text, ','), '')"
        }
    }

    pub fn is_sqlite(&self) -> bool {
        matches!(self, Self::Sqlite { .. })
    }

    pub async fn close(&self) {
        match self {
            Self::Sqlite { read, write } => {
                read.close().await;
                write.close().await;
            }
            Self::Postgres(pool) => pool.close().await,
        }
    }
}

impl Tx {
    /// Puts something into the audit when this transaction commits, and only then. It is
    /// written last: all transactions take the lock of the audit's end after all others, so
    /// that no two wait for each other in a circle.
    pub fn record(&mut self, event: Event) {
        self.events.push(event);
    }

    pub async fn commit(mut self) -> Result<(), StoreError> {
        if !self.events.is_empty() {
            append(&mut self).await?;
        }
        match self.conn {
            Conn::Sqlite(tx) => tx.commit().await?,
            Conn::Postgres(tx) => tx.commit().await?,
        }
        Ok(())
    }

    pub fn is_sqlite(&self) -> bool {
        matches!(self.conn, Conn::Sqlite(_))
    }

    /// Finishes an SQL text for this database (see [`dialect`]).
    pub fn sql(&self, text: &str) -> AssertSqlSafe<String> {
        dialect(text, self.is_sqlite())
    }

    /// What stands before and after the bind in `IDS($n)`, for built statements.
    pub fn id_list_query(&self) -> (&'static str, &'static str) {
        id_list_query(self.is_sqlite())
    }
}

/// Puts the database's own way of reading a list into a portable SQL text:
/// `IDS($1)` is a sub-query over numbers bound as `1,2,3` ([`id_list`]), and
/// `TEXTS($1)` one over strings bound as a JSON array. `CLOCK()` is the database's
/// clock, in milliseconds since 1970. `FOR_UPDATE` locks the rows that are read; a
/// transaction on SQLite holds the only lock there is. `LIST(a, b)` is a JSON list of values, and
/// `LISTS(x)` one of `x` of all rows.
///
/// Postgres is given a set, not an array: `= ANY` would be looked through from its
/// beginning for every row.
fn dialect(text: &str, sqlite: bool) -> AssertSqlSafe<String> {
    let clock = if sqlite {
        "CAST(unixepoch('subsec') * 1000 AS INTEGER)"
    } else {
        "(EXTRACT(EPOCH FROM clock_timestamp()) * 1000)::bigint"
    };
    let (list, lists) = if sqlite {
        ("json_array(", "json_group_array(")
    } else {
        ("json_build_array(", "json_agg(")
    };
    let text = &text
        .replace("CLOCK()", clock)
        .replace("FOR_UPDATE", if sqlite { "" } else { "FOR UPDATE" })
        .replace("LISTS(", lists)
        .replace("LIST(", list);
    let mut out = String::with_capacity(text.len() + 64);
    let mut rest = text.as_str();
    while let Some((at, name)) = ["IDS($", "TEXTS($"]
        .iter()
        .filter_map(|name| rest.find(name).map(|at| (at, *name)))
        .min_by_key(|found| (found.0, found.1.len()))
    {
        let (before, call) = rest.split_at(at);
        let Some(end) = call.find(')') else { break };
        let bind = &call[name.len() - 1..end];
        out.push_str(before);
        out.push_str(&match (name, sqlite) {
            ("IDS($", _) => {
                let (before, after) = id_list_query(sqlite);
                format!("{before}{bind}{after}")
            }
            (_, true) => format!("(SELECT value FROM json_each({bind}))"),
            (_, false) => {
                format!("(SELECT jsonb_array_elements_text({bind}::jsonb) COLLATE \"C\" AS value)")
            }
        });
        rest = &call[end + 1..];
    }
    out.push_str(rest);
    // The text is one of our constants; only sub-queries of ours were put in.
    AssertSqlSafe(out)
}

fn id_list_query(sqlite: bool) -> (&'static str, &'static str) {
    if sqlite {
        ("(SELECT value FROM json_each('[' || ", " || ']'))")
    } else {
        (
            "(SELECT unnest(string_to_array(",
            ", ',')::int[]) AS value)",
        )
    }
}

/// Binds numbers for `IDS($n)`.
pub fn id_list(ids: impl IntoIterator<Item = u32>) -> String {
    let mut out = String::new();
    for id in ids {
        if !out.is_empty() {
            out.push(',');
        }
        // Writing to a string cannot fail.
        let _ = write!(out, "{id}");
    }
    out
}

/// Binds strings for `TEXTS($n)`.
pub fn text_list<T: AsRef<str>>(texts: impl IntoIterator<Item = T>) -> String {
    let texts: Vec<serde_json::Value> =
        texts.into_iter().map(|text| text.as_ref().into()).collect();
    serde_json::Value::Array(texts).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_put_in_for_each_database() {
        let sql = "SELECT 1 WHERE a IN IDS($2) AND b IN TEXTS($1)";
        assert_eq!(
            dialect(sql, true).0,
            "SELECT 1 WHERE a IN (SELECT value FROM json_each('[' || $2 || ']')) \
             AND b IN (SELECT value FROM json_each($1))"
        );
        assert!(dialect(sql, false).0.contains("string_to_array($2, ',')"));
        let lists = "SELECT LISTS(LIST(a, b))";
        assert_eq!(
            dialect(lists, true).0,
            "SELECT json_group_array(json_array(a, b))"
        );
        assert_eq!(
            dialect(lists, false).0,
            "SELECT json_agg(json_build_array(a, b))"
        );
    }

    #[test]
    fn numbers_are_listed_with_commas() {
        assert_eq!(id_list([0, 7, 4_294_967_295]), "0,7,4294967295");
        assert_eq!(id_list([]), "");
    }
}
