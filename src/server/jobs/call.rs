//! One call to a remote directory: claim, send, record (T1 to T3 of docs/protocol.md).
//! Between the commit of the intent and the record of the answer anything may die; what is
//! left then is an open call, which recovery gives up as lost.

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::Jobs;
use crate::domain::job::JobSummary;
use crate::domain::job::answer::{
    AnswerResult, DeviceResult, NextStep, bisect, bisect_by_state, interpret_answer,
};
use crate::domain::job::outcome::{Cause, Outcome};
use crate::domain::time::Timestamp;
use crate::server::directory::remote::{CallError, RemoteDirectory};
use crate::server::error::{chain, storage_sentence};
use crate::server::store::{Call, CallOutcome, Hold, Recorded, StoreError};

/// How often an answer is offered to a database that does not take it.
const RECORD_TRIES: u32 = 30;

/// How long between two such offers.
const RECORD_AGAIN: Duration = Duration::from_secs(1);

/// Putting an answer on record, in time.
type Recording<'a, T> = Pin<Box<dyn Future<Output = Result<T, StoreError>> + Send + 'a>>;

impl Jobs {
    /// Sends a job's next devices. Returns whether there were any.
    pub(super) async fn run_call(
        &self,
        remote: Arc<dyn RemoteDirectory>,
        job: &JobSummary,
        stop: &CancellationToken,
    ) -> Result<bool, StoreError> {
        let (limit, pause) = self.rules.pace(remote.batch_limit());
        let interval = pause.max(remote.interval());
        if job.counts.pending == 0
            || !self.is_ready(remote.as_ref(), job, stop).await?
            || !self.wait_for_calls(1, interval, stop).await?
        {
            return Ok(false);
        }
        let me = self.store.renew_lease(&self.worker).await?;
        let id = Uuid::new_v4().simple().to_string();
        // Known to be under way before it is on record, so that recovery never
        // takes it for one that was left behind.
        let under_way = self.under_way.enter(&id);
        let now = self.store.now().await?;
        let Some(call) = self.store.open_call(&job.id, &id, me, limit, now).await? else {
            return Ok(false);
        };
        self.changed.notify_one();
        fail::fail_point!("claimed", |_| Err(StoreError::injected()));
        if self.store.renew_lease(&self.worker).await? != me {
            // Others hold us for dead and may read the devices back already.
            return Ok(true);
        }
        let looked = if call.effect.kind().is_command() {
            self.look_before_command(remote.as_ref(), &call, interval, stop)
                .await?
        } else {
            None
        };
        let answer = match &looked {
            None => Some(send(remote.as_ref(), &call).await),
            Some(_) => None,
        };
        fail::fail_point!("answered", |_| Err(StoreError::injected()));
        let recorded = self
            .offer(|| {
                Box::pin(async {
                    let outcome = match (&looked, &answer) {
                        (None, Some(answer)) => {
                            self.evaluate(remote.as_ref(), &call, answer).await?
                        }
                        (looked, _) => looked.clone().unwrap_or_default(),
                    };
                    match &answer {
                        Some(Ok(answered)) => self.store.keep_refusals(&call, answered).await?,
                        Some(Err(CallError::Malformed(message))) => {
                            self.store.keep_refusal_of_one(&call, message).await?;
                        }
                        _ => {}
                    }
                    let now = self.store.now().await?;
                    self.store.close_call(&call, &outcome, now).await
                })
            })
            .await?;
        fail::fail_point!("recorded", |_| Err(StoreError::injected()));
        if recorded == Recorded::Late {
            tracing::warn!(call = call.id, "an answer came after its call was given up");
        }
        drop(under_way);
        self.changed.notify_one();
        Ok(true)
    }

    /// Whether calls can be sent. If not, the job waits, or pauses, and says why.
    pub(super) async fn is_ready(
        &self,
        remote: &dyn RemoteDirectory,
        job: &JobSummary,
        stop: &CancellationToken,
    ) -> Result<bool, StoreError> {
        let ready = tokio::select! {
            () = stop.cancelled() => return Ok(false),
            ready = remote.ready() => ready,
        };
        let Err(error) = ready else { return Ok(true) };
        tracing::warn!(cause = %error, "nothing can be sent");
        let now = self.store.now().await?;
        let hold = match error {
            CallError::Denied(reason) => {
                self.health.request_check();
                Hold::Pause(reason)
            }
            CallError::Throttled { wait } => self.slow_down(wait, now).await?,
            _ => self.back_off(now).await?,
        };
        self.store.hold(&job.id, &hold, now).await?;
        self.changed.notify_one();
        Ok(false)
    }

    /// What an answer means for each device, and for the job.
    async fn evaluate(
        &self,
        remote: &dyn RemoteDirectory,
        call: &Call,
        answer: &Result<Vec<(String, DeviceResult)>, CallError>,
    ) -> Result<CallOutcome, StoreError> {
        let now = self.store.now().await?;
        let again = NextStep::Again {
            at: now.0,
            max_batch: 0,
            free: true,
        };
        let is_command = call.effect.kind().is_command();
        let (next, hold) = match answer {
            Ok(answers) => {
                self.store.answers_again().await?;
                let asked: Vec<&str> = call.devices.iter().map(|(_, id)| id.as_str()).collect();
                let AnswerResult { next, foreign } = interpret_answer(&asked, answers, now.0);
                if foreign != 0 {
                    tracing::error!(call = call.id, foreign, "answers for devices not asked for");
                }
                let next = call.devices.iter().zip(next);
                let number = answers.iter().find_map(|(_, verdict)| match verdict {
                    DeviceResult::Taken(number) => Some(number.clone()),
                    _ => None,
                });
                return Ok(CallOutcome {
                    next: next.map(|(device, next)| (device.0, next)).collect(),
                    hold: Hold::None,
                    command_id: number.unwrap_or_default(),
                });
            }
            Err(CallError::NotYet) => (again, Hold::None),
            Err(CallError::NotSent(_)) => (again, self.back_off(now).await?),
            Err(CallError::Throttled { wait }) => (again, self.slow_down(*wait, now).await?),
            Err(CallError::Denied(reason)) => {
                self.health.request_check();
                (again, Hold::Pause(reason.clone()))
            }
            Err(CallError::Malformed(_)) => (bisect(call.devices.len(), now.0), Hold::None),
            Err(CallError::WrongState) if is_command => (
                NextStep::Finish(Outcome::Failed(Cause::Refused)),
                Hold::None,
            ),
            Err(CallError::WrongState) => (bisect_by_state(call.devices.len(), now.0), Hold::None),
            Err(CallError::Unanswered(cause)) => {
                tracing::warn!(call = call.id, cause, "a call was not answered");
                let at = now.0 + remote.call_ends_within().as_millis() as i64;
                let next = if is_command {
                    NextStep::Finish(Outcome::Failed(Cause::Unanswered))
                } else {
                    NextStep::ReadBack { at, refused: false }
                };
                // Who does not answer is not asked at full speed.
                (next, self.slow_down(None, now).await?)
            }
        };
        let next = call.devices.iter().map(|device| (device.0, next));
        Ok(CallOutcome {
            next: next.collect(),
            hold,
            command_id: String::new(),
        })
    }

    pub(super) async fn slow_down(
        &self,
        asked: Option<Duration>,
        now: Timestamp,
    ) -> Result<Hold, StoreError> {
        let asked = asked.map(|wait| wait.as_millis() as i64);
        let spread = Uuid::new_v4().as_fields().0 % 1000;
        Ok(Hold::Throttle(
            self.store.slow_down(asked, spread, now).await?,
        ))
    }

    /// The directory is away: it is asked again later.
    pub(super) async fn back_off(&self, now: Timestamp) -> Result<Hold, StoreError> {
        let spread = Uuid::new_v4().as_fields().0 % 1000;
        let until = self.store.slow_down(None, spread, now).await?;
        Ok(Hold::Await(until))
    }

    /// Offers an answer until the database takes it. One that took it and could not say
    /// so is told twice, which changes nothing.
    pub(super) async fn offer<'a, T>(
        &self,
        record: impl Fn() -> Recording<'a, T>,
    ) -> Result<T, StoreError> {
        let mut tries = 0;
        loop {
            tries += 1;
            match record().await {
                Err(error) if tries < RECORD_TRIES => {
                    tracing::error!(cause = %chain(&error), "an answer waits for the database");
                    self.live
                        .set_database_problem(Some(storage_sentence(&error)));
                    tokio::time::sleep(RECORD_AGAIN).await;
                }
                recorded => return recorded,
            }
        }
    }
}

/// Calls the directory, once. A call that takes too long goes no further.
async fn send(
    remote: &dyn RemoteDirectory,
    call: &Call,
) -> Result<Vec<(String, DeviceResult)>, CallError> {
    let devices: Vec<&str> = call.devices.iter().map(|(_, id)| id.as_str()).collect();
    let calling = remote.apply(&call.effect, &devices);
    match tokio::time::timeout(remote.call_ends_within(), calling).await {
        Ok(answer) => answer,
        Err(_) => Err(CallError::Unanswered("it took too long".to_owned())),
    }
}
