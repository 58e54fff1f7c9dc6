//! The blast radius that the host sets, in the jobs of several people.

use axum::http::StatusCode;
use serde_json::json;
use sunset::domain::job::JobSummary;
use sunset::domain::selection::Selection;
use sunset::server::config::{Most, Rules};

use super::{DEVICES, Person, north};
use crate::faulty::FaultyDirectory;
use crate::identity::sql;
use crate::support::{Console, NO_GRACE, execution, on_each_database_over};

async fn some(console: &Console, first: usize, count: usize) -> Selection {
    let all = super::north_devices(console).await;
    all.iter().skip(first).take(count).collect()
}

/// Starts a job, or returns what was told.
async fn start(person: &Person<'_>, devices: &Selection) -> Result<JobSummary, String> {
    let plan = person.plan(devices).await.unwrap();
    let start = json!({ "execution": execution(&plan) });
    let started = person.call("jobs/start", start).await;
    started.map_err(|(status, message)| {
        assert_eq!(status, StatusCode::CONFLICT);
        message.to_string()
    })
}

fn rules(most: Most) -> Rules {
    Rules { most, ..NO_GRACE }
}

#[tokio::test(flavor = "multi_thread")]
async fn neither_a_large_job_nor_many_small_ones_go_beyond() {
    let make = || FaultyDirectory::new((0..DEVICES).map(north), 50);
    on_each_database_over(make, async |console, directory| {
        let most = Most {
            max_job: 5,
            max_devices_per_hour: 6,
            max_devices_per_hour_in_all: 8,
        };
        let console = console.over(Some(directory), rules(most)).await;
        console.refresh().await;
        let one = Person::new(&console, "one", &["operator"]).await;
        let two = Person::new(&console, "two", &["operator"]).await;

        let message = start(&one, &some(&console, 0, 6).await).await.unwrap_err();
        assert_eq!(message, "A job has at most 5 devices here. Select fewer.");
        start(&one, &some(&console, 0, 5).await).await.unwrap();
        let message = start(&one, &some(&console, 5, 2).await).await.unwrap_err();
        assert!(
            message.starts_with("You may start jobs of at most 6 devices"),
            "{message}"
        );
        assert!(message.contains("and 1 is left"), "{message}");
        let message = start(&two, &some(&console, 5, 4).await).await.unwrap_err();
        assert!(
            message.starts_with("All operators may start jobs of at most 8"),
            "{message}"
        );
        start(&two, &some(&console, 5, 3).await).await.unwrap();
        assert_eq!(console.store.unfinished_jobs().await.unwrap().len(), 2);

        // An hour later it counts no more.
        sql(
            &console,
            "UPDATE job SET started_at = started_at - 3600001 WHERE number > 0",
        )
        .await;
        start(&one, &some(&console, 8, 4).await).await.unwrap();
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_tried_again_counts_as_well() {
    let make = || FaultyDirectory::new((0..DEVICES).map(north), 50);
    on_each_database_over(make, async |console, directory| {
        let most = Most {
            max_devices_per_hour: 6,
            ..Most::NONE
        };
        let console = console.over(Some(directory.clone()), rules(most)).await;
        console.refresh().await;
        let person = Person::new(&console, "one", &["operator"]).await;
        let devices = some(&console, 0, 4).await;
        let refused: Vec<String> = (0..4).map(|number| north(number).device_id).collect();
        directory.refuse(&refused);
        let job = start(&person, &devices).await.unwrap();
        console.run_jobs().await;
        let job = person.job(&job.id).await.unwrap();
        assert_eq!((job.counts.failed, job.retryable), (4, 4));
        let retry = json!({ "id": job.id, "typed_count": 4 });
        let (status, message) = person
            .call::<JobSummary>("jobs/retry", retry)
            .await
            .map(|job| job.id)
            .unwrap_err();
        assert_eq!(status, StatusCode::CONFLICT);
        assert!(message.to_string().contains("and 2 are left"), "{message}");
        assert!(console.store.unfinished_jobs().await.unwrap().is_empty());
    })
    .await;
}
