//! Erasing devices once they are deprovisioned: each once at the most, none that the job
//! did not deprovision itself, and what nobody knows is said to be unknown.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use sunset::domain::action::Action;
use sunset::domain::action::command::Reply;
use sunset::domain::action::effect::EffectKind;
use sunset::domain::action::follow_up::FollowUp;
use sunset::domain::action::reason::DeprovisionReason;
use sunset::domain::eligibility::Rule;
use sunset::domain::job::answer::NextStep;
use sunset::domain::job::outcome::{Cause, Outcome};
use sunset::domain::job::{
    Counts, ItemEffect, ItemState, JobId, JobItem, JobState, JobSummary, SuccessKind,
};
use sunset::domain::plan::{Execution, Plan};
use sunset::domain::status::DeviceStatus;
use sunset::domain::time::Timestamp;
use sunset::server::simulator::fault::{Fault, FaultRule};
use sunset::server::store::{CallOutcome, Recorded};

use super::{Google, assert_truth, item_of, on_each_google};
use crate::dice::Dice;
use crate::stories::{items, steer};
use crate::support::{Console, device, execution, on_each_database, selection_of};

pub const ORDER: &str = "issueCommand";

/// Starts a job of the first so many devices that is to erase them, too.
pub async fn start(console: &Console, devices: usize) -> JobSummary {
    let all = console.devices().await;
    let plan = console.plan(&selection_of(&all[..devices])).await.unwrap();
    console.start(&erasing(&plan)).await.unwrap()
}

/// What the panel sends to erase the devices of a plan, too.
fn erasing(plan: &Plan) -> Execution {
    Execution {
        action: Action::Deprovision {
            reason: DeprovisionReason::RetiringDevice,
            powerwash: true,
            follow_up: FollowUp::default(),
        },
        ..execution(plan)
    }
}

/// What came of the command to a device.
pub fn powerwash_of(item: &JobItem) -> Option<&ItemEffect> {
    item.effect(EffectKind::Powerwash)
}

/// A job's commands by what came of them.
pub fn commands(job: &JobSummary) -> Counts {
    job.steps[1].counts
}

/// The same, up to where the orders come next.
async fn start_without_orders(console: &Console, google: &Google, devices: usize) -> JobSummary {
    let no_orders = FaultRule::once(ORDER, Fault::Forbidden).times(0);
    google.simulator.will(no_orders);
    let job = start(console, devices).await;
    console
        .run_jobs_until(async || console.job(&job.id).await.state == JobState::Paused)
        .await;
    google.simulator.clear_faults();
    steer(console, "resume", &job.id).await.unwrap()
}

/// How often each device was ordered to erase itself.
pub fn orders(google: &Google) -> BTreeMap<String, u32> {
    let mut orders = BTreeMap::new();
    for (device, kind) in google.simulator.ledger().orders {
        assert_eq!(kind, "REMOTE_POWERWASH");
        *orders.entry(device).or_default() += 1;
    }
    orders
}

/// What is said of each device's order is what the ledger has of it.
pub fn assert_orders(google: &Google, items: &[JobItem]) {
    let (orders, effects) = (orders(google), google.effects());
    for item in items {
        let times = orders.get(&item.device_id).copied().unwrap_or_default();
        assert!(times <= 1, "{} was ordered {times} times", item.serial);
        assert!(times == 0 || effects.contains_key(&item.device_id));
        let taken = match powerwash_of(item) {
            Some(it) if it.state == ItemState::Succeeded => 1,
            Some(it) if it.cause == Some(Cause::Unanswered) => continue,
            _ => 0,
        };
        assert_eq!(times, taken, "{item:?}");
    }
}

/// What came of the command to each device.
pub async fn effects_of(console: &Console, job: &JobId) -> Vec<Option<ItemEffect>> {
    let items = items(console, job).await;
    let effects_of = items.iter().map(|item| powerwash_of(item).cloned());
    effects_of.collect()
}

#[tokio::test]
async fn each_device_that_was_deprovisioned_is_ordered_once_and_seen_to_be_erased() {
    on_each_google(async |console, google| {
        // Devices that are switched on.
        let now = Timestamp::now();
        for number in 0..20 {
            let id = device(number).device_id;
            google
                .simulator
                .alter(&id, |device| device.last_sync = Some(now));
        }
        console.refresh().await;
        let job = start(console, 20).await;
        console.run_jobs().await;
        let job = console.job(&job.id).await;
        assert!(job.is_success(), "{job:?}");
        assert_eq!(commands(&job).succeeded, 20);
        let items = items(console, &job.id).await;
        assert_orders(google, &items);
        assert_truth(console, google, &job.id).await;
        // The device carries it out a moment later, and the job's page says so then.
        console
            .run_jobs_until(async || {
                let effects_of = effects_of(console, &job.id).await;
                let is_done = |it: &ItemEffect| it.reply == Some(Reply::Done);
                effects_of.iter().flatten().filter(|it| is_done(it)).count() == 20
            })
            .await;
    })
    .await;
}

#[tokio::test]
async fn a_device_that_the_job_did_not_deprovision_is_not_erased() {
    on_each_google(async |console, google| {
        let [early, refused, others] = [3, 7, 11].map(|number| device(number).device_id);
        google.simulator.alter(&early, |device| {
            device.status = DeviceStatus::Deprovisioned;
            device.deprovisioned_at = Some(Timestamp(1));
        });
        google
            .simulator
            .alter(&others, |device| device.org_unit = "/Elsewhere".to_owned());
        google
            .simulator
            .set(|it| it.refused = vec![refused.clone()]);
        let job = start(console, 20).await;
        console.run_jobs().await;
        let items = items(console, &job.id).await;
        for id in [&early, &refused, &others] {
            let ours = item_of(&items, id);
            let effects_of = powerwash_of(ours);
            assert!(
                effects_of.is_none_or(|it| it.rule == Some(Rule::NotOurs)),
                "{ours:?}"
            );
        }
        assert_eq!(orders(google).len(), 17);
        assert_orders(google, &items);
        assert_eq!(commands(&console.job(&job.id).await).succeeded, 17);
    })
    .await;
}

#[tokio::test]
async fn a_device_that_was_only_read_back_is_not_erased_and_the_job_says_so() {
    on_each_google(async |console, google| {
        google
            .simulator
            .will(FaultRule::once("batchChangeStatus", Fault::AnswerLost));
        let job = start(console, 10).await;
        console.run_jobs().await;
        let items = items(console, &job.id).await;
        for item in &items {
            assert_eq!(item.how(), Some(SuccessKind::Confirmed));
            assert_eq!(powerwash_of(item).unwrap().rule, Some(Rule::NotOurs));
            assert_eq!(item.state, ItemState::Skipped);
        }
        assert_eq!(orders(google).len(), 0);
        let job = console.job(&job.id).await;
        assert!(!job.is_success());
        assert_eq!(
            job.notice(),
            "Completed: 10 deprovisioned, powerwash ordered for 0, not for 10."
        );
        assert!(job.causes[0].0.contains("not by whom"), "{:?}", job.causes);
    })
    .await;
}

#[tokio::test]
async fn an_answer_that_comes_after_its_order_was_given_up_puts_it_right() {
    on_each_google(async |console, google| {
        let job = start_without_orders(console, google, 3).await;
        let now = console.store.now().await.unwrap();
        let open = console.store.open_call(&job.id, "frozen", 77, 50, now);
        let call = open.await.unwrap().unwrap();
        assert_eq!(call.devices.len(), 1, "a command goes to one device");
        console.run_jobs().await;
        let given_up = console.job(&job.id).await;
        assert_eq!(given_up.state, JobState::CompletedWithErrors);

        let taken = NextStep::Finish(Outcome::Succeeded(SuccessKind::Ordered));
        let outcome = CallOutcome {
            next: vec![(call.devices[0].0, taken)],
            command_id: "4711".to_owned(),
            ..CallOutcome::default()
        };
        let closed = console.store.close_call(&call, &outcome, now).await;
        assert_eq!(closed.unwrap(), Recorded::Late);
        let job = console.job(&job.id).await;
        assert!(job.is_success(), "{job:?}");
        let items = items(console, &job.id).await;
        let effects_of = powerwash_of(item_of(&items, &call.devices[0].1)).unwrap();
        assert_eq!(
            (effects_of.how, effects_of.command_id.as_str()),
            (Some(SuccessKind::Ordered), "4711")
        );
    })
    .await;
}

#[tokio::test]
async fn an_order_without_an_answer_is_unconfirmed_and_never_sent_again() {
    on_each_google(async |console, google| {
        for fault in [Fault::AnswerLost, Fault::CallLost, Fault::AnswerHtml] {
            google.simulator.will(FaultRule::once(ORDER, fault));
        }
        let job = start(console, 10).await;
        console.run_jobs().await;
        let items = items(console, &job.id).await;
        let cause = |item: &JobItem| powerwash_of(item).and_then(|it| it.cause);
        let unanswered = |item: &&JobItem| cause(item) == Some(Cause::Unanswered);
        assert_eq!(items.iter().filter(unanswered).count(), 3);
        assert_eq!(google.simulator.ledger().requests_of(ORDER), 10);
        assert_orders(google, &items);
        let job = console.job(&job.id).await;
        assert_eq!(commands(&job).failed, 3);
        assert_eq!(job.counts.failed, 3);
        assert!(!job.is_success());
    })
    .await;
}

#[tokio::test]
async fn an_order_that_surely_did_nothing_is_sent_again() {
    on_each_google(async |console, google| {
        for fault in [Fault::UserRateLimit, Fault::TokenExpired] {
            google.simulator.will(FaultRule::once(ORDER, fault));
        }
        let job = start(console, 10).await;
        console.run_jobs().await;
        let job = console.job(&job.id).await;
        assert!(job.is_success(), "{job:?}");
        assert_orders(google, &items(console, &job.id).await);
        assert_eq!(orders(google).len(), 10);
    })
    .await;
}

#[tokio::test]
async fn an_order_left_open_by_a_dead_process_is_unconfirmed_and_not_sent() {
    on_each_google(async |console, google| {
        let job = start_without_orders(console, google, 3).await;
        // Somebody who is no more, whatever it had sent.
        let now = console.store.now().await.unwrap();
        let open = console.store.open_call(&job.id, "left", 77, 50, now);
        let dead = open.await.unwrap().unwrap().devices[0].1.clone();
        console.run_jobs().await;
        let items = items(console, &job.id).await;
        let lost = powerwash_of(item_of(&items, &dead)).unwrap();
        assert_eq!(lost.cause, Some(Cause::Unanswered));
        assert!(!orders(google).contains_key(&dead));
        assert_eq!(orders(google).len(), 2);
        assert_orders(google, &items);
    })
    .await;
}

#[tokio::test]
async fn whatever_goes_wrong_no_device_is_erased_twice_or_for_nothing() {
    const FAULTS: [Fault; 8] = [
        Fault::CallLost,
        Fault::AnswerLost,
        Fault::AnswerFails,
        Fault::AnswerTruncated,
        Fault::Internal,
        Fault::Unavailable,
        Fault::UserRateLimit,
        Fault::TokenExpired,
    ];
    for seed in [3, 4711] {
        on_each_google(async |console, google| {
            let mut dice = Dice::new(seed);
            for method in [ORDER, ORDER, ORDER, ORDER, "batchChangeStatus"] {
                let fault = FAULTS[dice.roll(FAULTS.len())];
                let rule = FaultRule::once(method, fault);
                google.simulator.will(rule.skip(dice.roll(8) as u64));
            }
            let job = start(console, 60).await;
            console.run_jobs().await;
            let items = items(console, &job.id).await;
            // Of what was only read back nobody knows who deprovisioned it.
            for item in &items {
                let ours = item.how() == Some(SuccessKind::Applied);
                let left = powerwash_of(item).unwrap().rule == Some(Rule::NotOurs);
                assert_eq!(ours, !left, "{seed}: {item:?}");
            }
            assert_orders(google, &items);
            assert_truth(console, google, &job.id).await;
        })
        .await;
    }
}

#[tokio::test]
async fn a_directory_that_cannot_is_not_asked_to() {
    on_each_database(async |console| {
        console.fill((0..5).map(device)).await;
        let all = console.devices().await;
        let plan = console.plan(&selection_of(&all)).await.unwrap();
        assert!(!plan.can_powerwash);
        let asked = erasing(&plan);
        let (status, effects_of) = console.start(&asked).await.unwrap_err();
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
        let sentence = "This directory cannot order its devices to erase themselves.";
        assert_eq!(effects_of.to_string(), sentence);
    })
    .await;
}

#[tokio::test]
async fn a_plan_that_was_started_is_not_started_again_to_erase() {
    on_each_google(async |console, _| {
        let all = console.devices().await;
        let plan = console.plan(&selection_of(&all[..3])).await.unwrap();
        let job = console.execute(&plan).await.unwrap();
        let asked = erasing(&plan);
        let (status, _) = console.start(&asked).await.unwrap_err();
        assert_eq!(status, StatusCode::CONFLICT);
        console.run_jobs().await;
        assert_eq!(console.job(&job.id).await.steps.len(), 1);
    })
    .await;
}
