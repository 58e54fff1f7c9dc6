//! Each act is on record once, and no secret ever.

use axum::http::StatusCode;
use serde_json::json;
use sunset::domain::audit::Act;
use sunset::domain::job::JobSummary;

use super::{rows, rows_of};
use crate::identity::{
    Browser, PASSWORD, Person, code, forget_steps, invite, on_each_with_key, secret_on,
};
use crate::support::{NO_GRACE, device, on_each_database, selection_of, until};

#[tokio::test]
async fn signing_in_and_all_around_it_is_on_record() {
    on_each_with_key(async |console| {
        let browser = Browser::new(&console);
        let ada = Person::join(&browser, "ada@school.example").await;
        let joined = rows_of(&console, Act::SetUp).await;
        assert_eq!(joined[0].target, "ada@school.example");
        assert_eq!(joined[0].session.len(), 8);
        browser.post("/sign-out", &[]).await;

        // What is typed in the wrong field is no login.
        let wrong = "another secret phrase";
        browser.sign_in(&ada.login, wrong, &ada.code()).await;
        browser.sign_in(PASSWORD, &ada.login, "123456").await;
        until(async || rows_of(&console, Act::SignInFailed).await.len() == 2).await;
        ada.sign_in(&browser).await;
        forget_steps(&console).await;
        let other = Browser::new(&console);
        ada.sign_in(&other).await;
        forget_steps(&console).await;
        other.post("/account/sessions/end-others", &[]).await;
        let new = "seven slow purple trains";
        let fields = [
            ("present", PASSWORD),
            ("new", new),
            ("repeated", new),
            ("code", &ada.code()),
        ];
        let changed = other.post("/account/password", &fields).await;
        assert_eq!(changed.status, StatusCode::OK, "{}", changed.text);

        let identity = &console.app.identity;
        let link = invite(&console, "bob@school.example").await;
        let page = Browser::new(&console).get(&link).await;
        let secret = secret_on(&page.text);
        let bob = "bob@school.example".parse().unwrap();
        let grants = "viewer:/Lab".parse().unwrap();
        let grants = sunset::domain::permission::Grants::new(vec![grants]);
        identity.set_grants(&bob, &grants).await.unwrap();
        identity.disable(&bob).await.unwrap();
        let reset = identity.reset(&bob).await.unwrap();

        let mut message: Vec<String> = Vec::new();
        for act in [
            Act::OperatorInvited,
            Act::SignedOut,
            Act::SignedIn,
            Act::OtherSessionsEnded,
            Act::PasswordChanged,
            Act::RolesChanged,
            Act::OperatorDisabled,
            Act::OperatorReset,
        ] {
            let count = rows_of(&console, act).await.len();
            message.push(format!("{} {count}", act.as_str()));
        }
        assert_eq!(
            message,
            [
                "operator-invited 2",
                "signed-out 1",
                "signed-in 2",
                "other-sessions-ended 1",
                "password-changed 1",
                "roles-changed 1",
                "operator-disabled 1",
                "operator-reset 1",
            ]
        );
        let changed = &rows_of(&console, Act::RolesChanged).await[0];
        assert!(changed.actor.starts_with("host: uid "), "{}", changed.actor);
        assert!(changed.detail.contains("viewer:/Lab"), "{}", changed.detail);

        let all = serde_json::to_string(&rows(&console).await).unwrap();
        let link = link.strip_prefix("/set-up/").unwrap();
        let mut secrets = vec![PASSWORD, wrong, new, "123456", &secret, &ada.secret, link];
        secrets.extend(ada.recovery_codes.iter().map(String::as_str));
        let codes = [code(&ada.secret, 0), code(&ada.secret, -1)];
        secrets.extend(codes.iter().map(String::as_str));
        secrets.push(reset.as_str());
        for secret in secrets {
            assert!(!all.contains(secret), "{secret} is in the audit");
        }
        assert!(all.contains(&ada.login));
    })
    .await;
}

#[tokio::test]
async fn a_job_is_on_record_from_its_review_to_its_end() {
    on_each_database(async |console| {
        let console = console.over(None, NO_GRACE).await;
        console.fill((1..=60).map(device)).await;
        let devices = console.devices().await;
        let plan = console.plan(&selection_of(&devices)).await.unwrap();
        let job = console.execute(&plan).await.unwrap();
        let of_job = json!({ "id": job.id });
        let _: JobSummary = console.call("jobs/pause", &of_job).await.unwrap();
        let _: JobSummary = console.call("jobs/resume", &of_job).await.unwrap();
        console.run_jobs().await;
        console
            .get(&format!("/jobs/{}/results.csv", job.id.as_str()))
            .await;

        let rows = rows(&console).await;
        let of_job: Vec<_> = rows
            .iter()
            .filter(|row| row.target == job.id.as_str())
            .collect();
        let acts: Vec<&str> = of_job.iter().map(|row| row.action.as_str()).collect();
        assert_eq!(
            acts,
            [
                "plan-made",
                "job-started",
                "job-paused",
                "job-resumed",
                "job-batch",
                "job-ended",
                "exported",
            ]
        );
        let started: serde_json::Value = serde_json::from_str(&of_job[1].detail).unwrap();
        assert_eq!(started["plan_hash"], plan.hash.as_str());
        assert_eq!(started["devices"], 60);
        let batch: serde_json::Value = serde_json::from_str(&of_job[4].detail).unwrap();
        assert_eq!(batch["settled"], 60);
        assert_eq!(of_job[1].actor, "local");
        assert_eq!(of_job[4].actor, "sunset");
        assert_eq!(rows_of(&console, Act::Refreshed).await.len(), 1);
    })
    .await;
}
