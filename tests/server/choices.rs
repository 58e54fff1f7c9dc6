//! Actions for which more is chosen than the devices, and those that are commands: moves,
//! changes of fields, profiles that are cleared.

use std::collections::{BTreeMap, BTreeSet};

use axum::http::StatusCode;
use serde_json::json;
use sunset::domain::action::fields::FieldChanges;
use sunset::domain::action::{Action, ActionKind};
use sunset::domain::device::{Device, DirectoryDevice};
use sunset::domain::eligibility::Rule;
use sunset::domain::job::{JobId, JobSummary, SuccessKind};
use sunset::domain::plan::{Execution, Plan};
use sunset::domain::status::DeviceStatus;
use sunset::domain::time::Timestamp;
use sunset::server::simulator::fault::{Fault, FaultRule};

use crate::actions::{STATUSES, plan, start};
use crate::exporting::get;
use crate::google::{Google, on_each_google};
use crate::stories::items;
use crate::support::{Console, device, execution, on_each_database, selection_of};

/// Starts a job of this action, with what was chosen.
pub async fn start_as(console: &Console, action: Action, devices: &[Device]) -> JobSummary {
    let plan = plan(console, action.kind(), devices).await;
    let execution = Execution {
        action,
        ..execution(&plan)
    };
    console.start(&execution).await.unwrap()
}

fn moving(org_unit: &str) -> Action {
    Action::Move {
        org_unit: org_unit.to_owned(),
    }
}

/// A note is added, the user is cleared, the asset ID is set, and the location stays.
fn updating() -> FieldChanges {
    FieldChanges {
        asset_id: Some("A-77".to_owned()),
        user: Some(String::new()),
        location: None,
        note: Some("Ticket 4711".to_owned()),
    }
}

/// The row of a device in a job's result file, by the names of the columns.
async fn result_of(console: &Console, job: &JobId, device: &Device) -> BTreeMap<String, String> {
    let path = format!("/jobs/{}/results.csv", job.as_str());
    let (_, body) = get(console, &path).await;
    let mut reader = csv::Reader::from_reader(body.trim_start_matches('\u{feff}').as_bytes());
    let columns = reader.headers().unwrap().clone();
    let is_it = |row: &csv::StringRecord| row[0] == device.directory.serial;
    let row = reader.records().map(Result::unwrap).find(is_it).unwrap();
    let names = columns.iter().map(str::to_owned);
    names.zip(row.iter().map(str::to_owned)).collect()
}

/// A device as Google has it.
pub fn shown(google: &Google, id: &str) -> DirectoryDevice {
    google.simulator.device(id).unwrap()
}

#[tokio::test]
async fn devices_are_moved_and_shown_in_their_new_org_unit_at_once() {
    on_each_database(async |console| {
        let fleet = (0..6).map(|number| {
            let mut device = device(number);
            device.status = STATUSES[number as usize % 4].clone();
            device.org_unit = if number == 5 {
                "/Retired"
            } else {
                "/School/Lab"
            }
            .to_owned();
            device
        });
        console.fill(fleet).await;
        let devices = console.devices().await;
        let reviewed = plan(&console, ActionKind::Move, &devices).await;
        let paths = ["/", "/Retired", "/School", "/School/Lab"];
        assert_eq!(reviewed.org_units, paths);
        assert!(!reviewed.has_all_org_units, "a device may be moved to any");
        let job = start_as(&console, moving("/Retired"), &devices).await;
        console.run_jobs().await;
        let done = console.job(&job.id).await;
        let message = "Completed successfully: 5 devices moved, 1 already there.";
        assert_eq!(done.notice(), message);
        let after = console.devices().await;
        for (before, after) in devices.iter().zip(&after) {
            let mut expected = before.directory.clone();
            expected.org_unit = "/Retired".to_owned();
            assert_eq!(after.directory, expected, "nothing else has changed");
        }
        let broken = console.store.broken_invariants().await.unwrap();
        assert_eq!(broken, Vec::<String>::new());
        let row = result_of(&console, &job.id, &devices[0]).await;
        assert_eq!(row["orgUnitPath"], "/School/Lab");
        assert_eq!(row["orgUnitPathAfter"], "/Retired");
        assert_eq!(row["statusAfter"], "");
    })
    .await;
}

#[tokio::test]
async fn fields_are_set_cleared_and_added_to_and_the_others_stay() {
    on_each_database(async |console| {
        let notes = [
            "",
            "Bought 2021",
            "Ticket 4711",
            "Bought 2021\r\nTicket 4711\n",
        ];
        let fleet = (0..5).map(|number| {
            let mut device = device(number);
            device.user = format!("pupil{number}@school.example");
            device.location = "Room 7".to_owned();
            device.notes = match notes.get(number as usize) {
                Some(notes) => (*notes).to_owned(),
                None => "x".repeat(495),
            };
            device
        });
        console.fill(fleet).await;
        let devices = console.devices().await;
        let job = start_as(&console, Action::UpdateFields(updating()), &devices).await;
        console.run_jobs().await;
        let done = console.job(&job.id).await;
        assert_eq!(done.headline(), "Completed: 4 updated, 1 failed");
        let after = console.devices().await;
        let shown: Vec<_> = after.iter().map(|it| it.directory.notes.as_str()).collect();
        let once = "Bought 2021\nTicket 4711";
        assert_eq!(shown[..3], ["Ticket 4711", once, "Ticket 4711"]);
        assert_eq!(shown[3].trim_end().replace("\r\n", "\n"), once);
        for device in &after[..4] {
            let device = &device.directory;
            assert_eq!([&*device.asset_id, &*device.user], ["A-77", ""]);
            assert_eq!(device.location, "Room 7");
        }
        assert_eq!(
            after[4].directory, devices[4].directory,
            "it is left as it was"
        );
        let message = items(&console, &job.id).await[4].detail();
        assert!(message.contains("longer than 500 characters"), "{message}");
        // Once more, there is nothing to do.
        let job = start_as(&console, Action::UpdateFields(updating()), &devices[..4]).await;
        console.run_jobs().await;
        assert_eq!(console.job(&job.id).await.already(), 4);
        let row = result_of(&console, &job.id, &devices[0]).await;
        assert_eq!(
            row["annotatedUser"], "",
            "as it was reviewed, which is after the first job"
        );
        assert_eq!(row["annotatedAssetIdAfter"], "A-77");
        assert_eq!(row["noteAdded"], "Ticket 4711");
    })
    .await;
}

#[tokio::test]
async fn choices_that_cannot_be_carried_out_are_refused_with_a_sentence() {
    on_each_database(async |console| {
        console.fill((0..3).map(device)).await;
        let devices = console.devices().await;
        let long = FieldChanges {
            user: Some("x".repeat(101)),
            ..FieldChanges::default()
        };
        let refused = [
            (moving("Retired"), "begins with /"),
            (moving("/Retired//Old"), "has a name"),
            (
                Action::UpdateFields(FieldChanges::default()),
                "at least one field",
            ),
            (Action::UpdateFields(long), "at most 100 characters"),
        ];
        for (action, message) in refused {
            let plan = plan(&console, action.kind(), &devices).await;
            let execution = Execution {
                action,
                ..execution(&plan)
            };
            let (status, error) = console.start(&execution).await.unwrap_err();
            assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
            assert!(error.to_string().contains(message), "{error}");
        }
        // The local directory has no way to reach a device.
        let arguments = json!({ "action": "clear_profiles", "selection": selection_of(&devices),
            "provenance": "" });
        let plan = console.call::<Plan>("plans/make", arguments).await;
        let (status, error) = plan.unwrap_err();
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(error.to_string().contains("can't send commands"), "{error}");
    })
    .await;
}

#[tokio::test]
async fn google_moves_devices_silently_and_is_believed_by_what_it_shows() {
    on_each_google(async |console, google| {
        let devices = console.devices().await;
        let nowhere = plan(console, ActionKind::Move, &devices[..60]).await;
        assert!(nowhere.has_all_org_units);
        let is_other = |path: &&String| devices.iter().all(|it| it.directory.org_unit != **path);
        let to = nowhere.org_units.iter().find(is_other).unwrap().clone();
        let (_, error) = console
            .start(&Execution {
                action: moving("/Nowhere"),
                ..execution(&nowhere)
            })
            .await
            .unwrap_err();
        assert_eq!(error.to_string(), "The directory has no org unit /Nowhere.");

        let lost = FaultRule::once("moveDevicesToOu", Fault::AnswerLost);
        google.simulator.will(lost);
        let job = start_as(console, moving(&to), &devices[..60]).await;
        console.run_jobs().await;
        let done = console.job(&job.id).await;
        assert!(done.is_success(), "{done:?}");
        let items = items(console, &job.id).await;
        let confirmed = items
            .iter()
            .filter(|it| it.how() == Some(SuccessKind::Confirmed));
        assert!(confirmed.count() > 0, "a call was not answered");
        for item in &items {
            assert_eq!(shown(google, &item.device_id).org_unit, to);
        }
        for device in &console.devices().await[..60] {
            assert_eq!(device.directory.org_unit, to);
        }
    })
    .await;
}

#[tokio::test]
async fn a_note_is_added_once_to_googles_devices_though_a_call_is_repeated() {
    on_each_google(async |console, google| {
        let devices = console.devices().await;
        for (fault, device) in [Fault::AnswerLost, Fault::CallLost]
            .into_iter()
            .zip(&devices)
        {
            let id = &device.directory.device_id;
            google
                .simulator
                .alter(id, |it| it.notes = "Before".to_owned());
            google.simulator.will(FaultRule::once("patch", fault));
        }
        let job = start_as(console, Action::UpdateFields(updating()), &devices[..4]).await;
        console.run_jobs().await;
        let done = console.job(&job.id).await;
        assert!(done.is_success(), "{done:?}");
        for (at, device) in devices[..4].iter().enumerate() {
            let shown = shown(google, &device.directory.device_id);
            let notes = if at < 2 {
                "Before\nTicket 4711"
            } else {
                "Ticket 4711"
            };
            assert!(shown.notes.ends_with(notes), "{:?}", shown.notes);
            assert_eq!(shown.notes.matches("Ticket 4711").count(), 1);
            assert_eq!([&*shown.asset_id, &*shown.user], ["A-77", ""]);
            assert_eq!(shown.location, device.directory.location);
        }
    })
    .await;
}

#[tokio::test]
async fn profiles_are_cleared_by_a_command_that_each_device_gets_once() {
    on_each_google(async |console, google| {
        let devices = console.devices().await;
        let lost = FaultRule::once("issueCommand", Fault::AnswerLost);
        google.simulator.will(lost);
        let job = start(console, ActionKind::ClearProfiles, &devices[..6]).await;
        console.run_jobs().await;
        let done = console.job(&job.id).await;
        // Nobody knows whether the one was taken: it is never sent again.
        assert_eq!(done.counts.failed, 1, "{done:?}");
        assert_eq!(done.counts.succeeded, 5);
        let orders = google.simulator.ledger().orders;
        assert_eq!(orders.len(), 6);
        assert!(orders.iter().all(|(_, kind)| kind == "WIPE_USERS"));
        let ids: BTreeSet<_> = orders.iter().map(|(id, _)| id).collect();
        assert_eq!(ids.len(), 6, "none twice");
        let numbered = items(console, &job.id).await;
        let numbered = numbered.iter().filter(|item| {
            let command = item.current();
            command.is_some_and(|it| !it.command_id.is_empty())
        });
        assert_eq!(numbered.count(), 5);
        for device in &devices[..6] {
            let status = google.status(&device.directory.device_id);
            assert_eq!(status, DeviceStatus::Active, "it stays enrolled");
        }
    })
    .await;
}

#[tokio::test]
async fn profiles_of_devices_that_are_not_as_reviewed_are_kept() {
    on_each_google(async |console, google| {
        // It was silent for long, so it may be lost.
        let names = [0, 1, 2].map(|number| device(number).device_id);
        let [_, moved, found] = &names;
        google.simulator.alter(found, |it| it.last_sync = None);
        console.refresh().await;
        let devices = console.devices().await;
        let reviewed = plan(console, ActionKind::ClearProfiles, &devices[..3]).await;
        google
            .simulator
            .alter(moved, |it| it.org_unit = "/Elsewhere".to_owned());
        let now = Timestamp(Timestamp::now().0 + 1000);
        google.simulator.alter(found, |it| it.last_sync = Some(now));
        let execution = Execution {
            action: Action::ClearProfiles,
            ..execution(&reviewed)
        };
        let job = console.start(&execution).await.unwrap();
        console.run_jobs().await;
        let message = items(console, &job.id).await;
        let rules: Vec<_> = message
            .iter()
            .map(|it| it.current().and_then(|it| it.rule))
            .collect();
        let left_out = [
            None,
            Some(Rule::MovedSinceReview),
            Some(Rule::UsedSinceReview),
        ];
        assert_eq!(rules, left_out);
        let orders = google.simulator.ledger().orders;
        let sent: Vec<_> = orders.iter().map(|(id, _)| id.as_str()).collect();
        assert_eq!(sent, [names[0].as_str()]);
    })
    .await;
}
