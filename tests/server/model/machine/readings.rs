//! Reading devices: those of which no answer came, and all of a job before it ends.

use std::collections::BTreeSet;

use sunset::domain::device::DeviceId;
use sunset::domain::job::JobId;
use sunset::domain::job::answer::NextStep;
use sunset::domain::job::outcome::reconcile;
use sunset::domain::time::Timestamp;
use sunset::server::store::Unconfirmed;

use super::Machine;

impl Machine {
    pub(super) async fn read_back(&mut self) {
        let now = Timestamp(self.now);
        let due = self.store().due_for_reading(100, now).await.unwrap();
        let job_of = |id: &JobId| self.ids.iter().position(|known| known == id).unwrap();
        let found: BTreeSet<_> = due.iter().map(|it| (job_of(&it.job), it.device)).collect();
        assert_eq!(found, self.model.due(self.now));
        let Some(first) = due.first() else { return };
        let call = first.call_id.clone();
        let job = job_of(&first.job);
        let next = due.iter().filter(|item| item.call_id == call).map(|item| {
            let found = self.directory.read(item.device, item.reviewed_enrolled);
            let outcome = reconcile(
                &item.effect,
                item.reviewed_enrolled,
                item.sent_at,
                found.as_ref(),
            );
            let again = NextStep::Again {
                at: self.now,
                max_batch: 0,
                free: false,
            };
            (item.device, outcome.map_or(again, NextStep::Finish))
        });
        let next: Vec<_> = next.collect();
        self.model.read(job, &call, &next, self.now);
        let recorded = self
            .store()
            .record_read_back(&first.job, first.ordinal, &call, &next, now);
        recorded.await.unwrap();
    }

    /// The directory cannot be read, a few times or for long.
    pub(super) async fn postpone(&mut self) {
        let now = Timestamp(self.now);
        let times = 1 + self.dice.roll(9);
        let due = self.store().due_for_reading(100, now).await.unwrap();
        let Some(first) = due.first() else { return };
        let job = self.ids.iter().position(|id| *id == first.job).unwrap();
        for n in 0..times as i32 {
            let item = Unconfirmed {
                checks: first.checks + n,
                ..first.clone()
            };
            let until = self.now + 500;
            self.model.jobs[job].postpone(item.device, until, self.now);
            let postponed = self
                .store()
                .postpone_reading(&item, Timestamp(until), now)
                .await;
            postponed.unwrap();
        }
    }

    /// A job's devices are read before its end, some of them as they were before.
    pub(super) async fn reread(&mut self) {
        let now = Timestamp(self.now);
        let found = self.store().job_to_reread(now).await.unwrap();
        let waits = self.model.jobs.iter().any(|job| job.is_to_reread(self.now));
        assert_eq!(found.is_some(), waits);
        let Some(finished) = found else { return };
        let (id, touched) = (finished.job, finished.touched);
        let job = self.ids.iter().position(|known| *known == id).unwrap();
        assert!(self.model.jobs[job].is_to_reread(self.now));
        let applied = touched.iter().filter(|it| it.is_applied);
        let denied: Vec<DeviceId> = applied
            .map(|it| it.device)
            .filter(|_| self.dice.roll(4) == 0)
            .collect();
        self.model.reread(job, &denied, self.now);
        let denied: Vec<_> = denied.into_iter().map(|device| (device, 0)).collect();
        let noted = self.store().note_reread(&id, &denied, now).await;
        noted.unwrap();
    }
}
