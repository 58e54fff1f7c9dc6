//! The program itself: what it cannot do it says in one sentence, with an exit code
//! that is not 0, and leaves everything as it was.

#![allow(clippy::unwrap_used, reason = "a test that panics has failed")]

mod audit;
mod backup;
mod front;
mod google;
mod operators;
mod power;
mod program;
mod secrets;
mod service;
mod stopping;
mod storage;

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// Runs the program with a site of its own to serve.
fn sunset(arguments: &[&str]) -> Output {
    let site = tempfile::tempdir().unwrap();
    fs::create_dir(site.path().join("pkg")).unwrap();
    Command::new(env!("CARGO_BIN_EXE_sunset"))
        .args(arguments)
        .env("SUNSET_SITE_ROOT", site.path())
        .env_remove("SUNSET_DATABASE")
        .output()
        .unwrap()
}

/// What the program said when it refused.
fn refusal(arguments: &[&str]) -> String {
    let output = sunset(arguments);
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(!output.status.success(), "{arguments:?} was done: {error}");
    assert_eq!(error.trim().lines().count(), 1, "one sentence: {error}");
    assert!(!error.contains("panicked"), "{error}");
    error.trim().to_owned()
}

fn sqlite(path: &Path) -> String {
    format!("sqlite:{}", path.display())
}

#[test]
fn a_port_in_use_is_said_and_the_database_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sunset.db");
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let error = refusal(&["serve", "--listen", &address, "--database", &sqlite(&path)]);
    assert!(
        error.starts_with(&format!("Cannot listen on {address}")),
        "{error}"
    );
    assert!(!path.exists());
}

#[test]
fn a_folder_that_cannot_be_written_is_said() {
    // A folder of the kernel's: nobody writes there, not even root.
    let error = refusal(&["import", "-", "--database", "sqlite:/proc/sunset.db"]);
    assert!(
        error.contains("/proc/sunset.db") && error.contains("cannot be written"),
        "{error}"
    );
}

#[test]
fn a_folder_that_does_not_exist_is_said() {
    let error = refusal(&[
        "serve",
        "--listen",
        "127.0.0.1:0",
        "--database",
        "sqlite:/no/where/s.db",
    ]);
    assert_eq!(error, "The folder /no/where does not exist.");
}

#[test]
fn an_unreachable_postgres_is_said_without_its_password() {
    let url = "postgres://me:secret@127.0.0.1:1/none";
    let output = sunset(&["serve", "--listen", "127.0.0.1:0", "--database", url]);
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(
        !output.status.success()
            && error.contains("cannot be reached")
            && !error.contains("secret"),
        "{error}"
    );
}

#[test]
fn a_file_that_is_not_a_database_of_ours_is_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("notes.txt");
    fs::write(&path, "shopping list\n".repeat(500)).unwrap();
    let error = refusal(&[
        "serve",
        "--listen",
        "127.0.0.1:0",
        "--database",
        &sqlite(&path),
    ]);
    assert!(error.contains("is not a database of Sunset's"), "{error}");
    assert_eq!(
        fs::read_to_string(&path).unwrap(),
        "shopping list\n".repeat(500)
    );
}

#[test]
fn a_database_of_one_directory_is_not_served_over_another() {
    let folder = tempfile::tempdir().unwrap();
    let database = sqlite(&folder.path().join("sunset.db"));
    let file = folder.path().join("devices.csv");
    fs::write(&file, "Serial Number\nSN1\n").unwrap();
    let file = file.display().to_string();
    // A look changes nothing, so the database is nobody's yet.
    for dry_run in [&["--dry-run"][..], &[]] {
        let import = [&["import", &file, "--database", &database], dry_run].concat();
        assert!(sunset(&import).status.success());
    }
    let error = refusal(&[
        "serve",
        "--listen",
        "127.0.0.1:0",
        "--rehearsal",
        "--database",
        &database,
    ]);
    assert!(
        error.starts_with("The database belongs to the embedded directory"),
        "{error}"
    );
}

#[test]
fn a_file_of_devices_that_cannot_be_understood_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let database = sqlite(&folder.path().join("sunset.db"));
    let good = folder.path().join("good.csv");
    fs::write(&good, "Serial Number,Asset ID\nSN1,00071\nSN2,00072\n").unwrap();
    let good = good.display().to_string();
    assert!(
        sunset(&["import", &good, "--database", &database])
            .status
            .success()
    );

    let bad = folder.path().join("bad.csv");
    fs::write(&bad, "color,size\nred,1\n").unwrap();
    let error = refusal(&[
        "import",
        &bad.display().to_string(),
        "--database",
        &database,
    ]);
    assert!(error.ends_with('.'), "{error}");
    let missing = refusal(&["import", "/no/such/file.csv", "--database", &database]);
    assert!(missing.contains("/no/such/file.csv"), "{missing}");

    // Understood, and yet nothing of it can be used.
    let empty = folder.path().join("empty.csv");
    fs::write(&empty, "Serial Number,Status\n").unwrap();
    let empty = empty.display().to_string();
    let error = refusal(&["import", &empty, "--database", &database]);
    assert_eq!(error, "No row of the file could be taken.");

    let again = sunset(&["import", &good, "--dry-run", "--database", &database]);
    let report = String::from_utf8(again.stdout).unwrap();
    assert!(report.contains("left as they are: 2"), "{report}");
}

#[test]
fn a_look_at_a_database_that_does_not_exist_makes_none() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("none.db");
    let error = refusal(&["check", "--database", &sqlite(&path)]);
    assert_eq!(
        error,
        format!("There is no database at {}.", path.display())
    );

    let file = folder.path().join("devices.csv");
    fs::write(&file, "Serial Number\nSN1\n").unwrap();
    let file = file.display().to_string();
    let look = sunset(&["import", &file, "--dry-run", "--database", &sqlite(&path)]);
    let report = String::from_utf8(look.stdout).unwrap();
    assert!(report.contains("Would be added: 1"), "{report}");
    let left: Vec<_> = fs::read_dir(folder.path()).unwrap().collect();
    assert_eq!(left.len(), 1, "only the list: {left:?}");
}

#[test]
fn a_pipe_is_read_as_a_file_is_though_it_comes_once() {
    let folder = tempfile::tempdir().unwrap();
    // Rows that contradict each other are found at the end, and all is read again.
    let import =
        "printf 'Serial,Room\\nA1,1\\nA2,2\\nA1,3\\n' | \"$0\" import \"$1\" --database \"$2\"";
    for (n, from) in ["-", "/dev/stdin"].into_iter().enumerate() {
        let done = Command::new("sh")
            .args(["-c", import, env!("CARGO_BIN_EXE_sunset"), from])
            .arg(sqlite(&folder.path().join(format!("{n}.db"))))
            .output()
            .unwrap();
        let report = String::from_utf8(done.stdout).unwrap();
        assert!(report.contains("Devices added: 1;"), "{from}: {report}");
        assert!(report.contains("Rows refused: 2."), "{from}: {report}");
    }
}

#[test]
fn a_wrong_command_line_is_said_in_one_sentence() {
    for (arguments, said) in [
        (
            &["serve", "--nope"][..],
            "Unexpected argument '--nope' found",
        ),
        (&["serve", "--listen"], "A value is required for '--listen"),
        (&["serve", "--demo-devices", "many"], "Invalid value 'many'"),
        (
            &["serve", "--directory", "hugo"],
            "[possible values: local, google]",
        ),
        (
            &["import"],
            "The following required arguments were not provided: <FILE>",
        ),
        (&["bogus"], "Unrecognized subcommand 'bogus'"),
        (
            &["serve", "--rehearsal", "--directory", "google"],
            "A rehearsal has a simulated directory of its own",
        ),
    ] {
        assert_eq!(sunset(arguments).status.code(), Some(2), "{arguments:?}");
        let error = refusal(arguments);
        assert!(
            error.contains(said) && error.ends_with('.'),
            "{arguments:?}: {error}"
        );
    }
    assert!(refusal(&["serve", "--directory", "google"]).contains("--google-key"));
    assert!(sunset(&["--help"]).status.success());
}

/// A server at this address.
fn start(folder: &Path, address: &str) -> Child {
    fs::create_dir(folder.join("pkg")).unwrap();
    Command::new(env!("CARGO_BIN_EXE_sunset"))
        .args(["serve", "--listen", address, "--database"])
        .arg(sqlite(&folder.join("sunset.db")))
        .arg("--site-root")
        .arg(folder)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// Asks for a path, and reads until 200 is said.
fn ask(address: &str, path: &str) -> TcpStream {
    let mut stream = TcpStream::connect(address).unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nHost: {address}\r\n\r\n");
    stream.write_all(request.as_bytes()).unwrap();
    let mut first = [0u8; 15];
    stream.read_exact(&mut first).unwrap();
    assert_eq!(&first, b"HTTP/1.1 200 OK");
    stream
}

#[test]
fn a_server_that_nobody_listens_to_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let free = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = free.local_addr().unwrap().to_string();
    drop(free);
    let mut server = start(folder.path(), &address);
    drop(server.stdout.take());
    let asked = Instant::now();
    while TcpStream::connect(&address).is_err() {
        assert!(
            asked.elapsed() < Duration::from_secs(25),
            "it does not serve"
        );
        sleep(Duration::from_millis(20));
    }
    ask(&address, "/healthz");
    // Whatever it had to say, it has tried to by now.
    sleep(Duration::from_millis(500));
    ask(&address, "/readyz");
    server.kill().unwrap();
    server.wait().unwrap();
}

#[test]
fn a_start_that_is_cut_off_at_any_moment_is_taken_up_by_the_next() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("devices.csv");
    fs::write(&file, "Serial Number\nSN1\n").unwrap();
    let file = file.display().to_string();
    for (round, moment) in (0..40).map(|n| (n, Duration::from_millis(n))) {
        let database = sqlite(&folder.path().join(format!("{round}.db")));
        let import = ["import", &file, "--database", &database];
        let mut first = Command::new(env!("CARGO_BIN_EXE_sunset"))
            .args(import)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        sleep(moment);
        first.kill().unwrap();
        first.wait().unwrap();
        let next = sunset(&import);
        let error = String::from_utf8_lossy(&next.stderr).into_owned();
        assert!(next.status.success(), "after {moment:?}: {error}");
    }
}

#[test]
fn the_server_ends_soon_with_open_streams() {
    let folder = tempfile::tempdir().unwrap();
    let mut server = start(folder.path(), "127.0.0.1:0");
    let mut line = String::new();
    let mut said = BufReader::new(server.stdout.take().unwrap());
    said.read_line(&mut line).unwrap();
    let address = line.trim().rsplit_once('/').unwrap().1.to_owned();
    let streams: Vec<TcpStream> = (0..50).map(|_| ask(&address, "/events")).collect();

    let asked = Instant::now();
    Command::new("kill")
        .arg(server.id().to_string())
        .status()
        .unwrap();
    let ended = server.wait().unwrap();
    assert!(ended.success(), "{ended}");
    // The promise is 25 seconds; the streams are what would hold it up.
    assert!(asked.elapsed() < Duration::from_secs(25));
    drop(streams);
}
