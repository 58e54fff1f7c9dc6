//! Ordering devices to erase themselves once their job has deprovisioned them, and
//! asking later whether they did. An order is no call that can be repeated: one that
//! was not answered is never sent again.

use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::Jobs;
use crate::domain::job::JobSummary;
use crate::domain::status::DeviceStatus;
use crate::domain::time::Timestamp;
use crate::server::directory::DirectoryError;
use crate::server::directory::remote::{CallError, CommandError, RemoteDirectory};
use crate::server::error::chain;
use crate::server::join::join_all;
use crate::server::store::{Effect, Order, Ordered, StoreError};

/// Orders looked at together, at the most.
const LOOKS: u32 = 8;

/// Of so many turns to call, looks at orders take one: jobs go on.
const SHARE: u32 = 5;

/// How long after a device was deprovisioned every reader of the directory sees it.
const SEEN_WITHIN: Duration = Duration::from_mins(10);

/// How long it is waited where it is not seen yet.
const LOOK_AGAIN: Duration = Duration::from_secs(5);

/// How often orders are looked after.
const EVERY: Duration = Duration::from_secs(1);

/// Looks after orders until the token is cancelled. The embedded directory has none.
pub(super) async fn run(jobs: &Jobs, stop: &CancellationToken) {
    let Some(remote) = &jobs.remote else { return };
    while !stop.is_cancelled() {
        if let Err(error) = jobs.look_after_orders(remote.as_ref(), stop).await {
            tracing::error!(cause = %chain(&error), "orders could not be looked after");
        }
        tokio::select! {
            () = stop.cancelled() => {}
            () = tokio::time::sleep(EVERY.max(remote.interval() * SHARE)) => {}
        }
    }
}

/// How many orders are looked at in a round, where calls are so far apart.
fn looks(interval: Duration) -> u32 {
    let turns = EVERY.as_millis() / interval.as_millis().max(1);
    (turns as u32 / SHARE).clamp(1, LOOKS)
}

impl Jobs {
    /// Orders a job's next device to erase itself. Returns whether there was one.
    pub(super) async fn run_order(
        &self,
        remote: Arc<dyn RemoteDirectory>,
        job: &JobSummary,
        stop: &CancellationToken,
    ) -> Result<bool, StoreError> {
        let is_due = job.powerwash.is_some_and(|it| it.open != 0);
        if !is_due
            || !self.store.can_order(&job.id).await?
            || !self.is_ready(remote.as_ref(), job, stop).await?
            || !self.have_turns(2, remote.interval(), stop).await?
        {
            return Ok(false);
        }
        let me = self.store.renew_lease(&self.worker).await?;
        let id = Uuid::new_v4().simple().to_string();
        // Known to be under way before it is on record, as a call is.
        let under_way = self.under_way.enter(&id);
        let now = self.store.now().await?;
        let Some(order) = self.store.open_order(&job.id, &id, me, now).await? else {
            return Ok(false);
        };
        fail::fail_point!("ordering", |_| Err(StoreError::injected()));
        if self.store.renew_lease(&self.worker).await? != me {
            // Others hold us for dead and may have given the order up already.
            return Ok(true);
        }
        let look = self.look_before_order(remote.as_ref(), &order).await?;
        let answer = match look {
            None => Some(send(remote.as_ref(), &order).await),
            Some(_) => None,
        };
        fail::fail_point!("ordered", |_| Err(StoreError::injected()));
        let in_time = self
            .offer(|| {
                Box::pin(async {
                    let (ordered, effect) = match (&look, &answer) {
                        (Some(kept), _) => kept.clone(),
                        (None, Some(answer)) => self.weigh_order(answer).await?,
                        (None, None) => (Ordered::Again, Effect::None),
                    };
                    let now = self.store.now().await?;
                    self.store.close_order(&order, &ordered, &effect, now).await
                })
            })
            .await?;
        if !in_time {
            tracing::warn!(order = id, "an answer came after its order was given up");
        }
        drop(under_way);
        self.changed.notify_one();
        Ok(true)
    }

    /// Reads a device before it is ordered to erase itself. `None` if it is deprovisioned
    /// still and was not enrolled since; else what becomes of the order.
    async fn look_before_order(
        &self,
        remote: &dyn RemoteDirectory,
        order: &Order,
    ) -> Result<Option<(Ordered, Effect)>, StoreError> {
        const GONE: &str = "The directory no longer has the device.";
        const ENROLLED: &str = "The device was enrolled again after it was deprovisioned.";
        const IN_USE: &str = "The directory shows the device as not deprovisioned.";
        let reading = remote.get(&order.device_id);
        let found = tokio::time::timeout(remote.settles_within(), reading).await;
        let now = self.store.now().await?;
        let wait = Effect::Throttle(Timestamp(now.0 + LOOK_AGAIN.as_millis() as i64));
        let is_new = now.0 < order.deprovisioned_at + SEEN_WITHIN.as_millis() as i64;
        let changed = |why| Ok(Some((Ordered::Changed(why), Effect::None)));
        match found {
            Ok(Ok(None)) => changed(GONE),
            Ok(Ok(Some(found))) if found.enrolled != order.reviewed_enrolled => changed(ENROLLED),
            Ok(Ok(Some(found))) if found.status == DeviceStatus::Deprovisioned => Ok(None),
            // What was done a moment ago may not be seen yet.
            Ok(Ok(Some(_))) if is_new => Ok(Some((Ordered::Again, wait))),
            Ok(Ok(Some(_))) => changed(IN_USE),
            Ok(Err(DirectoryError::Store(error))) => Err(error),
            Ok(Err(DirectoryError::Refused(why) | DirectoryError::Unreadable(why))) => {
                Ok(Some((Ordered::Again, Effect::Pause(why))))
            }
            Ok(Err(DirectoryError::Unreachable(_))) | Err(_) => {
                Ok(Some((Ordered::Again, self.wait_out(now).await?)))
            }
        }
    }

    /// Waits for the turn to make a call, so long before the next one. `false` if the
    /// server stops before.
    pub(super) async fn has_turn(
        &self,
        interval: Duration,
        stop: &CancellationToken,
    ) -> Result<bool, StoreError> {
        self.have_turns(1, interval, stop).await
    }

    /// Waits for the turns to make so many calls at once. `false` if the server stops
    /// before.
    pub(super) async fn have_turns(
        &self,
        turns: u32,
        interval: Duration,
        stop: &CancellationToken,
    ) -> Result<bool, StoreError> {
        let interval = interval.as_millis() as i64;
        let now = self.store.now().await?;
        let wait = self.store.reserve_calls(turns, interval, now).await?;
        tokio::select! {
            () = stop.cancelled() => Ok(false),
            () = tokio::time::sleep(Duration::from_millis(wait as u64)) => Ok(true),
        }
    }

    async fn weigh_order(
        &self,
        answer: &Result<String, CommandError>,
    ) -> Result<(Ordered, Effect), StoreError> {
        let now = self.store.now().await?;
        Ok(match answer {
            Ok(command_id) => {
                self.store.answers_again().await?;
                (Ordered::Taken(command_id.clone()), Effect::None)
            }
            Err(CommandError::Refused(why)) => (Ordered::Refused(why.clone()), Effect::None),
            Err(CommandError::Call(error)) => match error {
                CallError::NotYet => (Ordered::Again, Effect::None),
                CallError::NotSent(_) => (Ordered::Again, self.wait_out(now).await?),
                CallError::Throttled { wait } => {
                    (Ordered::Again, self.slow_down(*wait, now).await?)
                }
                CallError::Denied(reason) => {
                    self.health.request_check();
                    (Ordered::Again, Effect::Pause(reason.clone()))
                }
                CallError::Malformed(_) | CallError::WrongState => {
                    let why = "The directory did not accept the order.";
                    (Ordered::Refused(why.to_owned()), Effect::None)
                }
                CallError::Unanswered(cause) => {
                    tracing::warn!(cause, "an order was not answered");
                    (Ordered::Unanswered, self.slow_down(None, now).await?)
                }
            },
        })
    }

    /// Gives up the orders of the dead, and looks what became of those that were taken.
    async fn look_after_orders(
        &self,
        remote: &dyn RemoteDirectory,
        stop: &CancellationToken,
    ) -> Result<(), StoreError> {
        let me = self.store.renew_lease(&self.worker).await?;
        let now = self.store.now().await?;
        let is_under_way = |id: &str| self.under_way.has(id);
        if self.store.lose_dead_orders(me, is_under_way, now).await? != 0 {
            self.changed.notify_one();
        }
        let due = self
            .store
            .orders_to_follow(looks(remote.interval()), now)
            .await?;
        let turns = due.len() as u32;
        if turns == 0 || !self.have_turns(turns, remote.interval(), stop).await? {
            return Ok(());
        }
        let looks = due
            .iter()
            .map(|it| remote.command(&it.device_id, &it.command_id));
        let seen = join_all(looks).await;
        let now = self.store.now().await?;
        for (order, seen) in due.iter().zip(seen) {
            self.store
                .follow_order(order, seen.ok().as_ref(), now)
                .await?;
        }
        Ok(())
    }
}

/// Sends an order, once. One that takes too long goes no further.
async fn send(remote: &dyn RemoteDirectory, order: &Order) -> Result<String, CommandError> {
    let sending = remote.powerwash(&order.device_id);
    match tokio::time::timeout(remote.settles_within(), sending).await {
        Ok(answer) => answer,
        Err(_) => Err(CallError::Unanswered("it took too long".to_owned()).into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn looks_at_orders_leave_most_turns_to_jobs() {
        assert_eq!(looks(Duration::from_millis(25)), 8);
        assert_eq!(looks(Duration::from_millis(100)), 2);
        assert_eq!(looks(Duration::from_secs(1)), 1);
        assert_eq!(looks(Duration::ZERO), 8);
    }
}
