//! What is partly within somebody's org units and partly not.

use axum::http::StatusCode;
use serde_json::json;
use sunset::domain::action::Action;
use sunset::domain::action::follow_up::FollowUp;
use sunset::domain::action::reason::DeprovisionReason;
use sunset::domain::eligibility::Rule;
use sunset::domain::error::ApiError;
use sunset::domain::job::JobSummary;
use sunset::domain::permission::Permission;
use sunset::domain::plan::{EligibilityCount, Execution, Plan};
use sunset::domain::selection::Selection;

use super::{CANARY, DEVICES, Person, north_devices, on_two_schools, south_devices};
use crate::google::on_each_google;
use crate::identity::sql;
use crate::support::{execution, selection_of};

fn both(one: &Selection, other: &Selection) -> Selection {
    let mut both = one.clone();
    both.add_all(other);
    both
}

#[tokio::test(flavor = "multi_thread")]
async fn devices_that_are_seen_and_not_theirs_are_left_out_and_said() {
    on_two_schools(async |console| {
        let person = Person::new(console, "tech", &["viewer", "operator:/North"]).await;
        let north = north_devices(console).await;
        let all = both(&north, &south_devices(console).await);
        let counts = person.call("devices/eligibility", json!({ "selection": all }));
        let counts: Vec<EligibilityCount> = counts.await.unwrap();
        let left_out = vec![(Rule::NotPermitted, u64::from(DEVICES))];
        assert_eq!(counts[0].eligible, u64::from(DEVICES));
        assert_eq!(counts[0].left_out, left_out);
        let eligible = json!({ "action": "deprovision", "selection": all });
        let eligible = person.call("devices/eligible", eligible).await;
        assert_eq!(eligible, Ok(north.clone()));

        let plan = person.plan(&all).await.unwrap();
        assert_eq!(
            (plan.eligible, &plan.left_out),
            (u64::from(DEVICES), &left_out)
        );
        let job: JobSummary = person
            .call("jobs/start", json!({ "execution": execution(&plan) }))
            .await
            .unwrap();
        console.run_jobs().await;
        let job = person.job(&job.id).await.unwrap();
        assert_eq!(job.counts.succeeded, u64::from(DEVICES));
        assert_eq!(job.counts.skipped, u64::from(DEVICES));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn devices_that_are_not_seen_count_as_unknown() {
    on_two_schools(async |console| {
        let person = Person::new(console, "tech", &["operator:/North"]).await;
        let all = both(&north_devices(console).await, &south_devices(console).await);
        let count = u64::from(DEVICES);
        let unknown = ApiError::UnknownDevices { count };
        assert_eq!(
            person.plan(&all).await,
            Err((StatusCode::CONFLICT, unknown))
        );
        let known: Selection = person
            .call("devices/known", json!({ "selection": all }))
            .await
            .unwrap();
        assert_eq!(known, north_devices(console).await);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_of_both_schools_is_not_there_for_one() {
    on_two_schools(async |console| {
        let boss = Person::new(console, "boss", &["operator"]).await;
        let person = Person::new(console, "tech", &["operator:/North"]).await;
        let all = both(&north_devices(console).await, &south_devices(console).await);
        let job = boss.execute(&all).await;
        for what in ["read", "pause", "stop", "resume", "retry"] {
            let function = format!("jobs/{what}");
            let answer = person.call(&function, json!({ "id": job.id }));
            let (status, message) = answer.await.map(|job: JobSummary| job.id).unwrap_err();
            assert_eq!(status, StatusCode::NOT_FOUND, "{what}");
            assert_eq!(message.to_string(), "This job was not found.");
        }
        assert_eq!(boss.job(&job.id).await.unwrap().id, job.id);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_moves_devices_to_where_they_may_do_nothing() {
    on_two_schools(async |console| {
        let person = Person::new(console, "tech", &["operator:/North"]).await;
        let selection = north_devices(console).await;
        let make = json!({ "action": "move", "selection": selection });
        let plan: Plan = person.call("plans/make", make).await.unwrap();
        assert_eq!(plan.org_units, ["/North", "/North/Lab"]);
        let mut refusals = Vec::new();
        for to in ["/Northern canary", "/Nowhere", "/"] {
            let execution = Execution {
                action: Action::Move {
                    org_unit: to.to_owned(),
                },
                ..execution(&plan)
            };
            let execution = json!({ "execution": execution });
            let message = person.call::<JobSummary>("jobs/start", execution).await;
            let message = message.map(|job| job.id).unwrap_err().1.to_string();
            refusals.push(message.replace(to, "…"));
        }
        refusals.dedup();
        assert_eq!(refusals, ["The directory has no org unit …."]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_not_erase_is_not_offered_it_and_is_refused() {
    on_each_google(async |console, google| {
        console.refresh().await;
        let devices = console.devices().await;
        let selection = selection_of(&devices[..4]);
        let roles: [(&str, &[&str], bool); 4] = [
            ("none", &["operator"], false),
            ("lab", &["operator", "eraser:/School/Lab"], false),
            ("both", &["operator:/School", "eraser:/School"], true),
            ("all", &["operator", "eraser"], true),
        ];
        for (login, roles, may) in roles {
            let person = Person::new(console, login, roles).await;
            let plan = person.plan(&selection).await.unwrap();
            assert_eq!(plan.can_powerwash, may, "{login}");
            let start = Execution {
                action: Action::Deprovision {
                    reason: DeprovisionReason::RetiringDevice,
                    powerwash: true,
                    follow_up: FollowUp::default(),
                },
                ..execution(&plan)
            };
            let start = json!({ "execution": start });
            if !may {
                let refused = person.call::<JobSummary>("jobs/start", start).await;
                let (status, _) = refused.map(|job| job.id).unwrap_err();
                assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{login}");
            }
            let clear = json!({ "action": "clear_profiles", "selection": selection });
            let (status, text) = person.post("/api/plans/make", clear).await;
            let expected = match login {
                "none" => StatusCode::FORBIDDEN,
                // Nowhere where they may are any of these devices.
                "lab" => StatusCode::UNPROCESSABLE_ENTITY,
                _ => StatusCode::OK,
            };
            assert_eq!(status, expected, "{login}: {text}");
            if login == "none" {
                assert!(text.contains(Permission::Erase.refusal()), "{text}");
            }
        }
        assert!(google.effects().is_empty(), "nothing was sent");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_review_is_gone_with_the_role_to_see_its_devices() {
    on_two_schools(async |console| {
        let person = Person::new(console, "tech", &["operator"]).await;
        let all = both(&north_devices(console).await, &south_devices(console).await);
        let plan = person.plan(&all).await.unwrap();
        let asked = json!({ "id": plan.id });
        let functions = ["read", "selection", "recently-synced", "serials"];
        for function in functions {
            let (status, _) = person.post(&format!("/api/plans/{function}"), &asked).await;
            assert_eq!(status, StatusCode::OK, "{function}");
        }
        // As a narrower role, with the session kept.
        sql(console, "UPDATE operator_grant SET org_unit = '/North'").await;
        for function in functions {
            let (status, text) = person.post(&format!("/api/plans/{function}"), &asked).await;
            assert_eq!(status, StatusCode::NOT_FOUND, "{function}");
            assert!(!text.contains(CANARY), "{function}");
        }
        let start = json!({ "execution": execution(&plan) });
        let (status, _) = person.post("/api/jobs/start", start).await;
        assert_eq!(status, StatusCode::NOT_FOUND);
    })
    .await;
}
