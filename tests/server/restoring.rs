//! `sunset backup` and `sunset restore`: a day's work comes back on another computer, on
//! either database, and lets in nobody who was signed in.

use std::collections::BTreeMap;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use axum::http::StatusCode;
use sqlx::{AssertSqlSafe, Connection, Executor, SqliteConnection};
use sunset::domain::job::{JobState, JobSummary};
use sunset::server::CALLS;
use sunset::server::store::{Contents, Database, Resume, back_up, restore};

use crate::faulty::FaultyDirectory;
use crate::identity::{Browser, Person, invite};
use crate::postgres::PostgresDatabase;
use crate::stories::{BATCH, check, start};
use crate::support::{Console, NO_GRACE, device, on_each_database, on_each_database_over, until};

/// What is under way at the same time, and more devices than that.
const SENT: u64 = CALLS as u64 * BATCH as u64;
const FLEET: u64 = SENT + 20;

/// A place for a database where there is none: one of each kind.
async fn places(folder: &Path) -> (Database, PostgresDatabase) {
    let file = folder.join("restored.db");
    (Database::Sqlite(file), PostgresDatabase::create().await)
}

/// All rows of a backup, by table.
async fn rows(backup: &Path) -> BTreeMap<String, Vec<String>> {
    const TABLES: &str = "
        SELECT name, (SELECT group_concat('quote(\"' || name || '\")', ' || '','' || ')
                FROM pragma_table_info(sqlite_schema.name))
        FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'
            AND name <> '_sqlx_migrations'";
    let url = format!("sqlite:{}", backup.display());
    let mut copy = SqliteConnection::connect(&url).await.unwrap();
    let tables: Vec<(String, String)> = sqlx::query_as(TABLES).fetch_all(&mut copy).await.unwrap();
    let mut all = BTreeMap::new();
    for (table, columns) in tables {
        let sql = format!("SELECT {columns} FROM \"{table}\" ORDER BY 1");
        let rows = sqlx::query_scalar(AssertSqlSafe(sql));
        all.insert(table, rows.fetch_all(&mut copy).await.unwrap());
    }
    all
}

#[tokio::test]
async fn a_days_work_is_restored_on_either_database_and_nobody_is_signed_in_any_more() {
    let make = || FaultyDirectory::new((0..FLEET as u32).map(device), BATCH);
    on_each_database_over(make, async |console, directory| {
        let folder = tempfile::tempdir().unwrap();
        let console = console.with_seal_key(folder.path().join("seal.key"));
        console.refresh().await;
        let job = start(&console, FLEET as usize).await;
        directory.hold(true);
        let work = console.work().await;
        until(async || console.job(&job.id).await.counts.sent == SENT).await;
        let owner = Browser::new(&console);
        let ada = Person::join(&owner, "ada").await;
        let link = invite(&console, "bob").await;
        assert!(owner.is_in().await);

        let backup = folder.path().join("backup");
        let contents = back_up(&console.database, &backup).await.unwrap();
        let expected = Contents {
            devices: FLEET,
            jobs: 1,
            operators: 2,
        };
        assert_eq!(contents, expected);
        let mode = fs::metadata(&backup).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        directory.hold(false);
        until(async || console.app.jobs.unfinished().await.unwrap().is_empty()).await;
        work.end().await;

        let day = Day {
            owner: &owner,
            ada: &ada,
            link: &link,
            job: &job,
            directory: &directory,
        };
        let (file, postgres) = places(folder.path()).await;
        for place in [file, Database::Postgres(postgres.url.clone())] {
            day.goes_on(&backup, place, folder.path()).await;
        }
        postgres.remove().await;
    })
    .await;
}

struct Day<'a> {
    owner: &'a Browser<'a>,
    ada: &'a Person,
    link: &'a str,
    job: &'a JobSummary,
    directory: &'a FaultyDirectory,
}

impl Day<'_> {
    /// Restores the backup here, and goes on.
    async fn goes_on(&self, backup: &Path, place: Database, folder: &Path) {
        let restored = restore(backup, &place).await.unwrap();
        assert_eq!(restored.paused, 1);
        let again = match &place {
            Database::Sqlite(_) => folder.join("again from a file"),
            Database::Postgres(_) => folder.join("again from Postgres"),
        };
        back_up(&place, &again).await.unwrap();
        let (mut before, mut after) = (rows(backup).await, rows(&again).await);
        for table in ["instance", "job", "job_event"] {
            assert_ne!(before.remove(table), after.remove(table), "{table}");
        }
        // The audit goes on from where it was.
        let audit = (before.remove("audit"), after.remove("audit"));
        let (was, is) = (audit.0.unwrap(), audit.1.unwrap());
        assert!(was.len() < is.len() && was.iter().all(|row| is.contains(row)));
        assert!(10 < before.len());
        assert_eq!(before, after);

        let console = Console::open(place).await;
        let console = console.over(Some(self.directory.clone()), NO_GRACE).await;
        let console = console.with_seal_key(folder.join("seal.key"));
        console.app.identity.check().await.unwrap();
        let same = Browser {
            console: &console,
            cookies: self.owner.cookies.clone(),
        };
        assert!(!same.is_in().await, "the session is void");
        let page = same.get(self.link).await;
        assert!(page.error().contains("This link was used"), "{}", page.text);
        let stranger = Browser::new(&console);
        for _ in 0..4 {
            stranger.sign_in("ada", "wrong", "000000").await;
        }
        let refused = self.ada.sign_in(&same).await;
        assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS, "it is known");
        let now = "UPDATE login_throttle SET next_at = next_at - 60000";
        crate::identity::sql(&console, now).await;
        assert_eq!(self.ada.sign_in(&same).await.location(), "/overview");

        // Nothing is sent until somebody says so, and then nothing twice.
        let job = || async { console.store.job(&self.job.id).await.unwrap().unwrap() };
        check(&console, self.directory).await;
        console
            .run_jobs_until(async || job().await.counts.sent == 0)
            .await;
        let waits = job().await;
        assert_eq!(waits.state, JobState::Paused);
        assert!(waits.counts.pending != 0, "{waits:?}");
        let now = console.store.now().await.unwrap();
        let resumed = console
            .store
            .resume_job(&self.job.id, "tests", now)
            .await
            .unwrap();
        assert_eq!(resumed, Resume::Done);
        console.run_jobs().await;
        assert_eq!(job().await.headline(), "Completed successfully");
        check(&console, self.directory).await;
        console.store.close().await;
    }
}

#[tokio::test]
async fn nothing_is_written_over() {
    on_each_database(async |console| {
        console.fill((0..3).map(device)).await;
        let folder = tempfile::tempdir().unwrap();
        let backup = folder.path().join("backup");
        back_up(&console.database, &backup).await.unwrap();
        let content = fs::read(&backup).unwrap();
        let message = back_up(&console.database, &backup).await.unwrap_err();
        let expected = format!(
            "{} is there already, and nothing was written. Name another file.",
            backup.display()
        );
        assert_eq!(message.to_string(), expected);
        assert_eq!(fs::read(&backup).unwrap(), content);

        let message = restore(&backup, &console.database).await.unwrap_err();
        assert!(
            message.to_string().contains("nothing was restored"),
            "{message}"
        );
        assert_eq!(console.devices().await.len(), 3);
        assert_eq!(fs::read(&backup).unwrap(), content);
        let left = fs::read_dir(folder.path()).unwrap().count();
        assert_eq!(left, 1, "something was left behind");
    })
    .await;
}

#[tokio::test]
async fn what_is_left_beside_a_database_that_is_gone_is_not_taken_for_the_new_ones() {
    on_each_database(async |console| {
        let folder = tempfile::tempdir().unwrap();
        let backup = folder.path().join("backup");
        back_up(&console.database, &backup).await.unwrap();
        let place = folder.path().join("sunset.db");
        let log = folder.path().join("sunset.db-wal");
        fs::write(&log, "an old log").unwrap();
        let database = Database::Sqlite(place.clone());
        let message = restore(&backup, &database).await.unwrap_err();
        assert!(message.to_string().starts_with("There is a database at"));
        assert!(!place.exists());
        fs::remove_file(&log).unwrap();
        // A lock holds nothing.
        fs::write(folder.path().join("sunset.db.lock"), "").unwrap();
        restore(&backup, &database).await.unwrap();
        let mode = fs::metadata(&place).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    })
    .await;
}

#[tokio::test]
async fn what_is_no_backup_of_ours_makes_no_database() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("sunset.db");
    let message = async |name: &str| {
        let from = folder.path().join(name);
        let database = Database::Sqlite(place.clone());
        let message = restore(&from, &database).await.unwrap_err().to_string();
        assert!(!place.exists(), "{message}");
        message
    };
    assert!(message("none").await.starts_with("There is no backup at"));
    fs::write(folder.path().join("notes"), "milk\n".repeat(300)).unwrap();
    assert!(
        message("notes")
            .await
            .contains("is not a database of Sunset's")
    );

    let damaged = folder.path().join("damaged");
    let console = Console::open(Database::Sqlite(folder.path().join("source.db"))).await;
    console.fill((0..2000).map(device)).await;
    back_up(&console.database, &damaged).await.unwrap();
    let mut content = fs::read(&damaged).unwrap();
    let middle = content.len() / 2;
    content[middle..middle + 20_000].fill(0x5a);
    fs::write(&damaged, content).unwrap();
    assert!(!message("damaged").await.is_empty());

    // Of a Sunset that is newer than this one.
    let newer = folder.path().join("newer");
    back_up(&console.database, &newer).await.unwrap();
    let url = format!("sqlite:{}", newer.display());
    let mut beside = SqliteConnection::connect(&url).await.unwrap();
    let migration = "INSERT INTO _sqlx_migrations VALUES (9999, 'x', 0, TRUE, x'00', 0)";
    beside.execute(migration).await.unwrap();
    beside.close().await.unwrap();
    assert!(message("newer").await.contains("made by a newer Sunset"));
}

#[tokio::test]
async fn a_database_that_is_not_there_or_not_ours_is_not_backed_up() {
    let folder = tempfile::tempdir().unwrap();
    let backup = folder.path().join("backup");
    let message = async |database: &Database| {
        let message = back_up(database, &backup).await.unwrap_err().to_string();
        assert!(!backup.exists(), "{message}");
        message
    };
    let none = folder.path().join("none.db");
    let missing = message(&Database::Sqlite(none.clone())).await;
    assert_eq!(
        missing,
        format!("There is no database at {}.", none.display())
    );
    assert!(!none.exists());
    fs::write(&none, "milk\n".repeat(300)).unwrap();
    fs::set_permissions(&none, Permissions::from_mode(0o600)).unwrap();
    let other = message(&Database::Sqlite(none)).await;
    assert!(other.contains("is not a database of Sunset's"), "{other}");

    let postgres = PostgresDatabase::create().await;
    let empty = message(&Database::Postgres(postgres.url.clone())).await;
    assert!(empty.contains("tables that are not Sunset's"), "{empty}");
    postgres.remove().await;
    let nowhere = Database::Postgres("postgres://me:s3cret@127.0.0.1:1/x".to_owned());
    let nowhere = message(&nowhere).await;
    assert!(nowhere.contains("cannot be reached"), "{nowhere}");
    assert!(!nowhere.contains("s3cret"), "{nowhere}");
}
