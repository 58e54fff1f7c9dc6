//! Guessing is slow, and keeps nobody out.

use axum::http::{StatusCode, header};
use futures_util::future::join_all;

use super::{Browser, PASSWORD, Person, forget_steps, on_each_with_key, sql};

#[tokio::test]
async fn after_three_wrong_guesses_one_has_to_wait_and_a_right_one_is_not_looked_at() {
    on_each_with_key(async |console| {
        let owner = Browser::new(&console);
        let ada = Person::join(&owner, "ada").await;
        let guesser = Browser::new(&console);
        for _ in 0..3 {
            let wrong = guesser.sign_in("ada", "wrong", "000000").await;
            assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        }
        let early = guesser.sign_in("ada", PASSWORD, &ada.code()).await;
        assert_eq!(early.status, StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(early.headers[header::RETRY_AFTER], "1");
        assert_eq!(
            early.error(),
            "Too many attempts. Wait 1 second and try again."
        );
        // A login that nobody has is no different.
        for _ in 0..3 {
            guesser.sign_in("nobody", "wrong", "000000").await;
        }
        let early = guesser.sign_in("nobody", "wrong", "000000").await;
        assert_eq!(early.status, StatusCode::TOO_MANY_REQUESTS);

        sql(
            &console,
            "UPDATE login_throttle SET next_at = next_at - 1000",
        )
        .await;
        assert_eq!(ada.sign_in(&guesser).await.location(), "/overview");
        // All is forgotten then.
        forget_steps(&console).await;
        let again = Browser::new(&console);
        again.sign_in("ada", "wrong", "000000").await;
        assert_eq!(ada.sign_in(&again).await.location(), "/overview");
    })
    .await;
}

#[tokio::test]
async fn guesses_at_the_same_time_count_one_after_the_other() {
    on_each_with_key(async |console| {
        let owner = Browser::new(&console);
        Person::join(&owner, "ada").await;
        let browsers: Vec<Browser> = (0..30).map(|_| Browser::new(&console)).collect();
        let tries = browsers
            .iter()
            .map(|browser| browser.sign_in("ada", "wrong", "000000"));
        let answers = join_all(tries).await;
        let of = |status| answers.iter().filter(|it| it.status == status).count();
        // The fourth may come a second after the third.
        assert!((3..=4).contains(&of(StatusCode::UNPROCESSABLE_ENTITY)));
        assert!(26 <= of(StatusCode::TOO_MANY_REQUESTS));
    })
    .await;
}

#[tokio::test]
async fn a_browser_that_was_signed_in_is_not_kept_out_by_guesses_from_elsewhere() {
    on_each_with_key(async |console| {
        let owner = Browser::new(&console);
        let ada = Person::join(&owner, "ada").await;
        owner.post("/sign-out", &[]).await;
        let guesser = Browser::new(&console);
        for _ in 0..10 {
            guesser.sign_in("ada", "wrong", "000000").await;
        }
        assert_eq!(
            ada.sign_in(&Browser::new(&console)).await.status,
            StatusCode::TOO_MANY_REQUESTS
        );
        assert_eq!(ada.sign_in(&owner).await.location(), "/overview");

        // Its own guesses count as well, by themselves.
        owner.post("/sign-out", &[]).await;
        for _ in 0..3 {
            owner.sign_in("ada", "wrong", "000000").await;
        }
        let early = ada.sign_in(&owner).await;
        assert_eq!(early.status, StatusCode::TOO_MANY_REQUESTS);
    })
    .await;
}
