//! Actions other than to deprovision: each by its own rules, in its own words, and by the
//! same protocol.

use axum::http::StatusCode;
use serde_json::json;
use sunset::domain::action::{Action, ActionKind};
use sunset::domain::device::Device;
use sunset::domain::eligibility::Rule;
use sunset::domain::error::ApiError;
use sunset::domain::job::JobPage;
use sunset::domain::job::{ItemState, JobState, JobSummary, SuccessKind};
use sunset::domain::plan::{EligibilityCount, Execution, Plan};
use sunset::domain::status::DeviceStatus;
use sunset::server::simulator::fault::{Fault, FaultRule};

use crate::google::{item_of, on_each_google};
use crate::stories::items;
use crate::support::{Console, device, execution, on_each_database, selection_of};

/// The status of each device, in turn.
pub const STATUSES: [DeviceStatus; 4] = [
    DeviceStatus::Active,
    DeviceStatus::Disabled,
    DeviceStatus::Deprovisioned,
    DeviceStatus::Delinquent,
];

pub async fn plan(console: &Console, action: ActionKind, devices: &[Device]) -> Plan {
    let selection = selection_of(devices);
    console
        .call(
            "plans/make",
            json!({ "action": action, "selection": selection, "provenance": "" }),
        )
        .await
        .unwrap()
}

fn executing(plan: &Plan) -> Execution {
    let action = match plan.action {
        ActionKind::Disable => Action::Disable,
        ActionKind::Reenable => Action::Reenable,
        ActionKind::ClearProfiles => Action::ClearProfiles,
        _ => unreachable!("it has choices"),
    };
    Execution {
        action,
        ..execution(plan)
    }
}

pub async fn start(console: &Console, action: ActionKind, devices: &[Device]) -> JobSummary {
    let plan = plan(console, action, devices).await;
    console.start(&executing(&plan)).await.unwrap()
}

async fn statuses(console: &Console) -> Vec<DeviceStatus> {
    let devices = console.devices().await;
    devices.into_iter().map(|it| it.directory.status).collect()
}

#[tokio::test]
async fn devices_are_disabled_and_enabled_again_each_by_its_own_rules() {
    on_each_database(async |console| {
        let fleet = (0..8).map(|number| {
            let mut device = device(number);
            device.status = STATUSES[number as usize % 4].clone();
            device
        });
        console.fill(fleet).await;
        let devices = console.devices().await;
        let counts: Vec<EligibilityCount> = console
            .call(
                "devices/eligibility",
                json!({ "selection": selection_of(&devices) }),
            )
            .await
            .unwrap();
        let eligible: Vec<_> = counts.iter().map(|it| (it.action, it.eligible)).collect();
        assert_eq!(
            eligible,
            [
                (ActionKind::Deprovision, 6),
                (ActionKind::Disable, 2),
                (ActionKind::Reenable, 2),
                (ActionKind::Move, 8),
                (ActionKind::UpdateFields, 8),
                (ActionKind::ClearProfiles, 0),
            ]
        );

        let job = start(&console, ActionKind::Disable, &devices).await;
        assert_eq!(job.eligible, 2);
        console.run_jobs().await;
        let done = console.job(&job.id).await;
        assert_eq!(done.notice(), "Completed successfully: 2 devices disabled.");
        let rules: Vec<_> = items(&console, &job.id)
            .await
            .iter()
            .map(|it| it.rule)
            .collect();
        let left_out = [
            None,
            Some(Rule::AlreadyDisabled),
            Some(Rule::AlreadyDeprovisioned),
            Some(Rule::StatusForbids),
        ];
        assert_eq!(rules, [left_out, left_out].concat());
        let after = statuses(&console).await;
        assert_eq!(after[0], DeviceStatus::Disabled);
        assert_eq!(after[2..4], STATUSES[2..4]);

        let job = start(&console, ActionKind::Reenable, &devices).await;
        console.run_jobs().await;
        let done = console.job(&job.id).await;
        assert_eq!(
            done.notice(),
            "Completed successfully: 4 devices re-enabled."
        );
        assert_eq!(
            statuses(&console).await[..2],
            [DeviceStatus::Active, DeviceStatus::Active]
        );
        let broken = console.store.broken_invariants().await.unwrap();
        assert_eq!(broken, Vec::<String>::new());

        let listed = async |action: Option<ActionKind>| {
            let arguments = json!({ "action": action, "page": 1, "size": 50 });
            let page: JobPage = console.call("jobs/list", arguments).await.unwrap();
            let actions = page.rows.iter().map(|job| job.action);
            (page.total, actions.collect::<Vec<_>>())
        };
        let (disable, reenable) = (ActionKind::Disable, ActionKind::Reenable);
        assert_eq!(listed(None).await, (2, vec![reenable, disable]));
        assert_eq!(listed(Some(disable)).await, (1, vec![disable]));
        assert_eq!(listed(Some(ActionKind::Deprovision)).await, (0, vec![]));
    })
    .await;
}

#[tokio::test]
async fn a_plan_is_carried_out_as_the_action_that_was_reviewed_and_as_no_other() {
    on_each_database(async |console| {
        console.fill((0..5).map(device)).await;
        let devices = console.devices().await;
        let plan = plan(&console, ActionKind::Disable, &devices).await;
        let (status, message) = console.start(&execution(&plan)).await.unwrap_err();
        assert_eq!(
            (status, message),
            (StatusCode::CONFLICT, ApiError::PlanChanged)
        );
        assert_eq!(statuses(&console).await, vec![DeviceStatus::Active; 5]);
        console.start(&executing(&plan)).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn google_is_asked_to_disable_without_a_reason_and_believed_by_what_it_shows() {
    on_each_google(async |console, google| {
        let devices = console.devices().await;
        let gone = devices[3].directory.device_id.clone();
        google
            .simulator
            .alter(&gone, |device| device.status = DeviceStatus::Disabled);
        let lost = FaultRule::once("batchChangeStatus", Fault::AnswerLost);
        google.simulator.will(lost);
        let job = start(console, ActionKind::Disable, &devices[..60]).await;
        console.run_jobs().await;
        let done = console.job(&job.id).await;
        assert_eq!(done.state, JobState::Completed);
        assert!(done.is_success(), "{done:?}");
        assert_eq!(done.already(), 1);
        let items = items(console, &job.id).await;
        assert_eq!(item_of(&items, &gone).how(), Some(SuccessKind::Already));
        let confirmed = items
            .iter()
            .filter(|it| it.how() == Some(SuccessKind::Confirmed));
        assert!(confirmed.count() >= 49, "a call was not answered");
        for item in &items {
            assert_eq!(item.state, ItemState::Succeeded);
            assert_eq!(google.status(&item.device_id), DeviceStatus::Disabled);
        }
        // What a job has disabled is shown so at once, and can be enabled again.
        let devices = console.devices().await;
        let job = start(console, ActionKind::Reenable, &devices[..60]).await;
        assert_eq!(job.eligible, 60);
        console.run_jobs().await;
        assert!(console.job(&job.id).await.is_success());
        assert_eq!(google.status(&gone), DeviceStatus::Active);
    })
    .await;
}
