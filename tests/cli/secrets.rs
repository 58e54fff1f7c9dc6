//! Secrets by file and as credentials of the service manager: which one counts, and who else
//! may be able to read it.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Output};

use sqlx::{Connection, Executor, SqliteConnection};
use sunset::server::simulator::key::service_account;

use super::{sqlite, sunset};

/// Runs the program with these variables and no other setting.
fn run(arguments: &[&str], variables: &[(&str, &Path)]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_sunset"))
        .args(arguments)
        .env_remove("SUNSET_DATABASE")
        .envs(variables.iter().copied())
        .output()
        .unwrap()
}

/// The sentence with which it refuses.
fn message(output: Output) -> String {
    assert!(!output.status.success(), "{output:?}");
    String::from_utf8(output.stderr).unwrap().trim().to_owned()
}

/// A file for nobody else.
fn write(folder: &Path, name: &str, text: &str) {
    let path = folder.join(name);
    fs::write(&path, text).unwrap();
    set_mode(&path, 0o600);
}

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
}

#[test]
fn the_database_is_typed_or_in_a_file_or_a_credential_or_in_the_environment() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    write(folder, "address", "sqlite:/in/file.db\n");
    let credentials = folder.join("credentials");
    fs::create_dir(&credentials).unwrap();
    write(&credentials, "database-url", "sqlite:/in/credential.db");
    let missing = |path: &str| format!("There is no database at {path}.");

    let in_environment = ("SUNSET_DATABASE", Path::new("sqlite:/in/environment.db"));
    let in_credential = ("CREDENTIALS_DIRECTORY", &*credentials);
    let address = folder.join("address");
    let in_file = ("SUNSET_DATABASE_FILE", &*address);
    let all = [in_environment, in_credential, in_file];
    for (given, path) in [
        (&all[..1], "/in/environment.db"),
        (&all[..2], "/in/credential.db"),
        (&all[..], "/in/file.db"),
    ] {
        assert_eq!(message(run(&["check"], given)), missing(path));
    }
    let typed = ["check", "--database", "sqlite:/in/command.db"];
    assert_eq!(message(run(&typed, &all)), missing("/in/command.db"));
    let typed = ["operator", "list", "--database", "sqlite:/in/command.db"];
    let refused = message(run(&typed, &all));
    assert_eq!(refused, "The folder /in does not exist.");
}

#[test]
fn a_secret_that_everybody_can_read_is_refused_and_one_of_the_group_warned_of() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("address");
    write(
        folder.path(),
        "address",
        "postgres://me:s3cret@127.0.0.1:1/x",
    );
    let check = || {
        let given = path.display().to_string();
        let refused = message(sunset(&["check", "--database-file", &given]));
        assert!(!refused.contains("s3cret"), "{refused}");
        refused
    };
    let refused = check();
    assert!(refused.starts_with("The Postgres database cannot be reached"));
    set_mode(&path, 0o640);
    let refused = check();
    assert!(refused.contains("can be read by its group"), "{refused}");
    assert!(refused.contains("cannot be reached"), "{refused}");
    set_mode(&path, 0o604);
    let expected = format!(
        "{0} can be read by everybody on this computer. Run: chmod 600 {0}",
        path.display()
    );
    assert_eq!(check(), expected);

    set_mode(&path, 0o600);
    fs::write(&path, "mysql://me:s3cret@host/x").unwrap();
    let refused = check();
    assert!(refused.contains("names no database"), "{refused}");
    fs::write(&path, "postgres://me:s3cret@db.example/x").unwrap();
    assert!(check().contains("sslmode=verify-full"));
    fs::remove_file(&path).unwrap();
    assert!(check().contains("address cannot be read"));
}

#[test]
fn googles_key_may_be_a_credential_which_comes_before_the_environment() {
    let folder = tempfile::tempdir().unwrap();
    let check = ["directory", "check"];
    let handed = ("CREDENTIALS_DIRECTORY", folder.path());
    let refused = message(run(&check, &[handed]));
    assert!(refused.contains("the credential google-key"), "{refused}");
    let wrong = ("SUNSET_GOOGLE_KEY", Path::new("{}"));
    let refused = message(run(&check, &[handed, wrong]));
    assert!(refused.contains("not the key of a service account"));
    let key = service_account("http://127.0.0.1:1").to_string();
    write(folder.path(), "google-key", &key);
    let refused = message(run(&check, &[handed, wrong]));
    assert!(refused.contains("needs --google-subject"), "{refused}");
}

#[tokio::test]
async fn the_seal_key_may_be_a_credential_whatever_its_mode_says() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sunset.db");
    let database = sqlite(&path);
    let create = ["operator", "create", "--admin", "ada", "--database"];
    assert!(
        sunset(&[&create[..], &[&database]].concat())
            .status
            .success()
    );
    let mut beside = SqliteConnection::connect(&database).await.unwrap();
    let sealed = format!("UPDATE operator SET totp_sealed = '{}'", "A".repeat(64));
    beside.execute(sqlx::AssertSqlSafe(sealed)).await.unwrap();
    beside.close().await.unwrap();

    fs::create_dir(folder.path().join("pkg")).unwrap();
    let serve = ["serve", "--listen", "127.0.0.1:0", "--database", &database];
    let site = ("SUNSET_SITE_ROOT", folder.path());
    let beside = format!("The seal key {}.key is missing", path.display());
    assert!(message(run(&serve, &[site])).starts_with(&beside));
    // How the service manager marks a right that it has given to the service's user.
    write(folder.path(), "seal-key", "x");
    set_mode(&folder.path().join("seal-key"), 0o440);
    let refused = message(run(
        &serve,
        &[site, ("CREDENTIALS_DIRECTORY", folder.path())],
    ));
    let credential = folder.path().join("seal-key").display().to_string();
    let expected = format!("{credential} is not a seal key");
    assert!(refused.starts_with(&expected), "{refused}");
}
