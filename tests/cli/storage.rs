//! A disk that is full or fails while a job runs: the job waits, every page says why,
//! and it goes on by itself (tests/FAULTS.md 6 and 7).
//!
//! The program gets a small file system of its own, which takes no rights that an
//! ordinary user does not have where namespaces are allowed.

use std::fs::{self, Permissions};
use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use serde_json::Value;

use crate::program::Program;
use crate::{refusal, sunset};

const DEVICES: u32 = 2000;

/// Starts the program by way of `wrapper`, with a job that takes some seconds.
fn start(folder: &Path, wrapper: &[&str]) -> (Program, Value) {
    fs::create_dir(folder.join("pkg")).unwrap();
    let database = format!("sqlite:{}", folder.join("disk/sunset.db").display());
    let serve = ["serve", "--listen", "127.0.0.1:0", "--database", &database];
    let demo = DEVICES.to_string();
    let program = Program::spawn(
        Command::new(wrapper[0])
            .args(&wrapper[1..])
            .arg(env!("CARGO_BIN_EXE_sunset"))
            .args(serve)
            .args(["--demo-devices", &demo, "--devices-per-second", "400"])
            .args(["--grace-seconds", "0", "--site-root"])
            .arg(folder),
    );
    let job = program.start_job(DEVICES);
    program.until(&job, |job| job["counts"]["succeeded"] != 0);
    (program, job)
}

/// Waits until every page is told why jobs wait.
fn until_trouble(program: &Program, why: &str) {
    let mut stream = TcpStream::connect(&program.address).unwrap();
    let host = &program.address;
    write!(stream, "GET /events HTTP/1.1\r\nHost: {host}\r\n\r\n").unwrap();
    stream
        .set_read_timeout(Some(Duration::from_secs(60)))
        .unwrap();
    let message = BufReader::new(stream).lines().map_while(Result::ok);
    let mut troubles = message.filter(|line| line.contains("\"trouble\":\""));
    let trouble = troubles.next().expect("a trouble is told");
    assert!(trouble.contains(why), "{trouble}");
}

#[test]
fn a_job_waits_for_a_disk_that_is_full_and_goes_on_by_itself() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("disk")).unwrap();
    let mount = "mount -t tmpfs -o size=24m none \"$0/disk\" && exec \"$@\"";
    let here = folder.path().display().to_string();
    let unshare = ["unshare", "--user", "--map-root-user", "--mount"];
    let (program, job) = start(
        folder.path(),
        &[&unshare[..], &["sh", "-c", mount, &here]].concat(),
    );

    let root = format!("/proc/{}/root", program.process.id());
    let ballast = PathBuf::from(format!("{root}{here}/disk/ballast"));
    let mut filling = fs::File::create(&ballast).unwrap();
    while filling.write_all(&[0x5a; 4096]).is_ok() {}
    until_trouble(&program, "The database's disk is full.");
    let before = program.job(&job);
    assert_eq!(before["state"], "running", "{before}");

    drop(filling);
    fs::remove_file(&ballast).unwrap();
    program.until_done(&job);
}

#[test]
fn a_job_waits_for_a_disk_that_fails_and_goes_on_by_itself() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("disk")).unwrap();
    let (program, job) = start(folder.path(), &["env", "--ignore-signal=XFSZ"]);

    // From here on every write beyond what the log has now fails.
    limit_files(&program, "20000:unlimited");
    until_trouble(&program, "The database's disk fails.");
    let before = program.job(&job);
    assert_eq!(before["state"], "running", "{before}");

    limit_files(&program, "unlimited:unlimited");
    program.until_done(&job);
}

fn limit_files(program: &Program, limit: &str) {
    let limited = Command::new("prlimit")
        .args(["--pid", &program.process.id().to_string()])
        .arg(format!("--fsize={limit}"))
        .status()
        .unwrap();
    assert!(limited.success());
}

#[test]
fn a_databases_password_is_never_repeated() {
    for arguments in [
        &["serve", "--database", "mysql://me:s3cret@host/name"][..],
        &["serve", "--database", "postgres:me:s3cret@host/name"],
        &["serve", "postgres://me:s3cret@host/name"],
        &["check", "--database=postgres://me:s3cret@host:port/name"],
        &["check", "--postgres=postgres://me:s3cret@host/name"],
    ] {
        let message = String::from_utf8(sunset(arguments).stderr).unwrap();
        assert!(
            !message.is_empty() && !message.contains("s3cret"),
            "{message}"
        );
    }
    for arguments in [
        &["--help"][..],
        &["serve", "--help"],
        &["serve", "--nonsense"],
    ] {
        let output = Command::new(env!("CARGO_BIN_EXE_sunset"))
            .args(arguments)
            .env("SUNSET_DATABASE", "mysql://me:s3cret@host/name")
            .output()
            .unwrap();
        let message = format!("{output:?}");
        assert!(!message.contains("s3cret"), "{message}");
    }
}

#[test]
fn a_password_on_the_command_line_is_warned_of() {
    let database = "postgres://me:s3cret@127.0.0.1:1/name";
    let message = String::from_utf8(sunset(&["check", "--database", database]).stderr).unwrap();
    assert!(message.contains("where ps shows it"), "{message}");
    let output = Command::new(env!("CARGO_BIN_EXE_sunset"))
        .arg("check")
        .env("SUNSET_DATABASE", database)
        .output()
        .unwrap();
    let message = String::from_utf8(output.stderr).unwrap();
    assert!(!message.contains("where ps shows it"), "{message}");
}

#[test]
fn a_database_on_another_computer_has_to_prove_that_it_is_the_one() {
    let insecure = [
        "postgres://me@db.example/name",
        "postgres://me@db.example/name?sslmode=require",
        "postgres://me@192.0.2.1/name?sslmode=verify-ca",
        "postgres://me@localhost.example/name",
        "postgres://me@[2001:db8::1]/name",
    ];
    for database in insecure {
        for command in ["serve", "check"] {
            let message = refusal(&[command, "--database", database]);
            assert!(message.contains("sslmode=verify-full"), "{message}");
        }
    }
    let secure = [
        "postgres://me@127.0.0.1:1/name",
        "postgres://me@[::1]:1/name",
        "postgres://me@localhost:1/name",
        "postgres://me@%2Fno%2Fsuch/name",
        "postgres:///name?host=/no/such",
        "postgres://me@none.invalid/name?sslmode=verify-full",
    ];
    for database in secure {
        let message = refusal(&["check", "--database", database]);
        assert!(message.contains("cannot be reached"), "{message}");
    }
    let host = "postgres://me@none.invalid/name";
    let message = refusal(&["check", "--insecure-database", "--database", host]);
    assert!(message.contains("cannot be reached"), "{message}");
}

#[test]
fn a_demonstration_of_before_is_closed_to_everybody() {
    let folder = tempfile::tempdir().unwrap();
    let run = |arguments: &[&str]| {
        let output = Command::new("sh")
            .args(["-c", "umask 000 && exec \"$0\" \"$@\""])
            .arg(env!("CARGO_BIN_EXE_sunset"))
            .args(arguments)
            .env_remove("SUNSET_DATABASE")
            .current_dir(&folder)
            .output()
            .unwrap();
        (
            output.status.success(),
            String::from_utf8(output.stderr).unwrap(),
        )
    };
    let mode = |name: &str| {
        let about = fs::metadata(folder.path().join(name)).unwrap();
        about.permissions().mode() & 0o777
    };
    let file = folder.path().join("devices.csv");
    fs::write(&file, "Serial Number\nSN1\n").unwrap();
    let import = ["import", "devices.csv"];
    assert!(run(&import).0);
    assert_eq!(mode("data"), 0o700);
    assert_eq!(mode("data/sunset.db"), 0o600);
    assert_eq!(mode("data/sunset.db.lock"), 0o600);

    let database = folder.path().join("data/sunset.db");
    fs::set_permissions(&database, Permissions::from_mode(0o644)).unwrap();
    let (opened, message) =
        run(&[&import[..], &["--database", "sqlite:./data/sunset.db"]].concat());
    assert!(!opened && message.contains("Run: chmod 600"), "{message}");
    let (opened, message) = run(&import);
    assert!(opened, "{message}");
    assert_eq!(mode("data/sunset.db"), 0o600);
}
