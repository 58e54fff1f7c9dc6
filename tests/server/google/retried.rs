//! What fails is tried again as it was reviewed, and not as it is later.

use sunset::domain::eligibility::Rule;
use sunset::domain::job::{ItemState, JobState, JobSummary};
use sunset::domain::time::Timestamp;

use super::on_each_google;
use crate::stories::{items, steer};
use crate::support::{device, selection_of};

#[tokio::test]
async fn a_lost_device_that_came_back_before_the_retry_is_left_alone() {
    on_each_google(async |console, google| {
        let devices = console.devices().await;
        let ids = || (0..4).map(|number| device(number).device_id);
        google.simulator.set(|it| it.refused = ids().collect());
        let plan = console.plan(&selection_of(&devices[..4])).await.unwrap();
        let job = console.execute(&plan).await.unwrap();
        console.run_jobs().await;
        let failed = console.job(&job.id).await;
        assert_eq!((failed.counts.failed, failed.retryable), (4, 4));

        // Silent for long when they were reviewed, two of them sync now.
        let now = Timestamp::now();
        for number in [1, 2] {
            google
                .simulator
                .alter(&device(number).device_id, |it| it.last_sync = Some(now));
        }
        google.simulator.set(|it| it.refused.clear());
        let again: JobSummary = steer(console, "retry", &job.id).await.unwrap();
        console.run_jobs().await;
        let over = console.job(&again.id).await;
        assert_eq!(over.state, JobState::Completed);
        for item in items(console, &again.id).await {
            let came_back = [1, 2]
                .map(|number| device(number).serial)
                .contains(&item.serial);
            let expected = match came_back {
                true => (ItemState::Skipped, Some(Rule::UsedSinceReview)),
                false => (ItemState::Succeeded, None),
            };
            assert_eq!((item.state, item.rule), expected, "{}", item.serial);
        }
        assert_eq!(google.effects().len(), 2);
    })
    .await;
}
