//! `sunset backup` and `sunset restore` as they are typed, the first while the server runs.

use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::PermissionsExt;

use super::{refusal, sqlite, start, sunset};

fn said(arguments: &[&str]) -> String {
    let output = sunset(arguments);
    assert!(output.status.success(), "{arguments:?}: {output:?}");
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

#[test]
fn a_backup_is_taken_beside_the_server_and_restored_elsewhere() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    let database = sqlite(&folder.path().join("sunset.db"));
    let list = path("devices.csv");
    fs::write(&list, "Serial Number\nSN1\nSN2\n").unwrap();
    said(&["import", &list, "--database", &database]);
    let invite = ["operator", "create", "--admin", "ada"];
    said(&[&invite[..], &["--database", &database]].concat());

    let mut server = start(folder.path(), "127.0.0.1:0");
    let mut line = String::new();
    let mut out = BufReader::new(server.stdout.take().unwrap());
    out.read_line(&mut line).unwrap();
    let message = refusal(&["check", "--database", &database]);
    assert!(message.starts_with("Another Sunset is using"), "{message}");
    let file = path("backup");
    let backup = ["backup", &file, "--database", &database];
    let message = said(&backup);
    assert!(message.starts_with(&format!("{file} holds 2 devices, 0 jobs and 1 operator.")));
    assert!(message.contains("The seal key is not in it"), "{message}");
    server.kill().unwrap();
    server.wait().unwrap();
    let mode = fs::metadata(&file).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let again = refusal(&backup);
    assert!(again.contains("is there already"), "{again}");

    let restored = sqlite(&folder.path().join("elsewhere.db"));
    let restore = ["restore", &file, "--database", &restored];
    let message = said(&restore);
    let expected = format!("Restored 2 devices, 0 jobs and 1 operator from {file}.");
    assert!(message.starts_with(&expected), "{message}");
    let operators = said(&["operator", "list", "--database", &restored]);
    assert!(operators.starts_with("ada (invited)"), "{operators}");
    said(&["check", "--database", &restored]);
    let again = refusal(&restore);
    assert!(again.starts_with("There is a database at"), "{again}");
    let none = ["backup", &path("none"), "--database", "sqlite:/no/db"];
    assert_eq!(refusal(&none), "There is no database at /no/db.");
    let none = ["restore", "/no/backup", "--database", &restored];
    assert_eq!(refusal(&none), "There is no backup at /no/backup.");
}
