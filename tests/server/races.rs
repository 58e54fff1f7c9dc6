//! What two do at the same moment, and what a directory shows too late: each order of
//! things, made to happen.

use sqlx::{Connection, Executor, PgConnection};
use sunset::domain::job::{ItemState, JobState, SuccessKind};
use sunset::server::Scoped;
use sunset::server::store::Database;

use crate::faulty::{Fault, SETTLES};
use crate::stories::{assert_truth, items, look, on_each, start, steer};
use crate::support::{Console, selection_of, until};

#[tokio::test]
async fn a_device_is_read_back_only_once_its_call_has_surely_ended() {
    on_each(async |console, directory| {
        directory.will([Fault::LoseAnswer]);
        let job = start(console, 10).await;
        console.run_jobs().await;
        assert!(SETTLES <= directory.waited(), "{:?}", directory.waited());
        assert_eq!(directory.calls().len(), 1, "nothing is sent again");
        let items = items(console, &job.id).await;
        assert!(
            items
                .iter()
                .all(|item| item.how() == Some(SuccessKind::Confirmed))
        );
    })
    .await;
}

#[tokio::test]
async fn a_directory_that_still_shows_the_past_then_does_nothing_twice() {
    on_each(async |console, directory| {
        directory.will([Fault::LoseAnswer]);
        directory.show_the_past(30);
        let job = start(console, 10).await;
        console.run_jobs().await;
        assert_eq!(directory.calls().len(), 2, "sent again once, and refused");
        assert_eq!(console.job(&job.id).await.counts.succeeded, 10);
        assert_truth(console, directory, &job.id).await;
    })
    .await;
}

/// Holds a job's row, as whoever is busy with it does.
async fn hold_job(url: &str) -> PgConnection {
    let mut holder = PgConnection::connect(url).await.unwrap();
    holder
        .execute("BEGIN; SELECT 1 FROM job FOR UPDATE")
        .await
        .unwrap();
    holder
}

/// Waits until so many others stand in line for a row.
async fn until_waiting(url: &str, waiting: i64) {
    const WAITING: &str = "
        SELECT COUNT(*) FROM pg_stat_activity
        WHERE datname = current_database() AND wait_event_type = 'Lock'";
    let connection = tokio::sync::Mutex::new(PgConnection::connect(url).await.unwrap());
    until(async || {
        let mut connection = connection.lock().await;
        let found: i64 = sqlx::query_scalar(WAITING)
            .fetch_one(&mut *connection)
            .await
            .unwrap();
        found == waiting
    })
    .await;
}

/// Claims a job's last devices and stops the job, one right behind the other.
async fn race(console: &Console, claim_first: bool) -> (usize, JobState) {
    let job = start(console, 5).await;
    let now = console.store.now().await.unwrap();
    look(&console.store, &job.id).await;
    let claim = async || {
        let call = console
            .store
            .open_call(&job.id, "last", 4711, 10, now)
            .await;
        call.unwrap().map_or(0, |call| call.devices.len())
    };
    let stop = async || steer(console, "stop", &job.id).await.unwrap();
    let claimed = match &console.database {
        // One writer at a time, so these are all the orders there are.
        Database::Sqlite(_) if claim_first => {
            let claimed = claim().await;
            stop().await;
            claimed
        }
        Database::Sqlite(_) => {
            stop().await;
            claim().await
        }
        Database::Postgres(url) => {
            let holder = hold_job(url).await;
            let release = async {
                until_waiting(url, 2).await;
                holder.close().await.unwrap();
            };
            let second = async {
                until_waiting(url, 1).await;
            };
            if claim_first {
                let stop = async {
                    second.await;
                    stop().await
                };
                tokio::join!(claim(), stop, release).0
            } else {
                let claim = async {
                    second.await;
                    claim().await
                };
                tokio::join!(stop(), claim, release).1
            }
        }
    };
    (claimed, console.job(&job.id).await.state)
}

#[tokio::test]
async fn a_claim_just_before_a_stop_is_seen_through() {
    on_each(async |console, directory| {
        assert_eq!(race(console, true).await, (5, JobState::Cancelling));
        console.run_jobs().await;
        assert!(directory.calls().is_empty(), "it was never sent");
        let (jobs, who) = (&console.app.jobs, &Scoped::at_this_computer());
        let job = &jobs.list(who, None, 1, 1).await.unwrap().rows[0].id;
        let left = jobs.selection(who, job, ItemState::NotAttempted);
        let left = left.await.unwrap();
        assert_eq!(left.len(), 5, "what nobody sent is not attempted");
    })
    .await;
}

#[tokio::test]
async fn a_claim_just_after_a_stop_gets_nothing() {
    on_each(async |console, directory| {
        assert_eq!(race(console, false).await, (0, JobState::Cancelled));
        console.run_jobs().await;
        assert!(directory.calls().is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_job_of_which_others_took_every_device_since_the_review_is_over_at_once() {
    on_each(async |console, directory| {
        let all = console.devices().await;
        let late = console.plan(&selection_of(&all[..5])).await.unwrap();
        start(console, 10).await;
        let late = console.execute(&late).await.unwrap();
        assert_eq!((late.state, late.counts.skipped), (JobState::Completed, 5));
        console.run_jobs().await;
        assert_eq!(directory.effects().len(), 10);
    })
    .await;
}
