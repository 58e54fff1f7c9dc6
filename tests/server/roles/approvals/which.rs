//! Which jobs wait.

use serde_json::json;
use sunset::domain::action::Action;
use sunset::domain::plan::{Execution, Plan};

use super::*;
use crate::faulty::FaultyDirectory;
use crate::google::Google;
use crate::support::{execution, on_each_database, on_each_database_over};

#[tokio::test(flavor = "multi_thread")]
async fn many_small_jobs_wait_as_one_large_one() {
    where_jobs_wait(async |console| {
        let asker = Person::new(console, "asker", &["operator"]).await;
        let other = Person::new(console, "other", &["operator"]).await;
        let job = asker.execute(&some(console, 0, 2).await).await;
        assert_eq!(job.state, JobState::Queued);
        let plan = asker.plan(&some(console, 2, 1).await).await.unwrap();
        assert_eq!(plan.texts.approval, "", "3 are not above 3");
        let plan = asker.plan(&some(console, 2, 2).await).await.unwrap();
        assert!(!plan.texts.approval.is_empty(), "said before Execute");
        let job = asker.execute(&some(console, 2, 2).await).await;
        assert_eq!(job.state, JobState::AwaitingApproval);
        // Those of others are counted apart.
        let job = other.execute(&some(console, 4, 3).await).await;
        assert_eq!(job.state, JobState::Queued);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_tried_again_waits_as_well() {
    let make = || FaultyDirectory::new((0..DEVICES).map(north), 50);
    on_each_database_over(make, async |console, directory| {
        let rules = rules(ApproveAbove::Devices(3));
        let console = console.over(Some(directory.clone()), rules).await;
        console.refresh().await;
        let asker = Person::new(&console, "asker", &["operator"]).await;
        let refused: Vec<String> = (0..2).map(|number| north(number).device_id).collect();
        directory.refuse(&refused);
        let job = asker.execute(&some(&console, 0, 3).await).await;
        console.run_jobs().await;
        let retry = json!({ "id": job.id, "typed_count": 2 });
        let child: JobSummary = asker.call("jobs/retry", retry).await.unwrap();
        assert_eq!(child.state, JobState::AwaitingApproval);
        directory.clear();
        let second = approver(&console, "second", &["approver"]).await;
        let (status, page) = approve(&second, &console, &child.id).await;
        assert_eq!(status, StatusCode::OK, "{page}");
        console.run_jobs().await;
        assert_eq!(
            asker.job(&child.id).await.unwrap().state,
            JobState::Completed
        );
    })
    .await;
}

/// Starts a job that clears the profiles of one device.
async fn clear_profiles(person: &Person<'_>, console: &Console) -> JobSummary {
    let one = some(console, 0, 1).await;
    let make = json!({ "action": "clear_profiles", "selection": one });
    let plan: Plan = person.call("plans/make", make).await.unwrap();
    let execution = Execution {
        action: Action::ClearProfiles,
        ..execution(&plan)
    };
    let start = json!({ "execution": execution });
    person.call("jobs/start", start).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_erases_waits_as_soon_as_two_may_approve() {
    on_each_database(async |console| {
        let google = Google::start((0..DEVICES).map(north)).await;
        let directory = google.connect(&console.store);
        let console = console.over_remote(Some(directory), rules(ApproveAbove::Automatic));
        console.refresh().await;
        let asker = Person::new(&console, "asker", &["operator", "eraser"]).await;
        let _one = approver(&console, "one", &["approver"]).await;
        let job = clear_profiles(&asker, &console).await;
        assert_eq!(job.state, JobState::Queued, "one is not enough");
        console.run_jobs().await;
        let _two = approver(&console, "two", &["approver:/North"]).await;
        let job = clear_profiles(&asker, &console).await;
        assert_eq!(job.state, JobState::AwaitingApproval);
        let job = asker.execute(&some(&console, 3, 5).await).await;
        assert_eq!(job.state, JobState::Queued, "200 are not exceeded");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_sits_at_this_computer_asks_nobody() {
    where_jobs_wait(async |console| {
        let plan = console.plan(&some(console, 0, 5).await).await.unwrap();
        assert_eq!(plan.texts.approval, "");
        let job = console.execute(&plan).await.unwrap();
        assert_eq!(job.state, JobState::Queued);
    })
    .await;
}
