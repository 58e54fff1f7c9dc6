//! `sunset operator`: who may start the program says who signs in.

use super::{refusal, sqlite, sunset};

fn said(arguments: &[&str]) -> String {
    let output = sunset(arguments);
    assert!(output.status.success(), "{arguments:?}: {output:?}");
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

#[test]
fn operators_are_invited_listed_and_reset_on_the_host() {
    let folder = tempfile::tempdir().unwrap();
    let database = sqlite(&folder.path().join("sunset.db"));
    let list = ["operator", "list", "--database", &database];
    assert!(said(&list).starts_with("There are no operators"));

    let on_it = ["--database", &database, "--listen", "127.0.0.1:3999"];
    let create = [
        &["operator", "create", "--admin", "Ada@School.example"],
        &on_it[..],
    ]
    .concat();
    let told = said(&create);
    let link = told.lines().last().unwrap();
    let token = link.strip_prefix("http://127.0.0.1:3999/set-up/").unwrap();
    assert_eq!(token.len(), 43);
    assert!(said(&list).starts_with("ada@school.example (invited), since "));
    assert_eq!(
        refusal(&create),
        "There is an operator ada@school.example already."
    );

    let public = ["--public-url", "https://sunset.example"];
    let told = said(
        &[
            &["operator", "reset", "ada@school.example"],
            &on_it[..],
            &public,
        ]
        .concat(),
    );
    assert!(told.contains("\nhttps://sunset.example/set-up/"), "{told}");

    let reset = [&["operator", "reset", "ada@school.example"], &on_it[..]].concat();
    let again = said(&reset);
    assert_ne!(again.lines().last(), Some(link));
    let nobody = [&["operator", "reset", "nobody"], &on_it[..]].concat();
    let told = refusal(&nobody);
    assert_eq!(told, "There is no operator nobody.");
}

#[test]
fn a_login_that_cannot_be_is_refused_before_anything_is_made() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sunset.db");
    let database = sqlite(&path);
    for login in ["two words", "local", ""] {
        let told = refusal(&[
            "operator",
            "create",
            "--admin",
            login,
            "--database",
            &database,
        ]);
        assert!(
            told.starts_with("Invalid value") || told.contains("value"),
            "{told}"
        );
    }
    let told = refusal(&["operator", "create", "ada", "--database", &database]);
    assert!(told.contains("--admin"), "{told}");
    assert!(!path.exists());
}
