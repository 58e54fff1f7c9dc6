//! A directory that cannot prove who it is gets nothing (tests/FAULTS.md 40).

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use sunset::domain::directory_health::Severity;
use sunset::server::directory::Directory;
use sunset::server::directory::google::{GoogleDirectory, ServiceAccount};
use sunset::server::simulator::key;
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

use super::Google;
use crate::support::device;

fn fixture(name: &str) -> PathBuf {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    root.join("tests/fixtures/tls").join(name)
}

/// Listens with a certificate, and passes on what comes through. Returns its address.
async fn listen_with(certificate: &str, behind: String) -> String {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let certificate = CertificateDer::from_pem_file(fixture(certificate)).unwrap();
    let key = PrivateKeyDer::from_pem_file(fixture("key.pem")).unwrap();
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let (acceptor, behind) = (acceptor.clone(), behind.clone());
            tokio::spawn(async move {
                let mut tls = acceptor.accept(stream).await?;
                let mut plain = TcpStream::connect(behind).await?;
                copy_bidirectional(&mut tls, &mut plain).await?;
                io::Result::Ok(())
            });
        }
    });
    format!("https://{address}")
}

/// What a look at the identity says of a directory with this certificate, when only
/// our own authority is trusted.
async fn told_of(certificate: &str) -> (Severity, String, u64) {
    let google = Google::start([device(1)]).await;
    let behind = google.root.trim_start_matches("http://").to_owned();
    let url = listen_with(certificate, behind).await;
    let mut options = google.options();
    options.url = url.clone();
    options.trust = Some(fixture("authority.pem"));
    let account = key::service_account(&url).to_string();
    let account = ServiceAccount::from_json(&account).unwrap();
    let directory = GoogleDirectory::new(account, options, None).unwrap();
    let check = directory.check().await;
    let first = check.findings.into_iter().next().unwrap();
    let tokens = google.simulator.ledger().requests_of("token");
    (first.severity, first.what, tokens)
}

#[tokio::test]
async fn c40_a_directory_that_cannot_prove_who_it_is_gets_nothing() {
    let (severity, what, _) = told_of("good.pem").await;
    assert_eq!(severity, Severity::Fine, "{what}");
    for (certificate, why) in [
        ("wrong-host.pem", "not valid for"),
        ("expired.pem", "expired"),
        ("self-signed.pem", "UnknownIssuer"),
    ] {
        let (severity, what, tokens) = told_of(certificate).await;
        assert_eq!(
            (severity, tokens),
            (Severity::Down, 0),
            "{certificate}: {what}"
        );
        assert!(what.contains(why), "{certificate}: {what}");
    }
}

#[tokio::test]
async fn c40_an_address_that_is_not_https_is_refused_before_anything_is_sent() {
    let google = Google::start([]).await;
    let mut options = google.options();
    options.url = "http://directory.example".to_owned();
    let message = GoogleDirectory::new(google.account(), options, None).unwrap_err();
    assert!(message.contains("is not https"), "{message}");
    let mut account = key::service_account("http://tokens.example");
    account["client_id"] = "1".into();
    let account = ServiceAccount::from_json(&account.to_string()).unwrap();
    let message = GoogleDirectory::new(account, google.options(), None).unwrap_err();
    assert!(message.contains("is not https"), "{message}");
}
