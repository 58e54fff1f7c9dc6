//! A Postgres on another computer proves who it is before it is told anything.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use sqlx::{Connection, PgConnection};
use sunset::server::store::{Database, Store};
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

use crate::postgres::PostgresDatabase;

fn fixture(name: &str) -> PathBuf {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    root.join("tests/fixtures/tls").join(name)
}

/// The address with the demand that the server prove who it is to our own authority.
fn verified(url: &str) -> String {
    let authority = fixture("authority.pem").display().to_string();
    let mark = if url.contains('?') { '&' } else { '?' };
    format!("{url}{mark}sslmode=verify-full&sslrootcert={authority}")
}

/// What stands in front of a Postgres: it shows a certificate, or encrypts nothing.
struct Front {
    /// The database's address, by this way.
    url: String,
    /// Sessions that were let through.
    sessions: Arc<AtomicU32>,
}

impl Front {
    async fn start(url: &str, certificate: Option<&str>) -> Self {
        let (user, rest) = url.split_once('@').expect("an address with a user");
        let (server, database) = rest.split_once('/').expect("an address with a database");
        let acceptor = certificate.map(acceptor);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let here = listener.local_addr().unwrap();
        let sessions = Arc::new(AtomicU32::new(0));
        let (server, counted) = (server.to_owned(), sessions.clone());
        tokio::spawn(async move {
            while let Ok((mut client, _)) = listener.accept().await {
                let (acceptor, server) = (acceptor.clone(), server.clone());
                let counted = counted.clone();
                tokio::spawn(async move {
                    // "Would you encrypt?", in eight bytes.
                    client.read_exact(&mut [0; 8]).await?;
                    let Some(acceptor) = acceptor else {
                        return client.write_all(b"N").await;
                    };
                    client.write_all(b"S").await?;
                    let mut client = acceptor.accept(client).await?;
                    counted.fetch_add(1, Ordering::Relaxed);
                    let mut server = TcpStream::connect(server).await?;
                    copy_bidirectional(&mut client, &mut server).await?;
                    io::Result::Ok(())
                });
            }
        });
        Self {
            url: verified(&format!("{user}@{here}/{database}")),
            sessions,
        }
    }

    async fn open(&self) -> Result<Store, String> {
        let database = Database::Postgres(self.url.clone());
        database.check_secure().unwrap();
        let opened = Store::open(&database).await;
        opened.map_err(|error| error.to_string())
    }
}

fn acceptor(certificate: &str) -> TlsAcceptor {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let certificate = CertificateDer::from_pem_file(fixture(certificate)).unwrap();
    let key = PrivateKeyDer::from_pem_file(fixture("key.pem")).unwrap();
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .unwrap();
    TlsAcceptor::from(Arc::new(config))
}

#[tokio::test]
async fn a_postgres_that_cannot_prove_who_it_is_is_told_nothing() {
    let postgres = PostgresDatabase::create().await;
    for (certificate, why) in [
        (Some("wrong-host.pem"), "not valid for"),
        (Some("expired.pem"), "expired"),
        (Some("self-signed.pem"), "UnknownIssuer"),
        (None, "does not support TLS"),
    ] {
        let front = Front::start(&postgres.url, certificate).await;
        let message = front.open().await.unwrap_err();
        assert!(message.starts_with("The Postgres database cannot be reached"));
        assert!(message.contains(why), "{certificate:?}: {message}");
        assert_eq!(front.sessions.load(Ordering::Relaxed), 0);
    }
    let front = Front::start(&postgres.url, Some("good.pem")).await;
    let store = front.open().await.unwrap();
    assert!(!store.has_operators().await.unwrap());
    assert_ne!(front.sessions.load(Ordering::Relaxed), 0);
    store.close().await;
    postgres.remove().await;
}

#[tokio::test]
async fn what_is_said_to_postgres_itself_is_encrypted() {
    const IS_ENCRYPTED: &str = "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()";
    let postgres = PostgresDatabase::create().await;
    let url = verified(&postgres.url);
    let database = Database::Postgres(url.clone());
    let store = Store::open(&database).await.unwrap_or_else(|error| {
        panic!(
            "the tests' Postgres has no certificate, as `cargo xtask postgres` gives it: {error}"
        )
    });
    store.close().await;
    let mut connection = PgConnection::connect(&url).await.unwrap();
    let is_encrypted: bool = sqlx::query_scalar(IS_ENCRYPTED)
        .fetch_one(&mut connection)
        .await
        .unwrap();
    assert!(is_encrypted);
    connection.close().await.unwrap();
    postgres.remove().await;
}
