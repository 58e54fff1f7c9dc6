//! The chain in the database: only ever added to, and verified before it is signed.

use sunset::domain::audit::{Act, Actor, Event};
use sunset::server::audit::{Broken, ChainVerifier, CheckpointError, sign_end};

use super::{disarm, key, rows, try_sql};
use crate::support::{Console, on_each_database};

const NONE: [Broken; 0] = [];

async fn add(console: &Console, count: usize) {
    for number in 0..count {
        let event = Event::new(&Actor::named("tests"), Act::Refreshed);
        let event = event.on(format!("target {number}"));
        console
            .store
            .record(event.with("number", number))
            .await
            .unwrap();
    }
}

fn broken(rows: &[sunset::domain::audit::AuditRow]) -> Vec<Broken> {
    let mut walk = ChainVerifier::from_start();
    for row in rows {
        walk.row(row);
    }
    walk.finish().0
}

#[tokio::test]
async fn rows_are_numbered_without_a_gap_and_gone_with_their_transaction() {
    on_each_database(async |console| {
        add(&console, 3).await;
        let mut tx = console.store.begin().await.unwrap();
        tx.record(Event::new(&Actor::named("tests"), Act::Restored));
        drop(tx);
        let add_one = || async {
            let mut tx = console.store.begin().await.unwrap();
            for _ in 0..2 {
                tx.record(Event::new(&Actor::named("many"), Act::Refreshed));
            }
            tx.commit().await.unwrap();
        };
        futures_util::future::join_all((0..10).map(|_| add_one())).await;
        let rows = rows(&console).await;
        let numbers: Vec<i64> = rows.iter().map(|row| row.n).collect();
        assert_eq!(numbers, (1..=23).collect::<Vec<_>>());
        assert!(rows.iter().all(|row| row.action != "restored"));
        assert_eq!(broken(&rows), NONE);
    })
    .await;
}

#[tokio::test]
async fn the_database_refuses_to_change_or_remove_rows() {
    on_each_database(async |console| {
        add(&console, 2).await;
        let folder = tempfile::tempdir().unwrap();
        sign_end(&console.store, &key(folder.path())).await.unwrap();
        let before = rows(&console).await;
        for sql in [
            "UPDATE audit SET actor = 'x' WHERE n = 1",
            "DELETE FROM audit WHERE n = 2",
            "DELETE FROM audit",
            "UPDATE audit_checkpoint SET hash = 'x'",
            "DELETE FROM audit_checkpoint",
            "INSERT OR REPLACE INTO audit SELECT * FROM audit WHERE n = 1",
            "TRUNCATE audit",
        ] {
            assert!(try_sql(&console, sql).await.is_err(), "{sql}");
        }
        assert_eq!(rows(&console).await, before);
    })
    .await;
}

#[tokio::test]
async fn what_was_tampered_with_is_named_and_not_signed() {
    on_each_database(async |console| {
        let folder = tempfile::tempdir().unwrap();
        let key = key(folder.path());
        add(&console, 5).await;
        let first = sign_end(&console.store, &key).await.unwrap().unwrap();
        assert!(first.is_signed());
        assert_eq!(first.n, 5);
        add(&console, 5).await;
        disarm(&console).await;
        let change = "UPDATE audit SET actor = 'somebody else' WHERE n = 7";
        try_sql(&console, change).await.unwrap();
        assert_eq!(broken(&rows(&console).await), [Broken::Changed { n: 7 }]);
        let refused = sign_end(&console.store, &key).await.unwrap_err();
        assert!(matches!(
            refused,
            CheckpointError::Broken(Broken::Changed { n: 7 })
        ));
        try_sql(&console, "DELETE FROM audit WHERE n = 7")
            .await
            .unwrap();
        let gap = Broken::Gap { after: 6, found: 8 };
        assert_eq!(broken(&rows(&console).await)[0], gap);
        // Cut behind what was signed, and then before it.
        try_sql(&console, "DELETE FROM audit WHERE n > 6")
            .await
            .unwrap();
        let mut walk = ChainVerifier::from_start().trusting([key.id()]);
        walk.expect(first.clone());
        rows(&console).await.iter().for_each(|row| walk.row(row));
        assert_eq!(walk.finish().0, NONE);
        try_sql(&console, "DELETE FROM audit WHERE n > 3")
            .await
            .unwrap();
        let mut walk = ChainVerifier::from_start().trusting([key.id()]);
        walk.expect(first);
        rows(&console).await.iter().for_each(|row| walk.row(row));
        let cut = Broken::CutEnd {
            end: 3,
            checkpoint: 5,
        };
        assert_eq!(walk.finish().0, [cut]);
        assert!(sign_end(&console.store, &key).await.is_err());
    })
    .await;
}
