//! A database of before effects had rows of their own: old jobs read as they did, and an
//! open job goes on.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;

use sqlx::migrate::{Migration, Migrator};
use sqlx::{Connection, Executor, PgConnection, SqliteConnection};
use sunset::domain::action::command::Reply;
use sunset::domain::action::effect::EffectKind;
use sunset::domain::action::reason::DeprovisionReason;
use sunset::domain::eligibility::Rule;
use sunset::domain::job::{ItemState, JobId, JobItem, JobState};
use sunset::server::store::{Database, Resume, Store, back_up, restore};

use crate::postgres::PostgresDatabase;

static PORTABLE: Migrator = sqlx::migrate!("./migrations");
static POSTGRES: Migrator = sqlx::migrate!("./migrations/postgres");

/// The last migration of before.
const BEFORE: i64 = 38;

/// A job that is over and has erased, one that runs, and a plan.
const ROWS: &str = "
    INSERT INTO job (id, number, operator, action, state, reason, note, plan_hash, total, eligible,
        pending, sent, unconfirmed, succeeded, failed, skipped, not_attempted, round, seq,
        planned_at, expires_at, started_at, finished_at, throttle_until, pause_reason, powerwash,
        powerwash_ordered, powerwash_not_ordered, already, reread_at)
    VALUES ('over', 1, 'me', 'deprovision', 'completed_with_errors',
        'DEPROVISION_REASON_UPGRADE_TRANSFER', '', 'x', 7, 6, 0, 0, 0, 4, 1, 2, 0, 0, 1, 1, 2, 3,
        9000, 0, '', TRUE, 2, 2, 0, 8000);
    INSERT INTO job_event VALUES ('over', 1, 3, 'started', '');
    INSERT INTO directory_call (call_id, job_id, state, devices, opened_at, answered_at)
    VALUES ('c1', 'over', 'answered', 6, 100, 200);
    INSERT INTO job_item (job_id, device, device_id, serial, asset_id, org_unit, license,
        snap_status, snap_enrolled, state, how, rule, message, attempt, round, call_id, next_at,
        finished_at, sent_at, cause)
    VALUES
        ('over', 1, 'd1', 'S1', '', '/A', 'education', 'ACTIVE', 5, 'succeeded', 'applied', '', '',
            1, 0, 'c1', 0, 200, 100, ''),
        ('over', 2, 'd2', 'S2', '', '/A', 'education', 'ACTIVE', 5, 'succeeded', 'applied', '', '',
            1, 0, 'c1', 0, 200, 100, ''),
        ('over', 3, 'd3', 'S3', '', '/A', 'education', 'ACTIVE', 5, 'succeeded', 'confirmed', '',
            '', 1, 0, 'c1', 0, 200, 100, ''),
        ('over', 4, 'd4', 'S4', '', '/A', 'education', 'ACTIVE', 5, 'failed', '', '',
            'The directory rejected the request for this device: Not you.',
            1, 0, 'c1', 0, 200, 100, 'refused'),
        ('over', 5, 'd5', 'S5', '', '/A', 'education', 'DEPROVISIONED', 5, 'skipped', '',
            'already-deprovisioned', '', 0, 0, '', 0, 0, 0, ''),
        ('over', 6, 'd6', 'S6', '', '/A', 'education', 'ACTIVE', 5, 'skipped', '',
            'moved-since-review', '', 0, 0, '', 0, 150, 0, ''),
        ('over', 10, 'd10', 'S10', '', '/A', 'education', 'ACTIVE', 5, 'succeeded', 'applied', '',
            '', 1, 0, 'c1', 0, 200, 100, '');
    INSERT INTO powerwash (job_id, device, device_id, state, command_id, message, call_id, worker,
        sent_at, checks, next_at)
    VALUES
        ('over', 1, 'd1', 'done', '77', '', 'p1', 4, 300, 2, 0),
        ('over', 2, 'd2', 'refused', '', 'Google rejected the request: No.', 'p2', 4, 310, 0, 0),
        ('over', 3, 'd3', 'not_ordered', '', 'The directory did not answer.', '', 0, 0, 0, 0),
        ('over', 10, 'd10', 'ordered', '78', '', 'p4', 4, 320, 0, 400);
    INSERT INTO job (id, number, operator, action, state, reason, note, plan_hash, total, eligible,
        pending, sent, unconfirmed, succeeded, failed, skipped, not_attempted, round, seq,
        planned_at, expires_at, started_at, finished_at, throttle_until, pause_reason,
        hash_version, execution_hash, authority)
    VALUES ('open', 2, 'me', 'deprovision', 'paused', 'DEPROVISION_REASON_RETIRING_DEVICE', 'T',
        'f809139e0694e56ae1311fc10e158afacc89e86540a9bd2e8fe18ac75bb56892',
        3, 3, 1, 1, 1, 0, 0, 0, 0, 0, 1, 1000, 2000, 1100, 0, 0, 'Looked at.', 2,
        '47d9402a3ced9bab26e866a2c371a00192bcdc947f39da053bc172fcef3ec375', '');
    INSERT INTO job_event VALUES ('open', 1, 1100, 'started', '');
    INSERT INTO directory_call (call_id, job_id, state, devices, opened_at, answered_at, worker)
    VALUES ('c2', 'open', 'open', 1, 1200, 0, 4), ('c3', 'open', 'lost', 1, 1150, 1160, 4);
    INSERT INTO job_item (job_id, device, device_id, serial, asset_id, org_unit, license,
        snap_status, snap_enrolled, state, how, rule, message, attempt, round, call_id, next_at,
        finished_at, sent_at)
    VALUES
        ('open', 7, 'd7', 'S7', '', '/A', 'education', 'ACTIVE', 5, 'pending', '', '', '', 0, 0,
            '', 0, 0, 0),
        ('open', 8, 'd8', 'S8', '', '/A', 'education', 'ACTIVE', 5, 'sent', '', '', '', 1, 0,
            'c2', 0, 0, 1200),
        ('open', 9, 'd9', 'S9', '', '/A', 'education', 'ACTIVE', 5, 'unconfirmed', '', '', '', 1,
            0, 'c3', 1180, 0, 1150);
    INSERT INTO job (id, number, operator, action, state, reason, note, plan_hash, total, eligible,
        pending, sent, unconfirmed, succeeded, failed, skipped, not_attempted, round, seq,
        planned_at, expires_at, started_at, finished_at, throttle_until, pause_reason)
    VALUES ('plan', 0, 'me', 'deprovision', 'planned', '', '', 'h', 1, 1, 0, 0, 0, 0, 0, 0, 0, 0,
        0, 5000, 6000, 0, 0, 0, '');
    INSERT INTO job_item (job_id, device, device_id, serial, asset_id, org_unit, license,
        snap_status, snap_enrolled, state, how, rule, message, attempt, round, call_id, next_at,
        finished_at)
    VALUES ('plan', 1, 'd1', 'S1', '', '/A', 'education', 'ACTIVE', 5, 'planned', '', '', '', 0,
        0, '', 0, 0);
    UPDATE inventory SET authority = '';
";

fn until_before(migrators: &[&Migrator]) -> Migrator {
    let mut all: Vec<Migration> = migrators
        .iter()
        .flat_map(|migrator| migrator.iter())
        .filter(|migration| migration.version <= BEFORE)
        .cloned()
        .collect();
    all.sort_by_key(|migration| migration.version);
    Migrator::with_migrations(all)
}

async fn assert_as_before(store: &Store) {
    assert_eq!(
        store.broken_invariants().await.unwrap(),
        Vec::<String>::new()
    );

    let over = JobId("over".to_owned());
    let job = store.job(&over).await.unwrap().unwrap();
    let action = store.job_action(&over).await.unwrap().unwrap();
    assert_eq!(action.reason(), Some(DeprovisionReason::UpgradeTransfer));
    assert_eq!(
        job.notice(),
        "Completed: 4 deprovisioned, 1 failed, 1 skipped, powerwash ordered for 2, not for 2."
    );
    let items = store.job_items_after(&over, None, 100).await.unwrap();
    let of = |device: &str| items.iter().find(|it| it.device_id == device).unwrap();
    let powerwash = |device| of(device).effect(EffectKind::Powerwash).unwrap();
    assert_eq!(powerwash("d1").reply, Some(Reply::Done));
    assert_eq!(powerwash("d1").command_id, "77");
    assert_eq!(of("d1").state, ItemState::Succeeded);
    assert_eq!(of("d2").state, ItemState::Failed);
    assert!(
        of("d2")
            .detail()
            .contains("Google rejected the request: No.")
    );
    assert_eq!(
        (of("d3").state, of("d3").rule),
        (ItemState::Skipped, Some(Rule::NotOurs))
    );
    assert_eq!(
        of("d4").detail(),
        "The directory rejected the request for this device: Not you."
    );
    assert_eq!(of("d5").rule, Some(Rule::AlreadyDeprovisioned));
    assert_eq!(of("d6").rule, Some(Rule::MovedSinceReview));
    // The device has not answered yet.
    let now = store.now().await.unwrap();
    let asked = store.commands_to_follow(10, now).await.unwrap();
    assert_eq!(
        asked
            .iter()
            .map(|it| it.command_id.as_str())
            .collect::<Vec<_>>(),
        ["78"]
    );

    // The paused job is what was reviewed, and goes on.
    let open = JobId("open".to_owned());
    let resumed = store.resume_job(&open, "tests", now).await.unwrap();
    assert_eq!(resumed, Resume::Done);
    let due = store.due_for_reading(10, now).await.unwrap();
    assert_eq!(
        due.iter()
            .map(|it| it.device_id.as_str())
            .collect::<Vec<_>>(),
        ["d9"]
    );
    assert!(store.mark_call_lost(&open, "c2", now, now).await.unwrap());
    let look = store.look(&open, now).await.unwrap();
    store.record_recheck(&open, look, &[], now).await.unwrap();
    let call = store
        .open_call(&open, "new", 9, 50, now)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        call.devices
            .iter()
            .map(|it| it.1.as_str())
            .collect::<Vec<_>>(),
        ["d7"]
    );
    let states = |items: Vec<JobItem>| items.into_iter().map(|it| it.state).collect::<Vec<_>>();
    let items = store.job_items_after(&open, None, 100).await.unwrap();
    let expected = [
        ItemState::Sent,
        ItemState::Unconfirmed,
        ItemState::Unconfirmed,
    ];
    assert_eq!(states(items), expected);
    assert_eq!(
        store.job(&open).await.unwrap().unwrap().state,
        JobState::Running
    );
    assert_eq!(
        store.broken_invariants().await.unwrap(),
        Vec::<String>::new()
    );

    let plan = store
        .plan(&JobId("plan".to_owned()), "me")
        .await
        .unwrap()
        .unwrap();
    assert_eq!((plan.total, plan.eligible), (1, 1));
}

/// Makes a database of before.
async fn make_before(database: &Database) {
    match database {
        Database::Sqlite(path) => {
            let url = format!("sqlite:{}?mode=rwc", path.display());
            let mut before = SqliteConnection::connect(&url).await.unwrap();
            before
                .execute("PRAGMA application_id = 1397642068")
                .await
                .unwrap();
            until_before(&[&PORTABLE]).run(&mut before).await.unwrap();
            before.execute(ROWS).await.unwrap();
            before.close().await.unwrap();
            // As Sunset makes its files.
            fs::set_permissions(path, Permissions::from_mode(0o600)).unwrap();
        }
        Database::Postgres(url) => {
            let mut before = PgConnection::connect(url).await.unwrap();
            let both = until_before(&[&PORTABLE, &POSTGRES]);
            both.run(&mut before).await.unwrap();
            before.execute(ROWS).await.unwrap();
            before.close().await.unwrap();
        }
    }
}

#[tokio::test]
async fn jobs_of_before_read_as_they_did_and_an_open_one_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let postgres = PostgresDatabase::create().await;
    for (number, database) in [
        Database::Sqlite(folder.path().join("sunset.db")),
        Database::Postgres(postgres.url.clone()),
    ]
    .into_iter()
    .enumerate()
    {
        make_before(&database).await;
        let backup = folder.path().join(format!("backup {number}"));
        let contents = back_up(&database, &backup).await.unwrap();
        assert_eq!((contents.jobs, contents.operators), (2, 0));
        let store = Store::open(&database).await.unwrap();
        assert_as_before(&store).await;
        store.close().await;

        // So does a backup that was made before the upgrade.
        let restored = Database::Sqlite(folder.path().join(format!("restored {number}")));
        restore(&backup, &restored).await.unwrap();
        let store = Store::open(&restored).await.unwrap();
        assert_as_before(&store).await;
        store.close().await;
    }
    postgres.remove().await;
}
