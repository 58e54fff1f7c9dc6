//! What Postgres does for a job grows with its devices, and not with their square.

use sqlx::PgPool;
use sunset::domain::filter::DeviceFilter;
use sunset::domain::time::Timestamp;
use sunset::server::Scoped;
use sunset::server::store::{Batch, Database};

use crate::postgres::PostgresDatabase;
use crate::support::{Console, NO_GRACE, device};

const DEVICES: u32 = 20_000;
const BATCH: u32 = 50;
const BATCHES: u32 = 60;

/// Rows of the table that statements have looked at.
async fn looked_at(pool: &PgPool, table: &str) -> i64 {
    // A backend tells of its own work when it is told to.
    sqlx::query("SELECT pg_stat_force_next_flush()")
        .execute(pool)
        .await
        .unwrap();
    tokio::time::sleep(std::time::Duration::from_millis(1500)).await;
    let sql = "SELECT COALESCE(idx_tup_fetch, 0) + COALESCE(seq_tup_read, 0)
        FROM pg_stat_user_tables WHERE relname = $1";
    sqlx::query_scalar(sql)
        .bind(table)
        .fetch_one(pool)
        .await
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_does_not_look_at_the_devices_before_it() {
    let postgres = PostgresDatabase::create().await;
    let database = Database::Postgres(postgres.url.clone());
    let console = Console::open(database.clone()).await;
    let console = console.over(None, NO_GRACE).await;
    console.fill((0..DEVICES).map(device)).await;
    let (who, all) = (Scoped::at_this_computer(), DeviceFilter::default());
    let devices = console.app.inventory.matching(&who, &all).await.unwrap();
    let plan = console.plan(&devices).await.unwrap();
    assert_eq!(plan.eligible, u64::from(DEVICES));
    let job = console.execute(&plan).await.unwrap();
    let pool = PgPool::connect(&postgres.url).await.unwrap();
    // As a server that has been running for a minute knows its tables.
    sqlx::query("ANALYZE").execute(&pool).await.unwrap();
    // A backend may keep what it has counted to itself for ten seconds, or until it ends.
    console.store.close().await;
    let before = looked_at(&pool, "job_item").await;
    let console = Console::open(database).await;
    for batch in 0..BATCHES {
        let call = format!("{}-{batch}", job.id.as_str());
        let now = Timestamp::now();
        let done = console.store.run_local_batch(&job.id, &call, BATCH, now);
        assert_eq!(done.await.unwrap(), Batch::Worked(u64::from(BATCH)));
    }
    console.store.close().await;
    let looked = looked_at(&pool, "job_item").await - before;
    assert!(
        looked <= 4 * i64::from(DEVICES),
        "{looked} rows for {DEVICES} devices"
    );
    pool.close().await;
    postgres.remove().await;
}
