//! Roles that change while a job runs: what is not sent yet is sent only where its starter
//! may still do it.

use serde_json::json;
use sunset::domain::action::Action;
use sunset::domain::eligibility::Rule;
use sunset::domain::job::{ItemState, JobState, JobSummary};
use sunset::domain::plan::{Execution, Plan};

use super::{CANARY, DEVICES, Person, grants, north, north_devices, on_two_schools};
use crate::faulty::FaultyDirectory;
use crate::support::{Console, NO_GRACE, execution, on_each_database_over};

const IN_LAB: u32 = DEVICES.div_ceil(3);

/// The roles are narrowed between start and run; the job ends with what is left of them.
async fn narrowed(console: &Console) {
    let boss = Person::new(console, "boss", &["viewer"]).await;
    let person = Person::new(console, "tech", &["operator:/North"]).await;
    let job = person.execute(&north_devices(console).await).await;
    let login = person.login.parse().unwrap();
    let lab = grants(&["operator:/North/Lab", "viewer:/North"]);
    console.app.identity.set_grants(&login, &lab).await.unwrap();
    let (status, _) = person
        .post("/api/jobs/list", json!({ "page": 1, "size": 1 }))
        .await;
    assert_eq!(status.as_u16(), 401, "a session ends with the roles");
    console.run_jobs().await;

    for item in boss.items(&job.id).await {
        let is_in_lab = item.org_unit == "/North/Lab";
        let expected = match is_in_lab {
            true => (ItemState::Succeeded, None),
            false => (ItemState::Skipped, Some(Rule::NotPermitted)),
        };
        let rule = item.effects.last().and_then(|effect| effect.rule);
        assert_eq!((item.state, rule), expected, "{}", item.org_unit);
    }
    let done = console.app.jobs.finished_devices().await.unwrap();
    assert!(
        done.contains(&(ItemState::Succeeded, u64::from(IN_LAB))),
        "{done:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn devices_where_a_role_was_taken_away_are_skipped() {
    on_two_schools(async |console| narrowed(console).await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn devices_where_a_role_was_taken_away_are_not_sent_to_a_directory() {
    let make = || FaultyDirectory::new((0..DEVICES).map(north), 50);
    on_each_database_over(make, async |console, directory| {
        console.refresh().await;
        narrowed(&console).await;
        let sent: usize = directory.calls().iter().map(|call| call.len()).sum();
        assert_eq!(sent, IN_LAB as usize);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_moved_to_where_the_starter_may_do_nothing_any_more() {
    on_two_schools(async |console| {
        let person = Person::new(console, "tech", &["operator"]).await;
        let boss = Person::new(console, "boss", &["viewer", "operator:/North"]).await;
        let selection = north_devices(console).await;
        let make = json!({ "action": "move", "selection": selection });
        let plan: Plan = person.call("plans/make", make).await.unwrap();
        let execution = Execution {
            action: Action::Move {
                org_unit: format!("/Northern {CANARY}"),
            },
            ..execution(&plan)
        };
        let start = json!({ "execution": execution });
        let job: JobSummary = person.call("jobs/start", start).await.unwrap();
        let (identity, login) = (&console.app.identity, person.login.parse().unwrap());
        let narrower = grants(&["operator:/North"]);
        identity.set_grants(&login, &narrower).await.unwrap();
        console
            .run_jobs_until(async || boss.job(&job.id).await.unwrap().state == JobState::Paused)
            .await;
        assert_eq!(boss.job(&job.id).await.unwrap().counts.succeeded, 0);
        // Nor does somebody else go on with it who may do nothing there.
        for what in ["resume", "retry"] {
            let asked = json!({ "id": job.id });
            let (status, text) = boss.post(&format!("/api/jobs/{what}"), asked).await;
            assert_eq!(status.as_u16(), 403, "{what}: {text}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn jobs_of_somebody_who_is_disabled_are_paused() {
    let make = || FaultyDirectory::new((0..DEVICES).map(north), 50);
    on_each_database_over(make, async |console, directory| {
        let console = console.over(Some(directory.clone()), NO_GRACE).await;
        console.refresh().await;
        let boss = Person::new(&console, "boss", &["operator", "viewer"]).await;
        let person = Person::new(&console, "tech", &["operator:/North"]).await;
        let job = person.execute(&north_devices(&console).await).await;
        let login = person.login.parse().unwrap();
        console.app.identity.disable(&login).await.unwrap();
        let paused = boss.job(&job.id).await.unwrap();
        assert_eq!(paused.state, JobState::Paused);
        assert_eq!(paused.pause_reason, "tech was disabled.");

        // Whoever goes on with it does not make it theirs.
        let resumed = boss.call::<serde_json::Value>("jobs/resume", json!({ "id": job.id }));
        resumed.await.unwrap();
        console
            .run_jobs_until(async || boss.job(&job.id).await.unwrap().state == JobState::Paused)
            .await;
        let paused = boss.job(&job.id).await.unwrap();
        assert_eq!(paused.pause_reason, "tech may not run this job any more.");
        assert!(directory.calls().is_empty(), "nothing was sent");
    })
    .await;
}
