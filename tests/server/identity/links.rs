//! The link by which an operator sets up an account.

use axum::http::StatusCode;

use super::{Browser, PASSWORD, Person, code, invite, on_each_with_key, secret_on, sql};

#[tokio::test]
async fn a_link_shows_the_same_authenticator_each_time_and_nothing_is_set_before_its_code() {
    on_each_with_key(async |console| {
        let browser = Browser::new(&console);
        let link = invite(&console, "ada").await;
        let page = browser.get(&link).await;
        assert_eq!(page.status, StatusCode::OK);
        let secret = secret_on(&page.text);
        assert_eq!(secret.len(), 32);
        assert_eq!(secret_on(&browser.get(&link).await.text), secret);
        assert!(page.text.contains("aria-label=\"QR code"));

        let wrong_code = browser.set_up(&link, PASSWORD, "000000").await;
        assert_eq!(wrong_code.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(wrong_code.error().starts_with("The code is not the one"));
        let code = code(&secret, 0);
        let short = browser.set_up(&link, "short", &code).await;
        assert!(short.error().contains("12 to 256 characters"));
        let common = browser.set_up(&link, "qwertyuiop123", &code).await;
        assert!(common.error().contains("among the first that are guessed"));
        let fields = [
            ("new", PASSWORD),
            ("repeated", "another password"),
            ("code", &*code),
        ];
        let other = browser.post(&link, &fields).await;
        assert!(other.error().contains("not the same"));
        assert!(!browser.is_in().await);

        let done = browser.set_up(&link, PASSWORD, &code).await;
        assert_eq!(done.status, StatusCode::OK);
        assert!(done.text.contains("Keep your recovery codes"));
        assert!(browser.is_in().await);
        // The code that was typed does not count again.
        let next = Browser::new(&console);
        assert_eq!(
            next.sign_in("ada", PASSWORD, &code).await.status,
            StatusCode::UNPROCESSABLE_ENTITY
        );
    })
    .await;
}

#[tokio::test]
async fn of_those_who_race_for_a_link_one_has_it() {
    on_each_with_key(async |console| {
        let link = invite(&console, "ada").await;
        let secret = secret_on(&Browser::new(&console).get(&link).await.text);
        let code = code(&secret, 0);
        let browsers: Vec<Browser> = (0..4).map(|_| Browser::new(&console)).collect();
        let tries = browsers
            .iter()
            .map(|browser| browser.set_up(&link, PASSWORD, &code));
        let answers = futures_util::future::join_all(tries).await;
        let done = answers.iter().filter(|it| it.status == StatusCode::OK);
        assert_eq!(done.count(), 1);
        let mut signed_in = 0;
        for browser in &browsers {
            signed_in += u32::from(browser.is_in().await);
        }
        assert_eq!(signed_in, 1);
        let late = Browser::new(&console).get(&link).await;
        assert_eq!(late.status, StatusCode::NOT_FOUND);
        assert!(late.error().contains("This link was used"));
    })
    .await;
}

#[tokio::test]
async fn a_link_whose_time_is_over_or_that_was_made_up_is_none() {
    on_each_with_key(async |console| {
        let browser = Browser::new(&console);
        let link = invite(&console, "ada").await;
        let secret = secret_on(&browser.get(&link).await.text);
        sql(&console, "UPDATE operator SET link_until = 1").await;
        for path in [&*link, "/set-up/x", "/set-up/%27"] {
            assert_eq!(browser.get(path).await.status, StatusCode::NOT_FOUND);
            let refused = browser.set_up(path, PASSWORD, "000000").await;
            assert_eq!(refused.status, StatusCode::NOT_FOUND);
        }
        let late = browser.set_up(&link, PASSWORD, &code(&secret, 0)).await;
        assert_eq!(late.status, StatusCode::NOT_FOUND);
        assert!(!browser.is_in().await);
    })
    .await;
}

#[tokio::test]
async fn a_reset_takes_everything_and_begins_anew() {
    on_each_with_key(async |console| {
        let browser = Browser::new(&console);
        let ada = Person::join(&browser, "ada").await;
        let login = "ada".parse().unwrap();
        let link = console.app.identity.reset(&login).await.unwrap();
        assert!(!browser.is_in().await, "the session goes on");
        for code in [&ada.code(), &ada.recovery_codes[0]] {
            let answer = Browser::new(&console).sign_in("ada", PASSWORD, code).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        }
        let link = format!("/set-up/{}", link.as_str());
        let secret = secret_on(&browser.get(&link).await.text);
        assert_ne!(secret, ada.secret);
        let done = browser
            .set_up(&link, "six large blue kettles", &code(&secret, 0))
            .await;
        assert_eq!(done.status, StatusCode::OK);
        sql(&console, "DELETE FROM login_throttle").await;
        let old = Browser::new(&console);
        let answer = old.sign_in("ada", PASSWORD, &ada.recovery_codes[1]).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);

        let nobody = "nobody".parse().unwrap();
        let message = console.app.identity.reset(&nobody).await.unwrap_err();
        assert_eq!(message.to_string(), "There is no operator nobody.");
        let message = console
            .app
            .identity
            .invite(
                &login,
                &sunset::domain::permission::Grants::all(),
                "test",
                sunset::server::identity::LINK_MS,
            )
            .await
            .unwrap_err();
        assert_eq!(message.to_string(), "There is an operator ada already.");
    })
    .await;
}

#[tokio::test]
async fn a_reset_is_told_on_every_page_for_a_day_and_to_nobody_else() {
    on_each_with_key(async |console| {
        let browser = Browser::new(&console);
        Person::join(&browser, "ada").await;
        Person::join(&Browser::new(&console), "bob").await;
        const TOLD: &str = "The operator bob was reset";
        let pages = ["/overview", "/devices", "/jobs", "/account", "/operators"];
        for path in pages {
            assert!(!browser.get(path).await.text.contains(TOLD), "{path}");
        }
        let login = "bob".parse().unwrap();
        console.app.identity.reset(&login).await.unwrap();
        for path in pages {
            let page = browser.get(path).await;
            assert!(page.text.contains(TOLD), "{path}: {}", page.text);
        }
        let page = Browser::new(&console).get("/sign-in").await;
        assert!(!page.text.contains(TOLD));
        let day = "UPDATE operator SET reset_at = reset_at - 86400000 WHERE reset_at <> 0";
        assert_eq!(sql(&console, day).await, 1);
        assert!(!browser.get("/account").await.text.contains(TOLD));
    })
    .await;
}
