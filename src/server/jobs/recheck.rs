//! Compares the devices of a job with the directory: before its first device is sent, after every
//! interruption, and before it ends. The reviewed inventory may be old, and devices may change
//! while the job waits.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::Jobs;
use crate::domain::action::effect::Effect;
use crate::domain::audit::Actor;
use crate::domain::device::{DeviceId, DirectoryDevice};
use crate::domain::job::JobSummary;
use crate::domain::job::outcome::{Cause, Found, Outcome, reconcile};
use crate::domain::job::preflight::{LiveDevice, recheck};
use crate::domain::time::Timestamp;
use crate::server::directory::remote::RemoteDirectory;
use crate::server::directory::{DirectoryError, Live};
use crate::server::error::chain;
use crate::server::store::{Hold, JobToReread, Look, StoreError, Touched, Unchecked};

/// How often it is looked whether the directory is away.
const POLL_INTERVAL: Duration = Duration::from_secs(2);

/// Devices brought into the inventory at once.
const PIECE: usize = 500;

impl Jobs {
    /// Whether a job's devices may be sent. Where the last look at them has expired, they
    /// are read again first, by one of those who work on jobs.
    pub(super) async fn is_checked(
        &self,
        remote: &dyn RemoteDirectory,
        job: &JobSummary,
        stop: &CancellationToken,
    ) -> Result<bool, StoreError> {
        let look = self.store.look(&job.id, self.store.now().await?).await?;
        if look.is_fresh {
            return Ok(true);
        }
        if self.checking.has(job.id.as_str()) {
            return Ok(false);
        }
        let _checking = self.checking.enter(job.id.as_str());
        let unchecked = self.store.unchecked_devices(&job.id).await?;
        let ids: Vec<&str> = unchecked.iter().map(|it| it.device_id.as_str()).collect();
        let live = tokio::select! {
            () = stop.cancelled() => return Ok(false),
            away = self.tell_if_away(remote, job) => return away.map(|()| false),
            live = remote.live(&ids) => live,
        };
        match live {
            Ok(live) => {
                self.record_recheck(job, look, &unchecked, live).await?;
                Ok(true)
            }
            Err(DirectoryError::Store(error)) => Err(error),
            Err(DirectoryError::Unreadable(reason) | DirectoryError::Refused(reason)) => {
                self.health.request_check();
                let now = self.store.now().await?;
                self.store
                    .pause_job(&job.id, &Actor::sunset(), &reason, now)
                    .await?;
                self.changed.notify_one();
                Ok(false)
            }
            Err(error @ DirectoryError::Unreachable(_)) => {
                tracing::warn!(cause = %chain(&error), "a job waits to be checked");
                let now = self.store.now().await?;
                let waits = self.back_off(now).await?;
                self.store.hold(&job.id, &waits, now).await?;
                self.changed.notify_one();
                Ok(false)
            }
        }
    }

    /// Lets a job say that the directory is away while its devices are asked for again
    /// and again. Ends only if that cannot be put on record.
    async fn tell_if_away(
        &self,
        remote: &dyn RemoteDirectory,
        job: &JobSummary,
    ) -> Result<(), StoreError> {
        loop {
            tokio::time::sleep(POLL_INTERVAL).await;
            if remote.is_away() {
                let now = self.store.now().await?;
                let waits = Hold::Await(Timestamp(now.0 + 2 * POLL_INTERVAL.as_millis() as i64));
                self.store.hold(&job.id, &waits, now).await?;
                self.changed.notify_one();
            }
        }
    }

    async fn record_recheck(
        &self,
        job: &JobSummary,
        look: Look,
        unchecked: &[Unchecked],
        live: Option<Live>,
    ) -> Result<(), StoreError> {
        let mut ended = Vec::new();
        let action = self.store.job_action(&job.id).await?;
        let effects = action.map(|action| action.effects()).unwrap_or_default();
        if let Some(Live { devices, refused }) = live {
            let by_id: HashMap<&str, &DirectoryDevice> = devices
                .iter()
                .map(|it| (it.device_id.as_str(), it))
                .collect();
            let refused: HashMap<String, String> = refused.into_iter().collect();
            let mut changed = Vec::new();
            let mut words: BTreeMap<u32, Vec<(DeviceId, String)>> = BTreeMap::new();
            for item in unchecked {
                if let Some(message) = refused.get(&item.device_id) {
                    let of_effect = words.entry(item.ordinal).or_default();
                    of_effect.push((item.device, message.clone()));
                    ended.push((item.device, item.ordinal, Outcome::Failed(Cause::Invalid)));
                    continue;
                }
                let found = by_id.get(item.device_id.as_str()).copied();
                let live = found.map(LiveDevice::from);
                let Some(effect) = effects.get(item.ordinal as usize) else {
                    continue;
                };
                if let Some(outcome) = recheck(effect, &item.reviewed, live.as_ref()) {
                    ended.push((item.device, item.ordinal, outcome));
                    changed.extend(found.cloned());
                }
            }
            for (ordinal, words) in words {
                self.store.keep_words(&job.id, ordinal, "", &words).await?;
            }
            for devices in changed.chunks(PIECE) {
                let now = self.store.now().await?;
                self.store.take_in_devices(devices, now).await?;
            }
        }
        let now = self.store.now().await?;
        self.store
            .record_recheck(&job.id, look, &ended, now)
            .await?;
        self.changed.notify_one();
        Ok(())
    }

    /// Reads the devices that a job has sent, before it ends: they are shown as they are,
    /// and none counts as deprovisioned that the directory shows as before. Returns false
    /// if the directory could not be read.
    pub(super) async fn reread(&self, remote: &dyn RemoteDirectory) -> Result<bool, StoreError> {
        let now = self.store.now().await?;
        let Some(finished) = self.store.job_to_reread(now).await? else {
            return Ok(true);
        };
        let JobToReread {
            job,
            effects,
            touched,
        } = finished;
        let ids: Vec<&str> = touched.iter().map(|it| it.device_id.as_str()).collect();
        let live = match remote.live(&ids).await {
            Ok(live) => live,
            Err(DirectoryError::Store(error)) => return Err(error),
            Err(error) => {
                tracing::warn!(cause = %chain(&error), "a job waits for its devices to be read");
                let now = self.store.now().await?;
                let waits = self.back_off(now).await?;
                self.store.hold(&job, &waits, now).await?;
                self.changed.notify_one();
                return Ok(false);
            }
        };
        let mut denied = Vec::new();
        if let Some(Live { devices, .. }) = live {
            let by_id: HashMap<&str, &DirectoryDevice> = devices
                .iter()
                .map(|it| (it.device_id.as_str(), it))
                .collect();
            denied = touched
                .iter()
                .filter(|it| {
                    let effect = effects.get(it.ordinal as usize);
                    it.is_applied && effect.is_some_and(|effect| is_denied(it, effect, &by_id))
                })
                .map(|it| (it.device, it.ordinal))
                .collect();
            for devices in devices.chunks(PIECE) {
                let now = self.store.now().await?;
                self.store.take_in_devices(devices, now).await?;
            }
        }
        let now = self.store.now().await?;
        self.store.note_reread(&job, &denied, now).await?;
        self.changed.notify_one();
        Ok(true)
    }
}

/// Whether a device is shown as if nothing had been done to it. One that is not shown, or
/// was enrolled since, tells nothing.
fn is_denied(item: &Touched, effect: &Effect, shown: &HashMap<&str, &DirectoryDevice>) -> bool {
    shown.get(item.device_id.as_str()).is_some_and(|shown| {
        let found = Found::from(*shown);
        reconcile(effect, item.reviewed_enrolled, item.sent_at, Some(&found)).is_none()
    })
}
