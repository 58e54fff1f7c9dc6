//! The page of the operators: what an administrator does there, and what only the host does.

use axum::http::StatusCode;
use sunset::domain::job::JobState;
use sunset::domain::permission::Permission;
use sunset::server::identity::secret::Fingerprint;

use super::{DEVICES, Person, grants, north_devices, on_two_schools, south_devices};
use crate::identity::{between, sql};
use crate::support::Console;

/// The link that the page shows, as it is kept.
fn link(page: &str) -> Fingerprint {
    let shown = between(page, "id=\"link\"", "</a>");
    let path = between(&format!("{shown}<"), ">", "<");
    Fingerprint::of(path.strip_prefix("/set-up/").unwrap())
}

async fn roles_of(console: &Console, login: &str) -> Vec<String> {
    let operators = console.store.operators().await.unwrap();
    let operator = operators.into_iter().find(|it| it.login == login).unwrap();
    let grants = operator.grants;
    grants.list().iter().map(ToString::to_string).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_administrator_invites_changes_roles_and_disables() {
    on_two_schools(async |console| {
        let boss = Person::new(console, "boss", &["administrator"]).await;
        let fields = [
            ("login", " Tech@School.example "),
            ("operator", "/North\r\n/South \r\n"),
        ];
        let (status, page) = boss.submit("/operators/invite", &fields).await;
        assert_eq!(status, StatusCode::OK, "{page}");
        let tech = "tech@school.example";
        assert_eq!(
            roles_of(console, tech).await,
            ["operator:/North", "operator:/South"]
        );
        let invited = console.store.invited(&link(&page)).await.unwrap();
        assert_eq!(invited.unwrap().login, tech);

        let again = boss.submit("/operators/invite", &fields).await;
        assert_eq!(again.0, StatusCode::UNPROCESSABLE_ENTITY);
        let (_, page) = boss.submit("/operators/invite-again", &fields[..1]).await;
        let invited = console.store.invited(&link(&page)).await.unwrap();
        assert_eq!(invited.unwrap().login, tech);

        let fields = [("login", tech), ("viewer", "/"), ("operator", "/North")];
        let (status, page) = boss.submit("/operators/roles", &fields).await;
        assert_eq!(status, StatusCode::OK);
        assert!(page.contains("has other roles now"), "{page}");
        assert_eq!(roles_of(console, tech).await, ["viewer", "operator:/North"]);

        let (status, _) = boss.submit("/operators/disable", &fields[..1]).await;
        assert_eq!(status, StatusCode::OK);
        let (_, page) = boss.get("/operators").await;
        assert!(page.contains("Disabled"), "{page}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn roles_that_are_given_on_the_host_stay_and_cannot_be_given_here() {
    on_two_schools(async |console| {
        let boss = Person::new(console, "boss", &["administrator"]).await;
        Person::new(console, "chief", &["approver", "eraser:/North", "operator"]).await;
        let fields = [
            ("login", "chief"),
            ("viewer", "/South"),
            ("approver", "/"),
            ("administrator", "/"),
        ];
        assert_eq!(
            boss.submit("/operators/roles", &fields).await.0,
            StatusCode::OK
        );
        let expected = ["viewer:/South", "eraser:/North", "approver"];
        assert_eq!(roles_of(console, "chief").await, expected);

        // A new link would let the administrator become the approver.
        let login = "other".parse().unwrap();
        let identity = &console.app.identity;
        identity
            .invite(&login, &grants(&["approver"]), "test", 1000)
            .await
            .unwrap();
        for login in ["other", "chief", "nobody"] {
            let (status, page) = boss
                .submit("/operators/invite-again", &[("login", login)])
                .await;
            assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{login}");
            assert!(!page.contains("id=\"link\""), "{login}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_is_refused_with_the_place() {
    on_two_schools(async |console| {
        let boss = Person::new(console, "boss", &["administrator"]).await;
        let cases: [(&[(&str, &str)], &str); 4] = [
            (&[("login", "two words"), ("viewer", "/")], "login"),
            (&[("login", "new"), ("viewer", "North")], "\"North\""),
            (
                &[("login", "new"), ("viewer", "/"), ("operator", "/A//B")],
                "/A//B",
            ),
            (&[("login", "new")], "at least one org unit"),
        ];
        for (fields, message) in cases {
            let (status, page) = boss.submit("/operators/invite", fields).await;
            assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{fields:?}");
            let error = between(&page, "id=\"error\" class=\"callout\">", "</p>");
            assert!(error.contains(message), "{error}");
        }
        assert_eq!(console.store.operators().await.unwrap().len(), 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_administrator_stays() {
    on_two_schools(async |console| {
        let boss = Person::new(console, "boss", &["administrator", "operator"]).await;
        let (identity, login) = (&console.app.identity, "boss".parse().unwrap());
        let message = "boss is the last administrator. Make another one first.";
        let viewer = grants(&["viewer"]);
        let refused = identity.set_grants(&login, &viewer).await.unwrap_err();
        assert_eq!(refused.to_string(), message);
        assert_eq!(
            identity.disable(&login).await.unwrap_err().to_string(),
            message
        );
        let (status, page) = boss
            .submit("/operators/disable", &[("login", "boss")])
            .await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(page.contains("You cannot disable yourself."), "{page}");

        Person::new(console, "other", &["administrator"]).await;
        identity.set_grants(&login, &viewer).await.unwrap();
        assert_eq!(roles_of(console, "boss").await, ["viewer"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_an_administrator_who_has_just_signed_in_comes_in() {
    on_two_schools(async |console| {
        for role in [
            "viewer",
            "operator",
            "eraser",
            "approver",
            "administrator:/North",
        ] {
            let login = format!("one-{}", role.replace([':', '/'], "").to_lowercase());
            let person = Person::new(console, &login, &[role]).await;
            let (status, text) = person.get("/operators").await;
            assert_eq!(status, StatusCode::FORBIDDEN, "{role}");
            assert_eq!(text, Permission::Administer.refusal());
        }
        let boss = Person::new(console, "boss", &["administrator"]).await;
        assert_eq!(boss.get("/operators").await.0, StatusCode::OK);
        sql(console, "UPDATE session SET strong_at = strong_at - 300000").await;
        let (status, page) = boss.get("/operators").await;
        assert_eq!(status, StatusCode::UNAUTHORIZED);
        assert!(
            page.contains("Sign in again to manage operators."),
            "{page}"
        );
        let fields = [("login", "late"), ("viewer", "/")];
        let (status, _) = boss.submit("/operators/invite", &fields).await;
        assert_eq!(status, StatusCode::UNAUTHORIZED);
        let operators = console.store.operators().await.unwrap();
        assert!(operators.iter().all(|it| it.login != "late"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_administrator_stops_all_jobs_at_once() {
    on_two_schools(async |console| {
        let north = Person::new(console, "north", &["operator:/North"]).await;
        let south = Person::new(console, "south", &["operator:/Northern canary"]).await;
        let boss = Person::new(console, "boss", &["administrator"]).await;
        let jobs = [
            north.execute(&north_devices(console).await).await,
            south.execute(&south_devices(console).await).await,
        ];
        let (status, _) = north.submit("/operators/stop-all", &[]).await;
        assert_eq!(status, StatusCode::FORBIDDEN);
        let (status, page) = boss.submit("/operators/stop-all", &[]).await;
        assert_eq!(status, StatusCode::OK);
        assert!(page.contains("2 jobs are stopped."), "{page}");
        for job in jobs {
            let job = boss.job(&job.id).await.unwrap();
            assert_eq!(job.state, JobState::Cancelled);
            assert_eq!(job.counts.not_attempted, u64::from(DEVICES));
        }
        let (_, page) = boss.submit("/operators/stop-all", &[]).await;
        assert!(page.contains("No job was running."), "{page}");
    })
    .await;
}
