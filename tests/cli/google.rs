//! Google's directory on the command line: what it lacks, and how its identity is checked.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use sunset::server::private;
use sunset::server::simulator::key::service_account;

use crate::{refusal, sunset};

#[test]
fn a_simulated_directory_that_others_could_reach_is_refused() {
    let message = refusal(&["simulate-directory", "--listen", "0.0.0.0:0"]);
    assert!(message.contains("its key is public"), "{message}");
    let message = refusal(&["simulate-directory", "--file", "/no/such/file.csv"]);
    assert!(message.contains("/no/such/file.csv"), "{message}");
}

#[test]
fn what_googles_directory_lacks_is_said_before_anything_is_called() {
    let check = |more: &[&str]| refusal(&[&["directory", "check"], more].concat());
    assert!(check(&[]).contains("--google-key"));
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("key.json");
    let key = path.display().to_string();
    private::write(&path, "{\"private_key\": \"s3cret\"}").unwrap();
    let message = check(&["--google-key", &key, "--google-subject", "a@b.example"]);
    assert!(message.contains("not the key of a service account") && !message.contains("s3cret"));
    assert!(check(&["--google-key", "/no/such.json"]).contains("/no/such.json"));
    let key = service_account("http://127.0.0.1:1").to_string();
    private::write(&path, &key).unwrap();
    let path = path.display().to_string();
    for customer in ["my_customer", "0123", "C0/3", "C"] {
        let message = check(&["--google-key", &path, "--google-customer", customer]);
        assert!(message.contains("needs --google-subject"), "{message}");
        assert!(
            message.contains(&format!("{customer} is none")),
            "{message}"
        );
    }
    for nobody in ["nobody", "a b@c.example", "@c.example"] {
        let message = check(&["--google-key", &path, "--google-subject", nobody]);
        assert!(message.contains("not an e-mail address"), "{message}");
    }
}

#[test]
fn the_identity_is_checked_against_a_simulated_directory() {
    let folder = tempfile::tempdir().unwrap();
    let key = folder.path().join("key.json").display().to_string();
    let mut simulator = Command::new(env!("CARGO_BIN_EXE_sunset"))
        .args([
            "simulate-directory",
            "--listen",
            "127.0.0.1:0",
            "--devices",
            "5",
        ])
        .args(["--key-out", &key, "--delegate"])
        .arg("https://www.googleapis.com/auth/admin.directory.device.chromeos")
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    let mut said = BufReader::new(simulator.stdout.take().unwrap());
    said.read_line(&mut line).unwrap();
    let root = line.trim().rsplit_once(' ').unwrap().1.to_owned();
    let output = sunset(&[
        "directory",
        "check",
        "--google-key",
        &key,
        "--google-subject",
        "admin@school.example",
        "--google-url",
        &root,
    ]);
    simulator.kill().unwrap();
    simulator.wait().unwrap();
    let good = String::from_utf8(output.stdout).unwrap();
    assert!(good.contains("Client id: 100000000000000000001"), "{good}");
    assert!(
        good.contains("Good: admin@school.example can read devices, and the scope"),
        "{good}"
    );
    let wrong = String::from_utf8(output.stderr).unwrap();
    assert!(!output.status.success());
    assert!(
        wrong.contains("orgunit.readonly is not delegated"),
        "{wrong}"
    );
}
