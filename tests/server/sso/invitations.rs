//! Who comes in: those who were invited, and nobody else.

use axum::http::StatusCode;
use serde_json::{Value, json};
use sunset::server::identity::provider::Settings;

use super::{
    EMAIL, arrive, depart, invite, is_refused, join, on_each_set, on_each_with_provider, sign_in,
};
use crate::identity::{Browser, Person, sql};

const NOBODY: &str = "you are not an operator";

#[tokio::test]
async fn nobody_becomes_an_operator_by_signing_in() {
    on_each_with_provider(async |console, stub| {
        join(&Browser::new(&console), &stub, EMAIL).await;
        let browser = Browser::new(&console);
        for student in ["tim@school.example", "ada@school.example.example"] {
            let answer = sign_in(&browser, &stub, student).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN);
            is_refused(&browser, &answer, NOBODY).await;
        }
        let there = console.store.operators().await.unwrap();
        assert_eq!(there.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn an_invitation_needs_an_address_that_the_provider_vouches_for() {
    on_each_with_provider(async |console, stub| {
        invite(&console, EMAIL).await;
        let browser = Browser::new(&console);
        for (claim, value) in [
            ("email_verified", json!(false)),
            ("email_verified", Value::Null),
            ("email", Value::Null),
            ("email", json!("tim@school.example")),
        ] {
            let asked = depart(&browser).await;
            let token = stub.token(&asked, EMAIL).with(claim, value);
            // What only Microsoft says counts for nothing here.
            let token = token.with("xms_edov", json!(true));
            let answer = arrive(&browser, &stub, &asked, token).await;
            is_refused(&browser, &answer, NOBODY).await;
        }
        // An address is the same in any case.
        let asked = depart(&browser).await;
        let token = stub
            .token(&asked, EMAIL)
            .with("email", json!("Ada@School.Example"));
        let answer = arrive(&browser, &stub, &asked, token).await;
        assert!(answer.location().starts_with("/set-up/"));
    })
    .await;
}

#[tokio::test]
async fn an_account_is_bound_once_whoever_has_the_address_later() {
    on_each_with_provider(async |console, stub| {
        join(&Browser::new(&console), &stub, EMAIL).await;
        let browser = Browser::new(&console);
        let asked = depart(&browser).await;
        let other = stub
            .token(&asked, EMAIL)
            .with("sub", json!("another person"));
        let answer = arrive(&browser, &stub, &asked, other).await;
        is_refused(&browser, &answer, NOBODY).await;

        // The one who was bound comes in with another address, and with one that is not theirs.
        for email in ["ada.new@school.example", "tim@school.example"] {
            let asked = depart(&browser).await;
            let same = stub.token(&asked, EMAIL).with("email", json!(email));
            let same = same.with("email_verified", json!(false));
            let answer = arrive(&browser, &stub, &asked, same).await;
            assert_eq!(answer.location(), "/devices");
        }
    })
    .await;
}

#[tokio::test]
async fn of_two_accounts_with_one_address_the_first_is_bound() {
    on_each_with_provider(async |console, stub| {
        invite(&console, EMAIL).await;
        let browsers: Vec<Browser> = (0..4).map(|_| Browser::new(&console)).collect();
        let tries = browsers.iter().enumerate().map(|(place, browser)| {
            let stub = &stub;
            async move {
                let asked = depart(browser).await;
                let token = stub.token(&asked, EMAIL);
                let token = token.with("sub", json!(format!("person {place}")));
                arrive(browser, stub, &asked, token).await
            }
        });
        let answers = futures_util::future::join_all(tries).await;
        let bound = answers.iter().filter(|it| it.status.is_redirection());
        assert_eq!(bound.count(), 1);
    })
    .await;
}

#[tokio::test]
async fn an_invitation_ends_after_a_week_and_can_be_given_again() {
    on_each_with_provider(async |console, stub| {
        invite(&console, EMAIL).await;
        let week = "UPDATE operator SET oidc_until = oidc_until - 604800000";
        assert_eq!(sql(&console, week).await, 1);
        let browser = Browser::new(&console);
        let answer = sign_in(&browser, &stub, EMAIL).await;
        is_refused(&browser, &answer, NOBODY).await;
        let login = EMAIL.parse().unwrap();
        console.app.identity.reset_by_email(&login).await.unwrap();
        let answer = sign_in(&browser, &stub, EMAIL).await;
        assert!(answer.location().starts_with("/set-up/"));
    })
    .await;
}

#[tokio::test]
async fn whoever_was_disabled_or_reset_does_not_come_in() {
    on_each_with_provider(async |console, stub| {
        let admin = Browser::new(&console);
        Person::join(&admin, "admin").await;
        let browser = Browser::new(&console);
        join(&browser, &stub, EMAIL).await;
        assert!(browser.is_in().await);
        let identity = &console.app.identity;
        let login = EMAIL.parse().unwrap();
        identity.disable(&login).await.unwrap();
        assert!(!browser.is_in().await);
        let browser = Browser::new(&console);
        let answer = sign_in(&browser, &stub, EMAIL).await;
        is_refused(&browser, &answer, NOBODY).await;

        // A reset takes the account, too: who has it may be who has broken in.
        let link = identity.reset(&login).await.unwrap();
        let answer = sign_in(&browser, &stub, EMAIL).await;
        is_refused(&browser, &answer, NOBODY).await;
        let page = browser.get(&format!("/set-up/{}", link.as_str())).await;
        assert!(page.text.contains("type=\"password\""));
    })
    .await;
}

#[tokio::test]
async fn an_operator_with_a_password_is_nobody_at_the_provider() {
    on_each_with_provider(async |console, stub| {
        Person::join(&Browser::new(&console), EMAIL).await;
        let browser = Browser::new(&console);
        let answer = sign_in(&browser, &stub, EMAIL).await;
        is_refused(&browser, &answer, NOBODY).await;
        // Nor is one who has a link.
        crate::identity::invite(&console, "bob@school.example").await;
        let answer = sign_in(&browser, &stub, "bob@school.example").await;
        is_refused(&browser, &answer, NOBODY).await;
    })
    .await;
}

#[tokio::test]
async fn of_google_only_the_organizations_that_were_named_come_in() {
    let named = |settings| Settings {
        hosted_domains: vec!["school.example".to_owned()],
        ..settings
    };
    on_each_set(named, async |console, stub| {
        invite(&console, EMAIL).await;
        let browser = Browser::new(&console);
        for organization in [
            Value::Null,
            json!("gmail.com"),
            json!("evil.school.example"),
        ] {
            let asked = depart(&browser).await;
            assert_eq!(asked.get("hd"), "school.example");
            let token = stub.token(&asked, EMAIL).with("hd", organization);
            let answer = arrive(&browser, &stub, &asked, token).await;
            is_refused(&browser, &answer, NOBODY).await;
        }
        // A student of the same organization is none who was invited.
        for (email, comes_in) in [("tim@school.example", false), (EMAIL, true)] {
            let asked = depart(&browser).await;
            let token = stub
                .token(&asked, email)
                .with("hd", json!("school.example"));
            let answer = arrive(&browser, &stub, &asked, token).await;
            assert_eq!(answer.status.is_redirection(), comes_in, "{email}");
        }
    })
    .await;
}
