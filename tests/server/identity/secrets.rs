//! What is secret is nowhere it could be read: not in the database, not in the log.

use std::io;
use std::sync::{Arc, Mutex};

use axum::http::StatusCode;
use sunset::server::identity::SealKey;
use sunset::server::store::Database;
use tracing::instrument::WithSubscriber;
use tracing_subscriber::fmt::MakeWriter;

use super::{Browser, PASSWORD, Person, code, invite, on_each_with_key, secret_on};
use crate::support::{Console, on_each_database};

/// A log that is kept.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

/// All that the five tables hold.
pub async fn tables(console: &Console) -> String {
    const ROWS: [&str; 5] = [
        "SELECT id || login || password_phc || totp_sealed || link_sha256 FROM operator",
        "SELECT token_sha256 || operator_id || ip || agent FROM session",
        "SELECT operator_id || sha256 FROM recovery_code",
        "SELECT key FROM login_throttle",
        "SELECT sha256 || operator_id || name || ip FROM api_token",
    ];
    let mut all = String::new();
    for sql in ROWS {
        let rows: Vec<String> = match &console.database {
            Database::Sqlite(path) => {
                let url = format!("sqlite:{}", path.display());
                let pool = sqlx::SqlitePool::connect(&url).await.unwrap();
                sqlx::query_scalar(sql).fetch_all(&pool).await.unwrap()
            }
            Database::Postgres(url) => {
                let pool = sqlx::PgPool::connect(url).await.unwrap();
                sqlx::query_scalar(sql).fetch_all(&pool).await.unwrap()
            }
        };
        all.push_str(&rows.join("\n"));
    }
    all
}

#[tokio::test]
async fn no_secret_is_in_the_database_or_in_the_log() {
    on_each_with_key(async |console| {
        let log = Log::default();
        let subscriber = tracing_subscriber::fmt()
            .with_env_filter("info,sunset=trace")
            .with_writer(log.clone())
            .finish();
        let (mut secrets, ada) = async {
            let browser = Browser::new(&console);
            let link = invite(&console, "bob").await;
            browser.get(&link).await;
            let ada = Person::join(&browser, "ada").await;
            let device = browser.cookies.borrow()["sunset-device"].clone();
            let session = browser.cookies.borrow()["sunset"].clone();
            // Somebody types the password where the login belongs.
            browser.sign_in(PASSWORD, "ada", "000000").await;
            let stranger = Browser::new(&console);
            ada.sign_in(&stranger).await;
            let token = link.trim_start_matches("/set-up/").to_owned();
            (vec![token, session, device, PASSWORD.to_owned()], ada)
        }
        .with_subscriber(subscriber)
        .await;
        secrets.push(ada.secret.clone());
        secrets.extend(ada.recovery_codes.clone());
        secrets.extend(ada.recovery_codes.iter().map(|code| code.replace('-', "")));

        let tables = tables(&console).await;
        assert!(tables.contains("$argon2id$"), "{tables}");
        let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
        assert!(log.contains("signed in"), "{log}");
        for secret in secrets {
            assert!(!tables.contains(&secret), "{secret} is in the database");
            let line = log.lines().find(|line| line.contains(&secret));
            assert_eq!(line, None, "{secret} is in the log");
        }
    })
    .await;
}

#[tokio::test]
async fn with_another_key_or_none_nobody_signs_in_and_the_start_says_so() {
    on_each_database(async |console| {
        let folder = tempfile::tempdir().unwrap();
        let (path, other) = (folder.path().join("seal.key"), folder.path().join("other"));
        let console = console.with_seal_key(path.clone());
        let browser = Browser::new(&console);
        let ada = Person::join(&browser, "ada").await;
        console.app.identity.check().await.unwrap();

        let console = console.with_seal_key(folder.path().join("none"));
        let message = console.app.identity.check().await.unwrap_err();
        assert!(message.contains("is missing"), "{message}");
        let refused = ada.sign_in(&Browser::new(&console)).await;
        assert_eq!(refused.status, StatusCode::SERVICE_UNAVAILABLE);
        assert!(!folder.path().join("none").exists(), "a new key was made");

        SealKey::at(other.clone()).make().unwrap();
        let console = console.with_seal_key(other);
        let message = console.app.identity.check().await.unwrap_err();
        assert!(message.contains("is another than"), "{message}");

        // Without anything that is sealed a new key does.
        let login = "ada".parse().unwrap();
        let link = console.app.identity.reset(&login).await.unwrap();
        let console = console.with_seal_key(folder.path().join("none"));
        console.app.identity.check().await.unwrap();
        let link = format!("/set-up/{}", link.as_str());
        let browser = Browser::new(&console);
        let secret = secret_on(&browser.get(&link).await.text);
        let done = browser.set_up(&link, PASSWORD, &code(&secret, 0)).await;
        assert_eq!(done.status, StatusCode::OK);
    })
    .await;
}
