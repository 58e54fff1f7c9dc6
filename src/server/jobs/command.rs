//! What is different with commands: the device is looked at just before one is sent to it,
//! and one that was taken is asked after until the device has answered.

use std::time::Duration;

use futures_util::future::join_all;
use tokio_util::sync::CancellationToken;

use super::Jobs;
use crate::domain::job::answer::NextStep;
use crate::domain::job::outcome::{Cause, Outcome, outcome_of};
use crate::domain::time::Timestamp;
use crate::server::directory::DirectoryError;
use crate::server::directory::remote::RemoteDirectory;
use crate::server::error::chain;
use crate::server::store::{Call, CallOutcome, Hold, StoreError};

/// Commands asked after together, at the most.
const LOOKS: u32 = 8;

/// Of so many turns to call, questions about commands take one: jobs go on.
const SHARE: u32 = 5;

/// How long after a device was changed every reader of the directory sees it.
const PROPAGATION_TIME: Duration = Duration::from_mins(10);

/// How long it is waited where it is not seen yet.
const LOOK_AGAIN: Duration = Duration::from_secs(5);

/// How often commands are asked after.
const EVERY: Duration = Duration::from_secs(1);

/// Asks after commands until the token is cancelled. The local directory takes none.
pub(super) async fn run(jobs: &Jobs, stop: &CancellationToken) {
    let Some(remote) = &jobs.remote else { return };
    while !stop.is_cancelled() {
        if let Err(error) = jobs.follow_commands(remote.as_ref(), stop).await {
            tracing::error!(cause = %chain(&error), "commands could not be asked after");
        }
        tokio::select! {
            () = stop.cancelled() => {}
            () = tokio::time::sleep(EVERY.max(remote.interval() * SHARE)) => {}
        }
    }
}

/// How many commands are asked after in a round, where calls are so far apart.
fn looks(interval: Duration) -> u32 {
    let calls = EVERY.as_millis() / interval.as_millis().max(1);
    (calls as u32 / SHARE).clamp(1, LOOKS)
}

impl Jobs {
    /// Reads a device before a command is sent to it. `None` if the device is as its job has
    /// left it; else what becomes of the call, which is not sent.
    pub(super) async fn look_before_command(
        &self,
        remote: &dyn RemoteDirectory,
        call: &Call,
        interval: Duration,
        stop: &CancellationToken,
    ) -> Result<Option<CallOutcome>, StoreError> {
        let Some((device, name)) = call.devices.first() else {
            return Ok(None);
        };
        let becomes = |next: NextStep, hold: Hold| {
            Ok(Some(CallOutcome {
                next: vec![(*device, next)],
                hold,
                command_id: String::new(),
            }))
        };
        let now = self.store.now().await?;
        let again = NextStep::Again {
            at: now.0,
            max_batch: 0,
            free: true,
        };
        if !self.wait_for_calls(1, interval, stop).await? {
            return becomes(again, Hold::None);
        }
        let reading = remote.get(name);
        let found = tokio::time::timeout(remote.call_ends_within(), reading).await;
        let now = self.store.now().await?;
        let is_new = now.0 < call.changed_at + PROPAGATION_TIME.as_millis() as i64;
        let found = match found {
            Ok(Ok(found)) => found,
            Ok(Err(DirectoryError::Store(error))) => return Err(error),
            Ok(Err(DirectoryError::Refused(why) | DirectoryError::Unreadable(why))) => {
                return becomes(again, Hold::Pause(why));
            }
            Ok(Err(DirectoryError::Unreachable(_))) | Err(_) => {
                return becomes(again, self.back_off(now).await?);
            }
        };
        let enrolled = found.as_ref().map(|found| found.enrolled);
        match outcome_of(&call.effect, call.reviewed_enrolled, found.as_ref()) {
            // The command can be sent.
            Outcome::Failed(Cause::Refused) => Ok(None),
            // What was done a moment ago may not be seen yet.
            Outcome::Skipped(_) if is_new && enrolled == Some(call.reviewed_enrolled) => {
                let wait = Hold::Throttle(Timestamp(now.0 + LOOK_AGAIN.as_millis() as i64));
                becomes(again, wait)
            }
            outcome => becomes(NextStep::Finish(outcome), Hold::None),
        }
    }

    /// Waits for the turns to make so many calls at once. `false` if the server stops
    /// before.
    pub(super) async fn wait_for_calls(
        &self,
        calls: u32,
        interval: Duration,
        stop: &CancellationToken,
    ) -> Result<bool, StoreError> {
        let interval = interval.as_millis() as i64;
        let now = self.store.now().await?;
        let wait = self.store.reserve_calls(calls, interval, now).await?;
        tokio::select! {
            () = stop.cancelled() => Ok(false),
            () = tokio::time::sleep(Duration::from_millis(wait as u64)) => Ok(true),
        }
    }

    /// Asks what became of commands that the directory has taken.
    async fn follow_commands(
        &self,
        remote: &dyn RemoteDirectory,
        stop: &CancellationToken,
    ) -> Result<(), StoreError> {
        let now = self.store.now().await?;
        let limit = looks(remote.interval());
        let due = self.store.commands_to_follow(limit, now).await?;
        let calls = due.len() as u32;
        if calls == 0 || !self.wait_for_calls(calls, remote.interval(), stop).await? {
            return Ok(());
        }
        let looks = due
            .iter()
            .map(|it| remote.command(&it.device_id, &it.command_id));
        let seen = join_all(looks).await;
        let now = self.store.now().await?;
        for (taken, seen) in due.iter().zip(seen) {
            self.store
                .follow_command(taken, seen.ok().as_ref(), now)
                .await?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn questions_about_commands_leave_most_turns_to_jobs() {
        assert_eq!(looks(Duration::from_millis(25)), 8);
        assert_eq!(looks(Duration::from_millis(100)), 2);
        assert_eq!(looks(Duration::from_secs(1)), 1);
        assert_eq!(looks(Duration::ZERO), 8);
    }
}
