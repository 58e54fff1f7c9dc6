//! `sunset audit` as it is typed, beside the server and after it.

use std::fs;
use std::io::{BufRead, BufReader};
use std::thread::sleep;
use std::time::Duration;

use super::{sqlite, start, sunset};

fn said(arguments: &[&str]) -> String {
    let output = sunset(arguments);
    assert!(output.status.success(), "{arguments:?}: {output:?}");
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

#[test]
fn the_audit_is_verified_beside_the_server_and_under_a_new_key() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    let database = sqlite(&folder.path().join("sunset.db"));
    let list = path("devices.csv");
    fs::write(&list, "Serial Number\nSN1\nSN2\n").unwrap();
    said(&["import", &list, "--database", &database]);
    let of = |command: &[&str]| said(&[command, &["--database", &database]].concat());
    let verify = || of(&["audit", "verify"]);
    assert_eq!(
        verify(),
        "2 rows are in one unbroken chain. None is signed yet."
    );

    let mut server = start(folder.path(), "127.0.0.1:0");
    let mut out = BufReader::new(server.stdout.take().unwrap());
    out.read_line(&mut String::new()).unwrap();
    let mut message = verify();
    for _ in 0..100 {
        if message.contains("with a trusted key") {
            break;
        }
        sleep(Duration::from_millis(100));
        message = verify();
    }
    assert!(
        message.contains("Signed up to row 4, with a trusted key."),
        "{message}"
    );
    server.kill().unwrap();
    server.wait().unwrap();

    let old = of(&["audit", "key"]);
    assert_eq!(old.len(), 64);
    let message = of(&["audit", "rotate-key"]);
    assert!(message.contains(&old), "{message}");
    let new = of(&["audit", "key"]);
    assert_ne!(old, new);
    for key in [&old, &new] {
        let message = of(&["audit", "verify", "--key", key]);
        assert!(
            message.contains("Signed up to row 6, with a trusted key."),
            "{message}"
        );
    }
    let copy = path("copy");
    fs::write(&copy, of(&["audit", "export"]) + "\n").unwrap();
    let message = of(&["audit", "verify", "--copy", &copy, "--key", &old]);
    assert!(message.starts_with("6 rows are"), "{message}");
    let cut = fs::read_to_string(&copy).unwrap();
    let cut: Vec<&str> = cut
        .lines()
        .filter(|line| !line.contains(r#""n":3,"#))
        .collect();
    fs::write(&copy, cut.join("\n")).unwrap();
    let refused = sunset(&["audit", "verify", "--copy", &copy]);
    let message = String::from_utf8(refused.stderr).unwrap();
    assert!(
        message.contains("A gap: row 4 comes after row 2."),
        "{message}"
    );
}
