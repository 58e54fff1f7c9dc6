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
    let message = said(&create);
    let link = message.lines().last().unwrap();
    let token = link.strip_prefix("http://127.0.0.1:3999/set-up/").unwrap();
    assert_eq!(token.len(), 43);
    assert!(said(&list).starts_with("ada@school.example (invited), since "));
    assert_eq!(
        refusal(&create),
        "There is an operator ada@school.example already."
    );

    let public = ["--public-url", "https://sunset.example"];
    let message = said(
        &[
            &["operator", "reset", "ada@school.example"],
            &on_it[..],
            &public,
        ]
        .concat(),
    );
    assert!(
        message.contains("\nhttps://sunset.example/set-up/"),
        "{message}"
    );

    let reset = [&["operator", "reset", "ada@school.example"], &on_it[..]].concat();
    let again = said(&reset);
    assert_ne!(again.lines().last(), Some(link));
    let nobody = [&["operator", "reset", "nobody"], &on_it[..]].concat();
    let message = refusal(&nobody);
    assert_eq!(message, "There is no operator nobody.");
}

#[test]
fn a_login_that_cannot_be_is_refused_before_anything_is_made() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sunset.db");
    let database = sqlite(&path);
    for login in ["two words", "local", ""] {
        let message = refusal(&[
            "operator",
            "create",
            "--admin",
            login,
            "--database",
            &database,
        ]);
        assert!(
            message.starts_with("Invalid value") || message.contains("value"),
            "{message}"
        );
    }
    let message = refusal(&["operator", "create", "ada", "--database", &database]);
    assert!(message.contains("--admin"), "{message}");
    for role in ["owner", "operator:", "operator:North", "viewer:/A//B"] {
        let create = [
            "operator",
            "create",
            "ada",
            "--role",
            role,
            "--database",
            &database,
        ];
        let message = refusal(&create);
        assert!(
            message.contains(role) || message.contains("org unit"),
            "{message}"
        );
    }
    assert!(!path.exists());
}

#[test]
fn roles_are_given_and_taken_on_the_host() {
    let folder = tempfile::tempdir().unwrap();
    let database = sqlite(&folder.path().join("sunset.db"));
    let on_it = |arguments: &[&str]| {
        let all = [&["operator"], arguments, &["--database", &database]].concat();
        sunset(&all)
    };
    let said = |arguments: &[&str]| {
        let output = on_it(arguments);
        assert!(output.status.success(), "{arguments:?}: {output:?}");
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    };
    let message = said(&["create", "ada", "--admin"]);
    assert!(
        message.starts_with(
            "ada may manage operators, and pause and stop jobs. To run jobs they need the role \
             operator.\n"
        ),
        "{message}"
    );
    let roles = ["--role", "operator:/Schools/North", "--role", "viewer"];
    said(&[&["create", "tech"], &roles[..]].concat());
    let message = said(&["list"]);
    assert!(
        message.contains("ada (invited)") && message.contains(": administrator\n"),
        "{message}"
    );
    assert!(
        message.contains(": viewer, operator:/Schools/North"),
        "{message}"
    );

    let message = said(&[
        "roles",
        "tech",
        "--role",
        "eraser:/Schools/North",
        "--role",
        "operator",
    ]);
    assert!(
        message.contains("(in /Schools/North and below)"),
        "{message}"
    );
    assert!(said(&["list"]).contains(": operator, eraser:/Schools/North"));
    said(&["disable", "tech"]);
    assert!(said(&["list"]).contains("tech (disabled)"));
    let refused = on_it(&["disable", "ada"]);
    let message = String::from_utf8(refused.stderr).unwrap();
    assert!(
        message.contains("ada is the last administrator."),
        "{message}"
    );
}
