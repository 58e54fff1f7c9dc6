//! Devices that are retired in one job: deprovisioned, noted, cleared and moved, each effect
//! with its own outcome.

use sunset::domain::action::Action;
use sunset::domain::action::fields::FieldChanges;
use sunset::domain::action::follow_up::FollowUp;
use sunset::domain::action::reason::DeprovisionReason;
use sunset::domain::job::ItemState;
use sunset::domain::status::DeviceStatus;
use sunset::server::simulator::fault::{Fault, FaultRule};

use crate::choices::{shown, start_as};
use crate::google::on_each_google;
use crate::stories::items;
use crate::support::{device, on_each_database};

/// Retired in one job: noted, without a user, and in another org unit.
fn retiring(powerwash: bool, to: &str) -> Action {
    Action::Deprovision {
        reason: DeprovisionReason::RetiringDevice,
        powerwash,
        follow_up: FollowUp {
            fields: FieldChanges {
                user: Some(String::new()),
                note: Some("Ticket 4711".to_owned()),
                ..FieldChanges::default()
            },
            move_to: Some(to.to_owned()),
        },
    }
}

#[tokio::test]
async fn a_device_is_retired_in_one_job_and_each_effect_has_its_own_outcome() {
    on_each_database(async |console| {
        let fleet = (0..4).map(|number| {
            let mut device = device(number);
            if number == 3 {
                device.notes = "x".repeat(495);
            }
            device
        });
        console.fill(fleet).await;
        let devices = console.devices().await;
        let job = start_as(&console, retiring(false, "/Retired"), &devices).await;
        console.run_jobs().await;
        let done = console.job(&job.id).await;
        let message = "Completed: 4 deprovisioned, 3 updated, 1 not updated, 3 moved";
        assert_eq!(done.headline(), message);
        for device in &console.devices().await[..3] {
            let device = &device.directory;
            assert_eq!(device.status, DeviceStatus::Deprovisioned);
            assert_eq!([&*device.org_unit, &*device.user], ["/Retired", ""]);
            assert!(device.notes.ends_with("Ticket 4711"));
        }
        // What its notes do not take is told, and nothing after that is done to it.
        let items = items(&console, &job.id).await;
        let last = items.last().unwrap();
        let states: Vec<_> = last.effects.iter().map(|it| it.state).collect();
        assert_eq!(states, [ItemState::Succeeded, ItemState::Failed]);
        assert_eq!(last.state, ItemState::Failed);
        let broken = console.store.broken_invariants().await.unwrap();
        assert_eq!(broken, Vec::<String>::new());
    })
    .await;
}

#[tokio::test]
async fn google_retires_devices_in_one_job_though_calls_are_lost() {
    on_each_google(async |console, google| {
        let devices = console.devices().await;
        let calls = ["batchChangeStatus", "patch", "moveDevicesToOu"];
        for call in calls {
            google
                .simulator
                .will(FaultRule::once(call, Fault::AnswerLost));
        }
        let job = start_as(console, retiring(false, "/"), &devices[..8]).await;
        console.run_jobs().await;
        let done = console.job(&job.id).await;
        assert!(done.is_success(), "{done:?}");
        for device in &devices[..8] {
            let shown = shown(google, &device.directory.device_id);
            assert_eq!(shown.status, DeviceStatus::Deprovisioned);
            assert_eq!([&*shown.org_unit, &*shown.user], ["/", ""]);
            assert_eq!(shown.notes.matches("Ticket 4711").count(), 1);
        }
        for item in items(console, &job.id).await {
            assert_eq!(item.effects.len(), 3);
        }
    })
    .await;
}
