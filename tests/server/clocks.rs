//! A process whose clock is off, on a database that others share: only the database's
//! clock counts (tests/FAULTS.md 22).
//!
//! The database is given a clock of its own, so that ours is ten minutes off whatever
//! the machine's is.

use std::time::Duration;

use serde_json::json;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use sunset::domain::live::NoticeList;
use sunset::domain::time::Timestamp;
use sunset::server::store::Database;

use crate::faulty::{Fault, FaultyDirectory};
use crate::postgres::PostgresDatabase;
use crate::stories::{BATCH, assert_truth, check};
use crate::support::{Console, NO_GRACE, device, execution, selection_of};

/// Half of what the clocks differ by.
const FIVE_MINUTES: i64 = 300_000;

/// A database by whose clock it is `minutes` later than by ours.
async fn ahead_by(minutes: i64) -> PostgresDatabase {
    let postgres = PostgresDatabase::create().await;
    let mut connection = PgConnection::connect(&postgres.url).await.unwrap();
    let skewed = format!(
        "CREATE SCHEMA skewed;
         CREATE FUNCTION skewed.clock_timestamp() RETURNS timestamptz LANGUAGE sql VOLATILE AS
             $$ SELECT pg_catalog.clock_timestamp() + interval '{minutes} minutes' $$;
         DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET search_path = public, skewed, pg_catalog',
             current_database()); END $$"
    );
    connection.execute(AssertSqlSafe(skewed)).await.unwrap();
    connection.close().await.unwrap();
    postgres
}

#[tokio::test]
async fn a_process_whose_clock_is_ten_minutes_off_works_by_the_databases() {
    for minutes in [10, -10] {
        let postgres = ahead_by(minutes).await;
        let directory = FaultyDirectory::new((0..60).map(device), BATCH);
        let console = Console::open(Database::Postgres(postgres.url.clone())).await;
        let console = console.over(Some(directory.clone()), NO_GRACE).await;
        console.refresh().await;
        // Waits, a call that is lost, one that has to be read back, a grace.
        let wait = Duration::from_millis(30);
        directory.will([Fault::Throttle(wait), Fault::LoseCall, Fault::LoseAnswer]);
        let console = console.with_grace(1).await;
        let all = console.devices().await;
        let plan = console.plan(&selection_of(&all)).await.unwrap();
        assert_eq!(plan.expires_at.0 - plan.made_at.0, 3_600_000);
        let job = console.start(&execution(&plan)).await.unwrap();
        assert!(job.starts_in <= 1, "{} seconds of grace", job.starts_in);
        console.run_jobs().await;

        let done = console.job(&job.id).await;
        assert_eq!(done.headline(), "Completed successfully");
        let notices: NoticeList = console.call("notices/list", json!({})).await.unwrap();
        let stamps = [
            Some(plan.made_at),
            Some(plan.now),
            done.started_at,
            done.finished_at,
            Some(notices.now),
            Some(notices.rows[0].at),
        ];
        for stamp in stamps {
            let off = stamp.unwrap().0 - Timestamp::now().0;
            assert!(
                FIVE_MINUTES < off * minutes.signum(),
                "{off} ms: our own clock"
            );
        }
        assert_truth(&console, &directory, &job.id).await;
        check(&console, &directory).await;
        console.store.close().await;
        postgres.remove().await;
    }
}
