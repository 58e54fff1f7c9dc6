//! Databases on the tests' Postgres.

use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use uuid::Uuid;

/// A Postgres database for one test.
pub struct PostgresDatabase {
    pub url: String,
    name: String,
    server: String,
}

impl PostgresDatabase {
    pub async fn create() -> Self {
        let server = std::env::var("SUNSET_TEST_POSTGRES").expect(
            "SUNSET_TEST_POSTGRES is not set: run the tests with `cargo xtask test`, \
             which starts a Postgres",
        );
        let name = format!("sunset_{}", Uuid::new_v4().simple());
        run(&server, &format!("CREATE DATABASE {name}")).await;
        let (base, query) = match server.split_once('?') {
            Some((base, query)) => (base, format!("?{query}")),
            None => (server.as_str(), String::new()),
        };
        let host = base.rsplit_once('/').map_or(base, |(host, _)| host);
        Self {
            url: format!("{host}/{name}{query}"),
            name,
            server: server.clone(),
        }
    }

    pub async fn remove(self) {
        self.on_server(&format!("DROP DATABASE {} WITH (FORCE)", self.name))
            .await;
    }

    /// Lets nobody in any more, and ends whoever is.
    pub async fn shut(&self) {
        self.on_server(&format!(
            "ALTER DATABASE {} ALLOW_CONNECTIONS false",
            self.name
        ))
        .await;
        self.on_server(&format!(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{}'",
            self.name
        ))
        .await;
    }

    pub async fn open_again(&self) {
        self.on_server(&format!(
            "ALTER DATABASE {} ALLOW_CONNECTIONS true",
            self.name
        ))
        .await;
    }

    async fn on_server(&self, sql: &str) {
        run(&self.server, sql).await;
    }
}

async fn run(url: &str, sql: &str) {
    let mut connection = PgConnection::connect(url).await.unwrap();
    connection
        .execute(AssertSqlSafe(sql.to_owned()))
        .await
        .unwrap();
    connection.close().await.unwrap();
}
