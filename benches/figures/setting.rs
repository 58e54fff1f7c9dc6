//! A database with a fleet in it, open as the server opens it and open bare.

use std::sync::Arc;
use std::time::Instant;

use sqlx::postgres::PgPool;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqliteSynchronous};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use sunset::server::App;
use sunset::server::config::Rules;
use sunset::server::store::{Database, Store};
use uuid::Uuid;

use crate::report;

pub struct Setting {
    pub app: App,
    pub store: Arc<Store>,
    pub bare: Bare,
    pub size: u32,
}

/// The same database, without Sunset.
pub enum Bare {
    Sqlite(SqlitePool),
    Postgres(PgPool),
}

impl Setting {
    pub async fn open(database: &Database, size: u32) -> Self {
        let store = Arc::new(Store::open(database).await.expect("the database opens"));
        let app = App::new(store.clone(), Rules::default());
        let begun = Instant::now();
        app.demonstrate(size).await.expect("a fleet can be made");
        let took = begun.elapsed();
        eprintln!("filled {size} devices in {}", report::ms(took));
        let bare = match database {
            Database::Sqlite(path) => {
                let options = SqliteConnectOptions::new()
                    .filename(path)
                    .journal_mode(SqliteJournalMode::Wal)
                    .synchronous(SqliteSynchronous::Full)
                    .pragma("wal_autocheckpoint", "16000");
                Bare::Sqlite(
                    SqlitePool::connect_with(options)
                        .await
                        .expect("it opens bare"),
                )
            }
            Database::Postgres(url) => {
                Bare::Postgres(PgPool::connect(url).await.expect("it opens bare"))
            }
        };
        Self {
            app,
            store,
            bare,
            size,
        }
    }
}

impl Bare {
    /// Runs a query and takes all its rows, undecoded.
    pub async fn fetch(&self, sql: &str) {
        let sql = AssertSqlSafe(sql.to_owned());
        match self {
            Self::Sqlite(pool) => drop(pool.fetch_all(sqlx::query(sql)).await.expect(REASON)),
            Self::Postgres(pool) => drop(pool.fetch_all(sqlx::query(sql)).await.expect(REASON)),
        }
    }

    /// Runs statements as one transaction.
    pub async fn transaction(&self, statements: &[String]) {
        match self {
            Self::Sqlite(pool) => {
                let mut tx = pool.begin_with("BEGIN IMMEDIATE").await.expect(REASON);
                for sql in statements {
                    sqlx::query(AssertSqlSafe(sql.clone()))
                        .execute(&mut *tx)
                        .await
                        .expect(REASON);
                }
                tx.commit().await.expect(REASON);
            }
            Self::Postgres(pool) => {
                let mut tx = pool.begin().await.expect(REASON);
                for sql in statements {
                    sqlx::query(AssertSqlSafe(sql.clone()))
                        .execute(&mut *tx)
                        .await
                        .expect(REASON);
                }
                tx.commit().await.expect(REASON);
            }
        }
    }

    pub fn is_sqlite(&self) -> bool {
        matches!(self, Self::Sqlite(_))
    }
}

const REASON: &str = "the bare statement runs";

/// Makes a database on this server, and returns its address.
pub async fn create_postgres(server: &str) -> String {
    let name = format!("sunset_bench_{}", Uuid::new_v4().simple());
    run_on(server, &format!("CREATE DATABASE {name}")).await;
    let (base, query) = match server.split_once('?') {
        Some((base, query)) => (base, format!("?{query}")),
        None => (server, String::new()),
    };
    let host = base.rsplit_once('/').map_or(base, |(host, _)| host);
    format!("{host}/{name}{query}")
}

pub async fn drop_postgres(server: &str, url: &str) {
    let name = url.rsplit('/').next().unwrap_or_default();
    let name = name.split('?').next().unwrap_or_default();
    run_on(server, &format!("DROP DATABASE {name} WITH (FORCE)")).await;
}

async fn run_on(server: &str, sql: &str) {
    let mut connection = PgConnection::connect(server)
        .await
        .expect("Postgres answers");
    connection
        .execute(AssertSqlSafe(sql.to_owned()))
        .await
        .expect(REASON);
}
