//! The storm's Postgres: a database of its own, cut off and stopped like any process.

use std::process::Command;
use std::time::{Duration, Instant};

use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use uuid::Uuid;

use crate::number;

/// Where the number of the server's process is to be found, if it is ours to stop.
const PID_FILE: &str = "SUNSET_TEST_POSTGRES_PID";

/// How often the server is to be restarted: never, where it is not ours.
pub fn restarts() -> u64 {
    if std::env::var_os(PID_FILE).is_some() {
        number("SUNSET_CHAOS_RESTARTS", 1)
    } else {
        println!("This Postgres is not ours to restart: `cargo xtask chaos` starts one that is.");
        0
    }
}

/// Stops the server without a goodbye, as `pg_ctl -m immediate stop` does, and waits
/// until whoever started it has started it again and it has recovered.
pub async fn restart(database: &str) {
    let file = std::env::var(PID_FILE).expect("the server is ours");
    let content = std::fs::read_to_string(&file).expect("the server runs");
    let server = content.lines().next().expect("a number");
    let stopped = Command::new("kill").args(["-QUIT", server]).status();
    assert!(stopped.is_ok_and(|status| status.success()));
    let begun = Instant::now();
    // It may answer until it has read the signal.
    while std::fs::read_to_string(&file).is_ok_and(|now| now.lines().next() == Some(server))
        || PgConnection::connect(database).await.is_err()
    {
        assert!(begun.elapsed() < Duration::from_secs(60), "it comes back");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Ends every connection to this database, wherever it is in what it does.
pub async fn cut_connections(database: &str) {
    if let Ok(mut connection) = PgConnection::connect(database).await {
        let _ = connection
            .execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                 WHERE datname = current_database() AND pid <> pg_backend_pid()",
            )
            .await;
    }
}

/// A Postgres database for one storm.
pub struct PostgresDatabase {
    pub url: String,
    name: String,
    server: String,
}

impl PostgresDatabase {
    pub async fn create(server: &str) -> Self {
        let name = format!("chaos_{}", Uuid::new_v4().simple());
        let mut connection = PgConnection::connect(server)
            .await
            .expect("Postgres answers");
        let create = format!("CREATE DATABASE {name}");
        connection
            .execute(AssertSqlSafe(create))
            .await
            .expect("it is made");
        let (host, _) = server.rsplit_once('/').expect("an address with a database");
        Self {
            url: format!("{host}/{name}"),
            name,
            server: server.to_owned(),
        }
    }

    pub async fn remove(self) {
        let mut connection = PgConnection::connect(&self.server)
            .await
            .expect("Postgres answers");
        let drop = format!("DROP DATABASE {} WITH (FORCE)", self.name);
        connection
            .execute(AssertSqlSafe(drop))
            .await
            .expect("it is removed");
    }
}
