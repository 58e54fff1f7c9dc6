//! A COMMIT whose answer never comes is neither a success nor a failure: whatever was
//! done, every device still ends with the truth (tests/FAULTS.md 18).

use sunset::domain::job::SuccessKind;
use sunset::domain::job::answer::NextStep;
use sunset::domain::job::outcome::Outcome;
use sunset::server::store::{CallOutcome, Database, Recorded};

use crate::faulty::FaultyDirectory;
use crate::postgres::PostgresDatabase;
use crate::proxy::{Cut, Proxy};
use crate::stories::{BATCH, assert_truth, check, look, start};
use crate::support::{Console, NO_GRACE, device, selection_of};

const CUTS: [Cut; 2] = [Cut::Before, Cut::After];

/// Runs a story on Postgres, by a way that can be cut.
async fn by_proxy(story: impl AsyncFn(&Console, &FaultyDirectory, &Proxy)) {
    let postgres = PostgresDatabase::create().await;
    let proxy = Proxy::start(&postgres.url).await;
    let directory = FaultyDirectory::new((0..60).map(device), BATCH);
    let console = Console::open(Database::Postgres(proxy.url.clone())).await;
    let console = console.over(Some(directory.clone()), NO_GRACE).await;
    console.refresh().await;
    story(&console, &directory, &proxy).await;
    check(&console, &directory).await;
    console.store.close().await;
    postgres.remove().await;
}

#[tokio::test]
async fn a_job_whose_commits_are_cut_off_again_and_again_ends_with_the_truth() {
    by_proxy(async |console, directory, proxy| {
        let job = start(console, 60).await;
        // One in five, so that both kinds come to every step.
        proxy.will((1..=60).map(|n| (n % 5 == 0).then_some(CUTS[n / 5 % 2])));
        console
            .run_jobs_until(async || {
                let done = directory.effects().len() == 60;
                done && console.job(&job.id).await.state.is_over()
            })
            .await;
        assert!(3 < proxy.cuts(), "{} cuts", proxy.cuts());
        proxy.will([]);
        assert_eq!(console.job(&job.id).await.counts.succeeded, 60);
        assert_truth(console, directory, &job.id).await;
    })
    .await;
}

#[tokio::test]
async fn an_execution_whose_commit_is_cut_off_can_be_sent_again() {
    by_proxy(async |console, _, proxy| {
        for (cut, devices) in CUTS.into_iter().zip([0..5, 5..10]) {
            let all = console.devices().await;
            let plan = console.plan(&selection_of(&all[devices])).await.unwrap();
            proxy.will([Some(cut)]);
            let (status, _) = console.execute(&plan).await.unwrap_err();
            assert_eq!(status.as_u16(), 503, "{cut:?}");
            let job = console.execute(&plan).await.unwrap();
            assert_eq!((job.id, job.counts.pending), (plan.id, 5), "{cut:?}");
        }
        assert_eq!(console.app.jobs.unfinished().await.unwrap().len(), 2);
    })
    .await;
}

#[tokio::test]
async fn an_intent_whose_commit_is_cut_off_is_never_sent_but_read_back() {
    by_proxy(async |console, directory, proxy| {
        let job = start(console, 10).await;
        let now = console.store.now().await.unwrap();
        look(&console.store, &job.id).await;
        for (cut, sent) in CUTS.into_iter().zip([0, 10]) {
            proxy.will([Some(cut)]);
            let opened = console.store.open_call(&job.id, "cut", 4711, 10, now).await;
            assert!(opened.is_err());
            assert_eq!(console.job(&job.id).await.counts.sent, sent, "{cut:?}");
        }
        console.run_jobs().await;
        assert_eq!(directory.calls().len(), 1);
        assert_truth(console, directory, &job.id).await;
    })
    .await;
}

#[tokio::test]
async fn an_answer_whose_commit_is_cut_off_is_told_twice_and_counts_once() {
    by_proxy(async |console, directory, proxy| {
        let job = start(console, 20).await;
        let store = &console.store;
        for (cut, again) in CUTS.into_iter().zip([Recorded::InTime, Recorded::Late]) {
            let now = store.now().await.unwrap();
            let id = format!("{cut:?}");
            look(store, &job.id).await;
            let call = store.open_call(&job.id, &id, 4711, 5, now).await;
            let call = call.unwrap().unwrap();
            directory.apply(call.devices.iter().map(|device| device.1.as_str()));
            let done = NextStep::Finish(Outcome::Succeeded(SuccessKind::Applied));
            let outcome = CallOutcome {
                next: call.devices.iter().map(|device| (device.0, done)).collect(),
                ..CallOutcome::default()
            };
            let before = console.job(&job.id).await;

            proxy.will([Some(cut)]);
            let message = store.close_call(&call, &outcome, now).await;
            assert!(message.is_err());
            let message = store.close_call(&call, &outcome, now).await;
            assert_eq!(message.unwrap(), again);
            let after = console.job(&job.id).await;
            assert_eq!(after.counts.succeeded, before.counts.succeeded + 5);
            assert_eq!(after.seq, before.seq + 1);
        }
    })
    .await;
}
