//! Tokens that prove nothing.

use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};

use super::provider::{AuthorizationRequest, CLIENT, Signed, StubProvider, Token};
use super::{EMAIL, arrive, depart, invite, is_refused, join, on_each_set, on_each_with_provider};
use crate::identity::Browser;

fn now() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap()
        .as_secs()
}

type Forge = fn(Token) -> Token;

/// What is wrong with a token, and the token.
const FORGED: [(&str, Forge); 24] = [
    ("no signature", |token| token.signed("none", Signed::None)),
    ("a signature cut off", |token| {
        token.signed("RS256", Signed::None)
    }),
    ("another signature", |token| {
        token.signed("RS256", Signed::Broken)
    }),
    ("HS256 with the public key", |token| {
        token.signed("HS256", Signed::PublicKey)
    }),
    ("HS256 with the secret", |token| {
        token.signed("HS256", Signed::Secret)
    }),
    ("another algorithm", |token| {
        token.signed("RS512", Signed::Rsa)
    }),
    ("the other kind of key", |token| {
        token.signed("ES256", Signed::Rsa)
    }),
    ("an unknown key", |token| token.kid("unknown")),
    ("the key of the other kind", |token| token.kid("ec")),
    ("another nonce", |token| {
        token.with("nonce", json!("another"))
    }),
    ("no nonce", |token| token.with("nonce", Value::Null)),
    ("another audience", |token| {
        token.with("aud", json!("another"))
    }),
    ("one more audience", |token| {
        token.with("aud", json!([CLIENT, "another"]))
    }),
    ("no audience", |token| token.with("aud", Value::Null)),
    ("another party", |token| token.with("azp", json!("another"))),
    ("another issuer", |token| {
        token.with("iss", json!("https://issuer.example"))
    }),
    ("an issuer that is almost ours", |token| {
        let issuer = format!("{}/", token.claims["iss"].as_str().unwrap());
        token.with("iss", json!(issuer))
    }),
    ("no issuer", |token| token.with("iss", Value::Null)),
    ("expired", |token| token.with("exp", json!(now() - 61))),
    ("never expires", |token| token.with("exp", Value::Null)),
    ("made too long ago", |token| {
        token.with("iat", json!(now() - 700))
    }),
    ("made tomorrow", |token| {
        token.with("iat", json!(now() + 120))
    }),
    ("never made", |token| token.with("iat", Value::Null)),
    ("nobody", |token| token.with("sub", Value::Null)),
];

#[tokio::test]
async fn a_token_that_proves_nothing_signs_nobody_in_and_binds_nothing() {
    on_each_with_provider(async |console, stub| {
        invite(&console, EMAIL).await;
        for (what, forge) in FORGED {
            let browser = Browser::new(&console);
            let asked = depart(&browser).await;
            let token = forge(stub.token(&asked, EMAIL));
            let answer = arrive(&browser, &stub, &asked, token).await;
            println!("{what}: {}", answer.status);
            is_refused(&browser, &answer, "cannot be trusted").await;
        }
        // Nothing of that has used the invitation up.
        let browser = Browser::new(&console);
        let asked = depart(&browser).await;
        let token = stub.token(&asked, EMAIL);
        let answer = arrive(&browser, &stub, &asked, token).await;
        assert!(answer.location().starts_with("/set-up/"));
    })
    .await;
}

#[tokio::test]
async fn what_is_as_it_should_be_is_taken() {
    const FINE: [(&str, Forge); 5] = [
        ("ES256", |token| {
            token.signed("ES256", Signed::Ecdsa).kid("ec")
        }),
        ("a list of one", |token| token.with("aud", json!([CLIENT]))),
        ("the party is us", |token| token.with("azp", json!(CLIENT))),
        ("a clock that is slow", |token| {
            token.with("iat", json!(now() + 30))
        }),
        ("a clock that is fast", |token| {
            token.with("exp", json!(now() - 30))
        }),
    ];
    on_each_with_provider(async |console, stub| {
        join(&Browser::new(&console), &stub, EMAIL).await;
        for (what, forge) in FINE {
            let browser = Browser::new(&console);
            let asked = depart(&browser).await;
            let token = forge(stub.token(&asked, EMAIL));
            let answer = arrive(&browser, &stub, &asked, token).await;
            assert_eq!(answer.location(), "/devices", "{what}");
            assert!(browser.is_in().await);
        }
    })
    .await;
}

/// Signs in with a token that names this key; returns whether it was taken.
async fn is_taken(browser: &Browser<'_>, stub: &StubProvider, kid: &str) -> bool {
    let asked: AuthorizationRequest = depart(browser).await;
    let token = stub.token(&asked, EMAIL).kid(kid);
    let answer = arrive(browser, stub, &asked, token).await;
    answer.status.is_redirection()
}

#[tokio::test]
async fn new_keys_are_read_at_most_once_a_minute() {
    on_each_with_provider(async |console, stub| {
        join(&Browser::new(&console), &stub, EMAIL).await;
        let before = stub.keys_read();
        for _ in 0..5 {
            assert!(!is_taken(&Browser::new(&console), &stub, "unknown").await);
        }
        assert_eq!(
            stub.keys_read(),
            before,
            "somebody makes us ask again and again"
        );
    })
    .await;
}

#[tokio::test]
async fn a_key_that_is_new_is_found() {
    let at_once = |settings| sunset::server::identity::provider::Settings {
        new_keys_after: std::time::Duration::ZERO,
        ..settings
    };
    on_each_set(at_once, async |console, stub| {
        join(&Browser::new(&console), &stub, EMAIL).await;
        let before = stub.keys_read();
        stub.rotate("rsa-2");
        assert!(is_taken(&Browser::new(&console), &stub, "rsa-2").await);
        assert!(is_taken(&Browser::new(&console), &stub, "rsa-2").await);
        assert_eq!(stub.keys_read(), before + 1);
        assert!(!is_taken(&Browser::new(&console), &stub, "rsa").await);
    })
    .await;
}
