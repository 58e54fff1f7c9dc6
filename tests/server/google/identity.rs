//! Health of the identity: what is wrong is said, with what to enter where, and
//! nothing can be started meanwhile.

use serde_json::json;
use sunset::domain::directory_health::{DirectoryHealth, IdentityCheck, Severity};
use sunset::server::directory::Directory;
use sunset::server::directory::google::{DEVICES, GoogleDirectory, ORG_UNITS, Options};
use sunset::server::simulator::CUSTOMER;
use sunset::server::simulator::fault::{Fault, FaultRule};
use sunset::server::simulator::key::{CLIENT_EMAIL, CLIENT_ID};
use sunset::server::simulator::settings::Settings;

use super::{Google, on_each_google};
use crate::support::{device, selection_of};

async fn check_with(change: impl FnOnce(&mut Settings)) -> IdentityCheck {
    let google = Google::start((0..3).map(device)).await;
    google.simulator.set(change);
    let directory = GoogleDirectory::new(google.account(), google.options(), None);
    directory.unwrap().check().await
}

#[tokio::test]
async fn an_identity_that_holds_is_fine_in_every_point() {
    let check = check_with(|_| {}).await;
    assert_eq!(check.scopes, [DEVICES, ORG_UNITS]);
    let weights: Vec<Severity> = check.findings.iter().map(|it| it.severity).collect();
    assert_eq!(weights, [Severity::Fine; 2], "{check:?}");
    let devices = &check.findings[0].what;
    assert!(devices.contains("the scope to change them is delegated"));
    assert!(devices.contains("Deprovisioning itself was not tried"));
}

#[tokio::test]
async fn a_scope_that_is_missing_is_told_letter_by_letter_with_the_client_id() {
    let only = |scope: &str| vec![scope.to_owned()];
    let check = check_with(|it| it.delegated = only(ORG_UNITS)).await;
    let finding = check.down().unwrap();
    assert!(finding.what.contains(DEVICES), "{finding:?}");
    assert!(finding.remedy.ends_with(DEVICES) && finding.remedy.contains(CLIENT_ID));

    // A scope that only reads is another scope, whatever it can do.
    let check = check_with(|it| it.delegated = only(&format!("{DEVICES}.readonly"))).await;
    assert!(check.down().unwrap().remedy.ends_with(DEVICES));

    let check = check_with(|it| it.delegated = only(DEVICES)).await;
    assert_eq!(
        (check.down(), check.findings[1].severity),
        (None, Severity::Limited)
    );
    assert!(check.findings[1].remedy.ends_with(ORG_UNITS));
}

#[tokio::test]
async fn a_key_a_subject_and_a_right_that_are_missing_are_told_apart() {
    let check = check_with(|it| it.key_revoked = true).await;
    assert!(check.down().unwrap().remedy.contains("new key"));
    let others = vec!["other@school.example".to_owned()];
    let check = check_with(|it| it.administrators = others).await;
    assert!(check.down().unwrap().remedy.contains("--google-subject"));
    let check = check_with(|it| it.no_rights = true).await;
    assert!(
        check
            .down()
            .unwrap()
            .remedy
            .contains("Manage ChromeOS Devices")
    );
}

#[tokio::test]
async fn a_service_account_with_a_role_of_its_own_needs_no_subject_and_no_delegation() {
    let google = Google::start((0..3).map(device)).await;
    let check = async |own_role| {
        google.simulator.set(|it| {
            it.own_role = own_role;
            it.delegated = Vec::new();
        });
        let mut options = google.options();
        options.subject = None;
        options.customer = CUSTOMER.to_owned();
        let directory = GoogleDirectory::new(google.account(), options, None).unwrap();
        assert!(directory.name().ends_with(&format!("({CUSTOMER})")));
        directory.check().await
    };
    let fine = check(true).await;
    assert_eq!(fine.subject, CLIENT_EMAIL);
    assert_eq!(fine.down(), None);
    assert_eq!(fine.findings.len(), 2);
    let devices = &fine.findings[0].what;
    assert!(devices.contains("as an administrator itself"), "{devices}");

    let without = check(false).await;
    let down = without.down().unwrap();
    assert!(down.what.starts_with(CLIENT_EMAIL), "{down:?}");
    assert!(down.remedy.contains("Assign service accounts"), "{down:?}");
}

/// What a look comes to where a call meets this.
async fn check_meeting(method: &str, fault: Fault) -> IdentityCheck {
    let google = Google::start((0..3).map(device)).await;
    google
        .simulator
        .will(FaultRule::once(method, fault).times(0));
    let directory = GoogleDirectory::new(google.account(), google.options(), None);
    directory.unwrap().check().await
}

#[tokio::test]
async fn what_is_no_fault_of_the_identity_is_not_told_as_one() {
    for (fault, what, remedy) in [
        (
            Fault::AccountDelinquent,
            "Delinquent account",
            "its bills are paid",
        ),
        (
            Fault::Malformed,
            "whose devices are asked for",
            "--google-customer",
        ),
        (
            Fault::AnswerHtml,
            "not come from Google's directory (HTTP 200)",
            "--google-url",
        ),
        (Fault::Unavailable, "cannot be reached", "over https"),
        (Fault::CallLost, "cannot be reached", "over https"),
    ] {
        let check = check_meeting("list", fault).await;
        let down = check
            .down()
            .unwrap_or_else(|| panic!("{fault:?}: {check:?}"));
        assert!(down.what.contains(what), "{fault:?}: {down:?}");
        assert!(down.remedy.contains(remedy), "{fault:?}: {down:?}");
    }
    for fault in [Fault::UserRateLimit, Fault::QuotaExceeded, Fault::RateLimit] {
        let check = check_meeting("list", fault).await;
        assert_eq!(check.down(), None, "{fault:?}");
        assert!(check.findings[0].what.contains("asks to wait"), "{check:?}");
    }
    for (fault, what) in [
        (Fault::Unavailable, "cannot be reached"),
        (Fault::AccountDelinquent, "refuses to serve this account"),
        (
            Fault::AnswerHtml,
            "not come from Google's directory (HTTP 200)",
        ),
        (Fault::RateLimit, "asks to wait"),
    ] {
        let check = check_meeting("orgunits.list", fault).await;
        let units = &check.findings[1];
        assert_eq!(units.severity, Severity::Limited, "{fault:?}");
        assert!(units.what.contains(what), "{fault:?}: {units:?}");
        assert!(!units.remedy.contains("privilege"), "{fault:?}: {units:?}");
    }
}

#[tokio::test]
async fn a_customer_whom_there_is_not_is_told() {
    let google = Google::start((0..3).map(device)).await;
    let options = Options {
        customer: "C0nobody".to_owned(),
        ..google.options()
    };
    let directory = GoogleDirectory::new(google.account(), options, None).unwrap();
    let check = directory.check().await;
    assert!(check.down().unwrap().remedy.contains("--google-customer"));
}

#[tokio::test]
async fn while_the_connection_is_down_nothing_is_started_and_the_reason_is_told() {
    on_each_google(async |console, google| {
        let devices = console.devices().await;
        let plan = console.plan(&selection_of(&devices[..5])).await.unwrap();
        google.simulator.set(|it| it.no_rights = true);
        console.app.health.look().await;
        let health: DirectoryHealth = console.call("directory/health", json!({})).await.unwrap();
        let sentence = health.sentence().unwrap();
        assert!(
            sentence.starts_with("Directory connection is down since "),
            "{sentence}"
        );
        let (status, message) = console.execute(&plan).await.unwrap_err();
        assert_eq!((status.as_u16(), message.to_string()), (503, sentence));

        google.simulator.set(|it| it.no_rights = false);
        console.app.health.look().await;
        console.execute(&plan).await.unwrap();
        console.run_jobs().await;
        assert_eq!(google.effects().len(), 5);
    })
    .await;
}

#[tokio::test]
async fn no_key_and_no_token_is_ever_told_to_a_browser() {
    on_each_google(async |console, _| {
        console.app.health.look().await;
        let health: serde_json::Value = console.call("directory/health", json!({})).await.unwrap();
        let message = health.to_string();
        assert!(message.contains(CLIENT_ID));
        for secret in ["PRIVATE KEY", "ya29.", "MIIEv"] {
            assert!(!message.contains(secret), "{message}");
        }
    })
    .await;
}
