//! Rows that were changed in the database after the review are never carried out.

use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, SqliteConnection};
use sunset::domain::error::ApiError;
use sunset::domain::job::JobState;
use sunset::domain::plan::Plan;
use sunset::server::store::Database;

use crate::stories::{on_each, start, steer};
use crate::support::{Console, device, execution, on_each_database, selection_of};

/// Changes rows behind the console's back.
async fn change(console: &Console, sql: &str) {
    let sql = AssertSqlSafe(sql.to_owned());
    let changed = match &console.database {
        Database::Sqlite(path) => {
            let url = format!("sqlite:{}", path.display());
            let mut other = SqliteConnection::connect(&url).await.unwrap();
            other.execute(sql).await.unwrap().rows_affected()
        }
        Database::Postgres(url) => {
            let mut other = PgConnection::connect(url).await.unwrap();
            other.execute(sql).await.unwrap().rows_affected()
        }
    };
    assert_ne!(changed, 0);
}

/// What can be changed in an item, and would have another device be sent or another
/// record be kept.
const CHANGES: [&str; 9] = [
    "device_id = 'another'",
    "serial = 'another'",
    "asset_id = 'another'",
    "org_unit = '/Another'",
    "license = 'another'",
    "snap_status = 'DISABLED'",
    "snap_enrolled = 1",
    "snap_last_sync = 1",
    "device = 1000",
];

async fn plan(console: &Console) -> Plan {
    let devices = console.devices().await;
    console.plan(&selection_of(&devices[..5])).await.unwrap()
}

/// Changes one item of a plan.
fn of_one_item(plan: &Plan, set: &str) -> String {
    let id = plan.id.as_str();
    format!(
        "UPDATE job_item SET {set} WHERE job_id = '{id}'
         AND device = (SELECT MIN(device) FROM job_item WHERE job_id = '{id}')"
    )
}

#[tokio::test]
async fn a_plan_whose_items_were_changed_does_not_start() {
    on_each_database(async |console: Console| {
        console.fill((0..8).map(device)).await;
        for set in CHANGES {
            let plan = plan(&console).await;
            change(&console, &of_one_item(&plan, set)).await;
            let (status, message) = console.start(&execution(&plan)).await.unwrap_err();
            assert_eq!(
                (status.as_u16(), message),
                (409, ApiError::PlanChanged),
                "{set}"
            );
        }
        for sql in [
            "UPDATE job_item SET rule = 'busy-in-job' WHERE job_id = 'ID'",
            "UPDATE job SET action = 'disable' WHERE id = 'ID'",
            "DELETE FROM job_item WHERE job_id = 'ID' AND device <> 1",
            "UPDATE job SET authority = 'another' WHERE id = 'ID'",
        ] {
            let plan = plan(&console).await;
            change(&console, &sql.replace("ID", plan.id.as_str())).await;
            let (_, message) = console.start(&execution(&plan)).await.unwrap_err();
            assert_eq!(message, ApiError::PlanChanged, "{sql}");
        }
        // Untouched, it starts.
        let plan = plan(&console).await;
        console.start(&execution(&plan)).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn an_older_version_of_the_hash_is_no_way_around_it() {
    on_each_database(async |console: Console| {
        console.fill((0..8).map(device)).await;
        let plan = plan(&console).await;
        change(&console, &of_one_item(&plan, "device_id = 'another'")).await;
        let older = format!(
            "UPDATE job SET hash_version = 1 WHERE id = '{}'",
            plan.id.as_str()
        );
        change(&console, &older).await;
        let (status, message) = console.start(&execution(&plan)).await.unwrap_err();
        assert_eq!((status.as_u16(), message), (409, ApiError::PlanChanged));
    })
    .await;
}

#[tokio::test]
async fn a_job_whose_rows_were_changed_is_not_resumed_and_the_check_names_it() {
    on_each(async |console, directory| {
        let changes = [
            "UPDATE job_item SET device_id = 'another' WHERE job_id = 'ID' AND device = 1",
            "UPDATE job SET options = replace(options, 'retiring_device', 'upgrade_transfer')
             WHERE id = 'ID'",
            "UPDATE job SET note = 'another' WHERE id = 'ID'",
            "UPDATE job SET options = replace(options, 'false', 'true') WHERE id = 'ID'",
        ];
        for (sql, back) in changes.into_iter().zip([
            "UPDATE job_item SET device_id = (SELECT device_id FROM device WHERE id = 1)
             WHERE job_id = 'ID' AND device = 1",
            "UPDATE job SET options = replace(options, 'upgrade_transfer', 'retiring_device')
             WHERE id = 'ID'",
            "UPDATE job SET note = 'Ticket 7' WHERE id = 'ID'",
            "UPDATE job SET options = replace(options, 'true', 'false') WHERE id = 'ID'",
        ]) {
            let job = start(console, 5).await;
            let id = job.id.as_str();
            steer(console, "pause", &job.id).await.unwrap();
            change(console, &sql.replace("ID", id)).await;
            let (status, message) = steer(console, "resume", &job.id).await.unwrap_err();
            assert_eq!(status.as_u16(), 409, "{sql}");
            assert!(message.to_string().contains("not those that were reviewed"));
            assert_eq!(console.job(&job.id).await.state, JobState::Paused);
            let broken = console.store.broken_invariants().await.unwrap();
            let named = format!("job #{}: not true that its devices", job.number);
            assert!(broken.iter().any(|it| it.starts_with(&named)), "{broken:?}");
            change(console, &back.replace("ID", id)).await;
            steer(console, "stop", &job.id).await.unwrap();
        }
        assert!(directory.calls().is_empty());
    })
    .await;
}
