//! Every kind of effect meets every kind of fault: what a device ends with is what Google
//! shows of it, each note stands there once, and each command was taken once at the most.

use std::collections::BTreeMap;

use sunset::domain::action::Action;
use sunset::domain::action::effect::Effect;
use sunset::domain::action::fields::FieldChanges;
use sunset::domain::action::follow_up::FollowUp;
use sunset::domain::action::reason::DeprovisionReason;
use sunset::domain::job::outcome::{Cause, Found};
use sunset::domain::job::{ItemEffect, ItemState, JobItem, JobState};
use sunset::server::simulator::fault::{Fault, FaultRule};

use super::property::FAULTS;
use super::{Google, on_each_google};
use crate::choices::{shown, start_as};
use crate::dice::Dice;
use crate::stories::{items, steer};

const NOTE: &str = "Ticket 4711";

/// The calls that change something.
const CALLS: [&str; 4] = [
    "batchChangeStatus",
    "patch",
    "moveDevicesToOu",
    "issueCommand",
];

/// Devices in the job.
const IN_JOB: usize = 12;

/// An action of each kind, and the one with all effects.
fn actions() -> Vec<Action> {
    let fields = FieldChanges {
        user: Some(String::new()),
        note: Some(NOTE.to_owned()),
        ..FieldChanges::default()
    };
    let org_unit = "/".to_owned();
    vec![
        Action::Disable,
        Action::Move {
            org_unit: org_unit.clone(),
        },
        Action::UpdateFields(fields.clone()),
        Action::ClearProfiles,
        Action::Deprovision {
            reason: DeprovisionReason::RetiringDevice,
            powerwash: true,
            follow_up: FollowUp {
                fields,
                move_to: Some(org_unit),
            },
        },
    ]
}

fn faults(dice: &mut Dice) -> Vec<FaultRule> {
    let mut faults = Vec::new();
    for call in CALLS {
        for _ in 0..2 {
            let fault = FAULTS[dice.roll(FAULTS.len())];
            // A wait that is asked for is in seconds.
            let value = if fault == Fault::RateLimit {
                1
            } else {
                2 << 20
            };
            let rule = FaultRule::once(call, fault).value(value);
            faults.push(rule.skip(dice.roll(3) as u64));
        }
    }
    faults.push(
        FaultRule::once("get", Fault::Unavailable)
            .times(4)
            .percent(30),
    );
    faults
}

#[tokio::test]
async fn each_effect_ends_as_google_shows_it_whatever_goes_wrong() {
    for seed in [77] {
        let mut dice = Dice::new(seed);
        for action in actions() {
            let faults = faults(&mut dice);
            on_each_google(async |console, google| {
                let devices = console.devices().await;
                for rule in &faults {
                    google.simulator.will(rule.clone());
                }
                let job = start_as(console, action.clone(), &devices[..IN_JOB]).await;
                // Where the job asks for a person, one looks and has it go on.
                loop {
                    let state = async || console.job(&job.id).await.state;
                    let rests =
                        async || state().await.is_over() || state().await == JobState::Paused;
                    console.run_jobs_until(rests).await;
                    if state().await.is_over() {
                        break;
                    }
                    steer(console, "resume", &job.id).await.unwrap();
                }
                for item in items(console, &job.id).await {
                    for (effect, message) in action.effects().iter().zip(&item.effects) {
                        assert_truth(google, effect, &item, message);
                    }
                }
                for (device, times) in commands(google) {
                    assert_eq!(times, 1, "seed {seed}: {device} was sent {times} commands");
                }
            })
            .await;
        }
    }
}

/// What is said of an effect is what Google shows.
fn assert_truth(google: &Google, effect: &Effect, item: &JobItem, message: &ItemEffect) {
    let device = shown(google, &item.device_id);
    assert!(
        device.notes.matches(NOTE).count() <= 1,
        "{:?}",
        device.notes
    );
    assert!(!message.state.is_open(), "{item:?}");
    if effect.kind().is_command() {
        let taken = commands(google).contains_key(&item.device_id);
        let unknown = message.cause == Some(Cause::Unanswered);
        assert!(
            unknown || taken == (message.state == ItemState::Succeeded),
            "{item:?}"
        );
    } else {
        let is_shown = effect.is_visible_in(&Found::from(&device));
        assert_eq!(is_shown, message.state == ItemState::Succeeded, "{item:?}");
    }
}

/// How many commands each device was sent.
fn commands(google: &Google) -> BTreeMap<String, u32> {
    let mut commands = BTreeMap::new();
    for (device, _) in google.simulator.ledger().orders {
        *commands.entry(device).or_default() += 1;
    }
    commands
}
