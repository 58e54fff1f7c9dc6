//! The simulator against Google's own client: `tests/google/conformance.py` drives it
//! and holds every answer against the discovery document.

use std::process::Command;

use sunset::domain::time::Timestamp;
use sunset::server::demo;

use super::Google;

#[tokio::test]
async fn googles_own_client_works_against_the_simulator() {
    let python = std::env::var("SUNSET_TEST_PYTHON").expect(
        "SUNSET_TEST_PYTHON is not set: run the tests with `cargo xtask test`, which \
         installs Google's client",
    );
    let google = Google::start(demo::fleet(250, Timestamp::now().date())).await;
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/google/conformance.py");
    let root = google.root.clone();
    let driving = move || Command::new(python).arg(script).arg(root).output();
    let output = tokio::task::spawn_blocking(driving).await.unwrap().unwrap();
    let message = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{message}");
    let ledger = google.simulator.ledger();
    for method in [
        "batchChangeStatus",
        "commands.get",
        "countChromeOsDevices",
        "get",
        "issueCommand",
        "list",
        "moveDevicesToOu",
        "orgunits.list",
        "patch",
        "token",
        "update",
    ] {
        assert!(ledger.requests_of(method) > 0, "{method} was not tried");
    }
}
