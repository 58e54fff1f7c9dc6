//! Whatever goes wrong, and however often: no device outside the plan is touched, none
//! is sent while its outcome is open, and every item ends as the ledger says.

use sunset::server::simulator::fault::{Fault, FaultRule};
use sunset::server::simulator::ledger::Ledger;

use super::{assert_truth, on_each_google};
use crate::dice::Dice;
use crate::stories::start;
use crate::support::device;

/// What may meet a call that changes devices. Those after which a device is not what
/// was reviewed are other stories.
pub const FAULTS: [Fault; 14] = [
    Fault::CallLost,
    Fault::AnswerLost,
    Fault::AnswerFails,
    Fault::AnswerTruncated,
    Fault::AnswerHtml,
    Fault::AnswerHuge,
    Fault::AnswerGzip,
    Fault::AnswerRedirect,
    Fault::Internal,
    Fault::Unavailable,
    Fault::UserRateLimit,
    Fault::RateLimit,
    Fault::TokenExpired,
    Fault::Garbled,
];

/// Devices in the job; the others of the fleet are nobody's business.
const IN_JOB: u32 = 100;

#[tokio::test]
async fn whatever_goes_wrong_every_device_ends_with_the_truth() {
    for seed in [1, 7, 4711] {
        let mut dice = Dice::new(seed);
        let mut faults: Vec<FaultRule> = Vec::new();
        for _ in 0..4 {
            let fault = FAULTS[dice.roll(FAULTS.len())];
            let rule = FaultRule::once("batchChangeStatus", fault).value(2 << 20);
            faults.push(rule.skip(dice.roll(2) as u64));
        }
        let fault = [Fault::Unavailable, Fault::CallLost, Fault::TokenExpired][dice.roll(3)];
        faults.push(FaultRule::once("get", fault).times(5).percent(30));
        // Where a token is fetched anew, that goes wrong, too.
        let token = [Fault::AnswerSlow, Fault::Unavailable, Fault::CallLost][dice.roll(3)];
        faults.push(FaultRule::once("token", token).value(60_000));
        // A wait that is asked for is in seconds.
        for rule in &mut faults {
            if rule.fault == Fault::RateLimit {
                rule.value = 1;
            }
        }
        let shuffled = dice.roll(2) == 0;
        let late = dice.roll(2) as u64 * 500;
        on_each_google(async |console, google| {
            google.simulator.set(|it| {
                it.shuffled = shuffled;
                it.visible_after_ms = late;
            });
            for rule in &faults {
                google.simulator.will(rule.clone());
            }
            let job = start(console, IN_JOB as usize).await;
            console.run_jobs().await;
            let done = console.job(&job.id).await;
            assert_eq!(
                done.counts.succeeded,
                u64::from(IN_JOB),
                "seed {seed}: {faults:?}"
            );
            assert_truth(console, google, &job.id).await;
            assert_in_plan(&google.simulator.ledger());
        })
        .await;
    }
}

fn assert_in_plan(ledger: &Ledger) {
    let planned: Vec<String> = (0..IN_JOB).map(|number| device(number).device_id).collect();
    for entry in &ledger.entries {
        assert!(planned.contains(&entry.device_id), "{entry:?}");
        // Nothing was sent that had been done: the answer of the one before was known.
        assert_eq!(entry.code, 0, "{entry:?}");
    }
}
