//! Carrying out a plan: every device ends with a true outcome, once.

use serde_json::json;
use sunset::domain::action::Action;
use sunset::domain::action::reason::DeprovisionReason;
use sunset::domain::device::DirectoryDevice;
use sunset::domain::eligibility::Rule;
use sunset::domain::error::ApiError;
use sunset::domain::job::ItemPage;
use sunset::domain::job::{ItemState, JobState, SuccessKind};
use sunset::domain::live::Notice;
use sunset::domain::plan::Execution;
use sunset::domain::selection::Selection;
use sunset::domain::status::DeviceStatus;
use sunset::domain::time::Timestamp;
use sunset::server::store::Batch;

use crate::support::{Console, device, execution, on_each_database, selection_of};

#[tokio::test]
async fn a_job_deprovisions_what_was_reviewed_and_nothing_else() {
    on_each_database(async |console: Console| {
        console.fill((0..30).map(device)).await;
        let devices = console.devices().await;
        let selection = selection_of(&devices[5..25]);
        let plan = console.plan(&selection).await.unwrap();
        let job = console.execute(&plan).await.unwrap();
        console.run_jobs().await;

        let job = console.job(&job.id).await;
        assert_eq!(job.headline(), "Completed successfully");
        assert_eq!(job.counts.succeeded, 20);
        assert!(job.counts.add_up());
        for row in console.devices().await {
            let expected = if selection.contains(row.id) {
                DeviceStatus::Deprovisioned
            } else {
                DeviceStatus::Active
            };
            assert_eq!(row.directory.status, expected, "{}", row.directory.serial);
        }
        let done: Selection = console
            .call(
                "jobs/selection",
                json!({ "id": job.id, "state": "succeeded" }),
            )
            .await
            .unwrap();
        assert_eq!(done, selection);
    })
    .await;
}

#[tokio::test]
async fn a_plan_started_twice_is_one_job() {
    on_each_database(async |console: Console| {
        console.fill((0..5).map(device)).await;
        let plan = console
            .plan(&selection_of(&console.devices().await))
            .await
            .unwrap();
        let (one, two, three) = tokio::join!(
            console.execute(&plan),
            console.execute(&plan),
            console.execute(&plan)
        );
        let jobs = [one.unwrap(), two.unwrap(), three.unwrap()];
        assert!(jobs.iter().all(|job| job.id == plan.id && job.number == 1));

        console.run_jobs().await;
        let again = console.execute(&plan).await.unwrap();
        assert_eq!((again.number, again.state), (1, JobState::Completed));
    })
    .await;
}

#[tokio::test]
async fn a_plan_started_with_another_reason_is_refused() {
    on_each_database(async |console: Console| {
        console.fill((0..5).map(device)).await;
        let plan = console
            .plan(&selection_of(&console.devices().await))
            .await
            .unwrap();
        console.execute(&plan).await.unwrap();
        let other = Execution {
            action: Action::deprovision(DeprovisionReason::SameModelReplacement),
            ..execution(&plan)
        };
        let (status, message) = console.start(&other).await.unwrap_err();
        assert_eq!(status.as_u16(), 409);
        assert!(matches!(message, ApiError::Conflict { .. }));
    })
    .await;
}

#[tokio::test]
async fn two_plans_over_the_same_devices_take_each_device_once() {
    on_each_database(async |console: Console| {
        console.fill((0..40).map(device)).await;
        let devices = console.devices().await;
        let left = console.plan(&selection_of(&devices[..30])).await.unwrap();
        let right = console.plan(&selection_of(&devices[10..])).await.unwrap();
        let (left, right) = tokio::join!(console.execute(&left), console.execute(&right));
        let (left, right) = (left.unwrap(), right.unwrap());
        assert_eq!(left.counts.pending + right.counts.pending, 40);
        console.run_jobs().await;

        let (left, right) = (console.job(&left.id).await, console.job(&right.id).await);
        assert_eq!(left.counts.succeeded + right.counts.succeeded, 40);
        assert_eq!(left.counts.skipped + right.counts.skipped, 20);
        assert_ne!(left.number, right.number);
        // Whoever came second says so, and does not call it a success.
        let second = if left.counts.skipped == 0 {
            right
        } else {
            left
        };
        assert_eq!(second.headline(), "Completed: 10 deprovisioned, 20 skipped");
        assert_eq!(second.causes, [(Rule::BusyInJob.sentence().to_owned(), 20)]);
    })
    .await;
}

#[tokio::test]
async fn what_changed_since_the_review_is_told_device_by_device() {
    on_each_database(async |console: Console| {
        console.fill((0..4).map(device)).await;
        let devices = console.devices().await;
        let plan = console.plan(&selection_of(&devices)).await.unwrap();
        // Behind our back: one is deprovisioned, one enrolled again, one deleted.
        let change = async |device: DirectoryDevice| {
            console.store.put_directory_device(&device).await.unwrap();
        };
        change(DirectoryDevice {
            status: DeviceStatus::Deprovisioned,
            ..device(0)
        })
        .await;
        change(DirectoryDevice {
            last_enrolled: Some(Timestamp(1_700_000_000_000)),
            ..device(1)
        })
        .await;
        console
            .store
            .delete_directory_device(&device(2).device_id)
            .await
            .unwrap();

        let job = console.execute(&plan).await.unwrap();
        console.run_jobs().await;
        let page: ItemPage = console
            .call(
                "jobs/items",
                json!({ "id": job.id, "state": null, "page": 1, "size": 50 }),
            )
            .await
            .unwrap();
        let ended: Vec<_> = page
            .rows
            .iter()
            .map(|item| (item.state, item.how(), item.rule))
            .collect();
        assert_eq!(
            ended,
            [
                (ItemState::Succeeded, Some(SuccessKind::Already), None),
                (ItemState::Skipped, None, Some(Rule::ChangedSinceReview)),
                (ItemState::Skipped, None, Some(Rule::NotInDirectory)),
                (ItemState::Succeeded, Some(SuccessKind::Applied), None),
            ]
        );
        let job = console.job(&job.id).await;
        assert_eq!(job.state, JobState::Completed);
        assert_eq!(
            job.headline(),
            "Completed: 1 deprovisioned, 1 already deprovisioned, 2 skipped"
        );
        // The device that was enrolled again was not touched.
        let again = console
            .store
            .directory_device(&device(1).device_id)
            .await
            .unwrap()
            .unwrap();
        assert_eq!(again.status, DeviceStatus::Active);
    })
    .await;
}

#[tokio::test]
async fn a_job_goes_on_after_a_restart() {
    on_each_database(async |console: Console| {
        let console = console.with_grace(0).await;
        console.fill((0..50).map(device)).await;
        let plan = console
            .plan(&selection_of(&console.devices().await))
            .await
            .unwrap();
        let job = console.execute(&plan).await.unwrap();
        let batch = console
            .store
            .run_local_batch(&job.id, "call", 20, Timestamp::now())
            .await;
        assert_eq!(batch.unwrap(), Batch::Worked(20));

        let console = console.restart().await;
        let half = console.job(&job.id).await;
        assert_eq!((half.counts.succeeded, half.counts.pending), (20, 30));
        console.run_jobs().await;
        let job = console.job(&job.id).await;
        assert_eq!(job.headline(), "Completed successfully");
        assert_eq!(job.counts.succeeded, 50);
    })
    .await;
}

#[tokio::test]
async fn counters_equal_rows_after_every_batch() {
    on_each_database(async |console: Console| {
        console.fill((0..35).map(device)).await;
        let plan = console
            .plan(&selection_of(&console.devices().await))
            .await
            .unwrap();
        let job = console.execute(&plan).await.unwrap();
        for n in 0.. {
            let counts = console.job(&job.id).await.counts;
            assert!(counts.add_up());
            for (state, counted) in [
                (ItemState::Pending, counts.pending),
                (ItemState::Succeeded, counts.succeeded),
                (ItemState::Skipped, counts.skipped),
                (ItemState::Failed, counts.failed),
            ] {
                let rows = console
                    .store
                    .devices_in_state(&job.id, state)
                    .await
                    .unwrap();
                assert_eq!(rows.len(), counted, "{state:?}");
            }
            if counts.open() == 0 {
                break;
            }
            let call = format!("call {n}");
            console
                .store
                .run_local_batch(&job.id, &call, 8, Timestamp::now())
                .await
                .unwrap();
        }
    })
    .await;
}

#[tokio::test]
async fn the_operator_is_told_once_until_they_dismiss_it() {
    on_each_database(async |console: Console| {
        console.fill((0..3).map(device)).await;
        let plan = console
            .plan(&selection_of(&console.devices().await))
            .await
            .unwrap();
        console.execute(&plan).await.unwrap();
        console.run_jobs().await;
        let open: Vec<Notice> = console.call("notices/open", json!({})).await.unwrap();
        assert_eq!(open.len(), 1);
        assert_eq!(
            open[0].text,
            "Completed successfully: 3 devices deprovisioned."
        );
        assert!(open[0].good);
        let () = console
            .call("notices/dismiss", json!({ "number": open[0].number }))
            .await
            .unwrap();
        let open: Vec<Notice> = console.call("notices/open", json!({})).await.unwrap();
        assert!(open.is_empty());
    })
    .await;
}
