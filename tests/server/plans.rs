//! Reviewing: what a plan holds is exactly what was selected.

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::json;
use sunset::domain::action::ActionKind;
use sunset::domain::device::{DeviceId, DirectoryDevice};
use sunset::domain::drift::Drift;
use sunset::domain::eligibility::{Rule, verdict};
use sunset::domain::error::ApiError;
use sunset::domain::filter::DeviceFilter;
use sunset::domain::plan::{Execution, Plan};
use sunset::domain::provenance::MAX_PROVENANCE;
use sunset::domain::selection::Selection;
use sunset::domain::status::DeviceStatus;
use sunset::domain::time::Timestamp;

use crate::support::{Console, device, execution, on_each_database, selection_of};

const DEPROVISION: ActionKind = ActionKind::Deprovision;

fn mixed(n: u32) -> DirectoryDevice {
    let statuses = DeviceStatus::KNOWN;
    DirectoryDevice {
        status: statuses[n as usize % statuses.len()].clone(),
        ..device(n)
    }
}

#[tokio::test]
async fn a_plan_and_its_job_say_how_the_selection_came_about() {
    on_each_database(async |console: Console| {
        console.fill((0..3).map(device)).await;
        let selection = selection_of(&console.devices().await);
        let message = "+2 by Status: Active at 10:41; +1 individually";
        let plan: Plan = console
            .call(
                "plans/make",
                json!({ "selection": selection, "provenance": message }),
            )
            .await
            .unwrap();
        assert_eq!(plan.provenance, message);

        let endless = "a".repeat(MAX_PROVENANCE + 1);
        let cut: Plan = console
            .call(
                "plans/make",
                json!({ "selection": selection, "provenance": endless }),
            )
            .await
            .unwrap();
        assert_eq!(cut.provenance.len(), MAX_PROVENANCE);

        let job = console.start(&execution(&plan)).await.unwrap();
        assert_eq!(console.job(&job.id).await.provenance, message);
    })
    .await;
}

#[tokio::test]
async fn a_plans_items_are_exactly_the_selection() {
    on_each_database(async |console: Console| {
        console.fill((0..200).map(mixed)).await;
        let devices = console.devices().await;
        let mut runner = TestRunner::deterministic();
        for _ in 0..20 {
            let picks = prop::collection::vec(0usize..200, 1..80);
            let picks = picks.new_tree(&mut runner).unwrap().current();
            let selection = selection_of(picks.iter().map(|pick| &devices[*pick]));
            let eligible = devices
                .iter()
                .filter(|it| selection.contains(it.id))
                .filter(|it| verdict(DEPROVISION, &it.directory.status, it.gone, false).is_ok())
                .count() as u64;
            match console.plan(&selection).await {
                Ok(plan) => {
                    let planned: Selection = console
                        .call("plans/selection", json!({ "id": plan.id, "rule": null }))
                        .await
                        .unwrap();
                    assert_eq!(planned, selection);
                    let left_out: u64 = plan.left_out.iter().map(|(_, devices)| devices).sum();
                    assert_eq!((plan.total, plan.eligible), (selection.len(), eligible));
                    assert_eq!(left_out, selection.len() - eligible);
                    assert_eq!(
                        plan.licenses.iter().map(|it| it.devices).sum::<u64>(),
                        eligible
                    );
                }
                Err((_, message)) => {
                    assert_eq!((message, eligible), (ApiError::NothingEligible, 0));
                }
            }
        }
    })
    .await;
}

#[tokio::test]
async fn a_hash_belongs_to_one_plan() {
    on_each_database(async |console: Console| {
        console.fill((0..20).map(mixed)).await;
        let selection = selection_of(&console.devices().await);
        let first = console.plan(&selection).await.unwrap();
        let again = console.plan(&selection).await.unwrap();
        assert_ne!(first.id, again.id);
        assert_ne!(first.hash, again.hash);
        // Execute with another plan's hash is refused.
        let mixed_up = Execution {
            hash: first.hash.clone(),
            ..execution(&again)
        };
        let (_, message) = console.start(&mixed_up).await.unwrap_err();
        assert_eq!(message, ApiError::PlanChanged);
        assert_eq!(console.execute(&first).await.unwrap().plan_hash, first.hash);
    })
    .await;
}

#[tokio::test]
async fn a_review_tells_which_devices_synced_shortly_before() {
    on_each_database(async |console: Console| {
        let day = 86_400_000;
        let now = Timestamp::now().0;
        let synced = |n: u32, days: i64| DirectoryDevice {
            last_sync: Some(Timestamp(now - days * day)),
            ..device(n)
        };
        let never = DirectoryDevice {
            last_sync: None,
            ..device(5)
        };
        let retired = DirectoryDevice {
            status: DeviceStatus::Deprovisioned,
            ..synced(6, 1)
        };
        let fleet = [synced(0, 0), synced(1, 13), synced(2, 15), never, retired];
        console.fill(fleet).await;
        let devices = console.devices().await;
        let plan = console.plan(&selection_of(&devices)).await.unwrap();
        assert_eq!((plan.eligible, plan.recently_synced), (4, 2));
        let recent: Selection = console
            .call("plans/recently-synced", json!({ "id": plan.id }))
            .await
            .unwrap();
        assert_eq!(recent, selection_of(&devices[..2]));
    })
    .await;
}

#[tokio::test]
async fn an_empty_selection_is_refused() {
    on_each_database(async |console: Console| {
        console.fill((0..3).map(device)).await;
        let (status, message) = console.plan(&Selection::default()).await.unwrap_err();
        assert_eq!((status.as_u16(), message), (422, ApiError::EmptySelection));
    })
    .await;
}

#[tokio::test]
async fn a_selection_with_unknown_devices_is_refused_whole() {
    on_each_database(async |console: Console| {
        console.fill((0..3).map(device)).await;
        let mut selection = selection_of(&console.devices().await);
        selection.set(DeviceId(4_000_000), true);
        let (status, message) = console.plan(&selection).await.unwrap_err();
        assert_eq!(
            (status.as_u16(), message),
            (409, ApiError::UnknownDevices { count: 1 })
        );

        let known: Selection = console
            .call("devices/known", json!({ "selection": selection }))
            .await
            .unwrap();
        assert_eq!(known.len(), 3);
    })
    .await;
}

#[tokio::test]
async fn a_plan_with_nothing_eligible_is_refused_with_nothing_kept() {
    on_each_database(async |console: Console| {
        let gone = DirectoryDevice {
            status: DeviceStatus::Deprovisioned,
            ..device(1)
        };
        console.fill([gone]).await;
        let selection = selection_of(&console.devices().await);
        let (_, message) = console.plan(&selection).await.unwrap_err();
        assert_eq!(message, ApiError::NothingEligible);
    })
    .await;
}

#[tokio::test]
async fn what_the_panel_asks_for_is_asked_by_the_server_too() {
    on_each_database(async |console: Console| {
        console.fill((0..150).map(device)).await;
        let plan = console
            .plan(&selection_of(&console.devices().await))
            .await
            .unwrap();
        assert!(plan.confirm_count);
        let right = execution(&plan);
        let wrong = [
            sunset::domain::plan::Execution {
                acknowledged: false,
                ..right.clone()
            },
            sunset::domain::plan::Execution {
                typed_count: None,
                ..right.clone()
            },
            sunset::domain::plan::Execution {
                typed_count: Some(149),
                ..right.clone()
            },
            sunset::domain::plan::Execution {
                note: "x".repeat(501),
                ..right.clone()
            },
        ];
        for execution in wrong {
            let (status, _) = console.start(&execution).await.unwrap_err();
            assert_eq!(status.as_u16(), 422, "{execution:?}");
        }
        let stale = sunset::domain::plan::Execution {
            hash: "0".repeat(64),
            ..right.clone()
        };
        let (status, message) = console.start(&stale).await.unwrap_err();
        assert_eq!((status.as_u16(), message), (409, ApiError::PlanChanged));
        assert!(console.app.jobs.unfinished().await.unwrap().is_empty());
        console.start(&right).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_device_in_a_running_job_is_left_out_of_the_next_plan() {
    on_each_database(async |console: Console| {
        console.fill((0..10).map(device)).await;
        let devices = console.devices().await;
        let first = console.plan(&selection_of(&devices[..4])).await.unwrap();
        console.execute(&first).await.unwrap();

        let second: Plan = console.plan(&selection_of(&devices)).await.unwrap();
        assert_eq!(second.eligible, 6);
        assert_eq!(second.left_out, [(Rule::BusyInJob, 4)]);
        let row = &console.page("q=SN000000").await.rows[0];
        assert_eq!(row.in_job, Some(1));
    })
    .await;
}

#[tokio::test]
async fn serials_are_told_by_verdict_and_ineligible_devices_by_the_same_rules() {
    on_each_database(async |console: Console| {
        console.fill((0..40).map(mixed)).await;
        let devices = console.devices().await;
        let selection = selection_of(&devices);
        let plan = console.plan(&selection).await.unwrap();
        let wanted = |rule: Option<Rule>| -> Vec<String> {
            devices
                .iter()
                .filter(|it| {
                    verdict(DEPROVISION, &it.directory.status, it.gone, false).err() == rule
                })
                .map(|it| it.directory.serial.clone())
                .collect()
        };
        for rule in [
            None,
            Some(Rule::AlreadyDeprovisioned),
            Some(Rule::UnprovenStatus),
        ] {
            let message: Vec<String> = console
                .call("plans/serials", json!({ "id": plan.id, "rule": rule }))
                .await
                .unwrap();
            assert_eq!(message, wanted(rule));
        }

        let eligible: Selection = console
            .call(
                "devices/eligible",
                json!({ "action": DEPROVISION, "selection": selection }),
            )
            .await
            .unwrap();
        assert_eq!(eligible.len(), plan.eligible);
        let serials: Vec<String> = console
            .call("devices/serials", json!({ "selection": eligible }))
            .await
            .unwrap();
        assert_eq!(serials, wanted(None));

        console.execute(&plan).await.unwrap();
        let none: Selection = console
            .call(
                "devices/eligible",
                json!({ "action": DEPROVISION, "selection": selection }),
            )
            .await
            .unwrap();
        assert!(none.is_empty(), "all of them are in a job");
    })
    .await;
}

#[tokio::test]
async fn what_a_filter_matches_now_is_compared_with_what_it_matched() {
    on_each_database(async |console: Console| {
        console.fill((0..10).map(device)).await;
        let devices = console.devices().await;
        let then = selection_of(&devices[..6]);
        let drift: Drift = console
            .call(
                "devices/drift",
                json!({ "filter": DeviceFilter { search: "user".to_owned(), ..Default::default() },
                        "matched": then }),
            )
            .await
            .unwrap();
        assert_eq!(drift.newly, selection_of(&devices[6..]));
        assert!(drift.no_longer.is_empty());
    })
    .await;
}
