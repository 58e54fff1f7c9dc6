//! The program as a service: what it tells its service manager, whoever watches it, and the
//! log.

use std::fs::{self, Permissions};
use std::io::{BufRead, BufReader};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::net::UnixDatagram;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use super::{sqlite, sunset};

/// A site to serve, in this folder.
fn site(folder: &Path) -> PathBuf {
    let site = folder.join("site");
    fs::create_dir_all(site.join("pkg")).unwrap();
    site
}

/// The command for a server with a database in this folder.
fn serve(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sunset"));
    command
        .args(["serve", "--listen", "127.0.0.1:0"])
        .arg(format!("--database={}", sqlite(&folder.join("sunset.db"))))
        .arg("--site-root")
        .arg(site(folder))
        .env_remove("SUNSET_DATABASE")
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    command
}

/// Asks it to end, as a service manager does, and waits for that.
fn end(mut server: Child) {
    kill_process(Pid::from_child(&server), Signal::TERM).unwrap();
    assert!(server.wait().unwrap().success());
}

#[test]
fn the_service_manager_is_told_that_it_serves_that_it_lives_and_that_it_ends() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("notify");
    let socket = UnixDatagram::bind(&path).unwrap();
    socket
        .set_read_timeout(Some(Duration::from_secs(60)))
        .unwrap();
    let next = || {
        let mut said = [0; 64];
        let length = socket.recv(&mut said).unwrap();
        String::from_utf8(said[..length].to_vec()).unwrap()
    };
    let server = serve(folder.path())
        .env("NOTIFY_SOCKET", &path)
        .env("WATCHDOG_USEC", "300000")
        .spawn()
        .unwrap();
    assert_eq!(next(), "READY=1");
    let begun = Instant::now();
    assert_eq!(next(), "WATCHDOG=1");
    assert_eq!(next(), "WATCHDOG=1");
    assert!(begun.elapsed() < Duration::from_secs(10));
    end(server);
    let mut last = next();
    while last == "WATCHDOG=1" {
        last = next();
    }
    assert_eq!(last, "STOPPING=1");

    // A watchdog that is meant for another process is none of ours.
    let server = serve(folder.path())
        .env("NOTIFY_SOCKET", &path)
        .env("WATCHDOG_USEC", "300000")
        .env("WATCHDOG_PID", "1")
        .spawn()
        .unwrap();
    assert_eq!(next(), "READY=1");
    end(server);
    assert_eq!(next(), "STOPPING=1");
}

#[test]
fn a_healthcheck_asks_the_server_and_fails_where_there_is_none() {
    let folder = tempfile::tempdir().unwrap();
    let none = sunset(&["healthcheck", "--listen", "127.0.0.1:1"]);
    let text = String::from_utf8(none.stderr).unwrap();
    assert!(!none.status.success());
    assert!(text.starts_with("Sunset does not answer at 127.0.0.1:1: "));

    let socket = format!("unix:{}", folder.path().join("http").display());
    let public = [
        "--listen",
        &socket,
        "--public-url",
        "https://sunset.example",
    ];
    let check = |more: &[&str]| {
        let output = sunset(&[&["healthcheck"], more].concat());
        let said = [output.stdout, output.stderr].concat();
        let said = String::from_utf8(said).unwrap().trim().to_owned();
        (output.status.success(), said)
    };
    let mut command = Command::new(env!("CARGO_BIN_EXE_sunset"));
    let mut server = command
        .arg("serve")
        .args(public)
        .args(["--ops-listen", "127.0.0.1:0", "--site-root"])
        .arg(site(folder.path()))
        .arg(format!(
            "--database={}",
            sqlite(&folder.path().join("sunset.db"))
        ))
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let said = BufReader::new(server.stdout.take().unwrap()).lines();
    let figures = said.map_while(Result::ok).nth(2).unwrap();
    let ops = figures.split_once("http://").unwrap().1;
    let ops = ops.split('/').next().unwrap();
    assert_eq!(check(&public), (true, "ok".to_owned()));
    let begun = Instant::now();
    while check(&["--ops-listen", ops]) != (true, "ready".to_owned()) {
        assert!(begun.elapsed() < Duration::from_secs(25), "not ready");
        std::thread::sleep(Duration::from_millis(50));
    }
    // By another name it is not the console.
    let (is_well, text) = check(&[&public[..3], &["https://other.example"]].concat());
    assert!(!is_well && text.contains("status 421"), "{text}");
    end(server);
}

#[test]
fn a_log_in_json_is_json_line_by_line_with_all_that_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let mut server = serve(folder.path())
        .args(["--log-format", "json"])
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut said = BufReader::new(server.stderr.take().unwrap());
    let mut line = String::new();
    said.read_line(&mut line).unwrap();
    let event: Value = serde_json::from_str(&line).unwrap();
    let message = event["message"].as_str().unwrap();
    assert!(message.starts_with("Sunset is at http://127.0.0.1:"));
    assert_eq!(event["level"], "INFO");
    assert!(event["timestamp"].is_string() && event["target"].is_string());
    end(server);
    for line in said.lines().map_while(Result::ok) {
        serde_json::from_str::<Value>(&line).unwrap();
    }

    // So is the sentence with which it refuses.
    let refused = serve(folder.path())
        .args(["--log-format", "json", "--ops-listen", "0.0.0.0:0"])
        .stderr(Stdio::piped())
        .output()
        .unwrap();
    assert!(!refused.status.success());
    assert!(refused.stdout.is_empty());
    let event: Value = serde_json::from_slice(&refused.stderr).unwrap();
    assert_eq!(event["level"], "ERROR");
    assert!(event["message"].as_str().unwrap().contains("--ops-listen"));
}

#[test]
fn what_is_to_be_logged_can_be_chosen_and_a_mistake_in_it_is_said() {
    let check = |filter: &str| {
        let check = ["check", "--database-file", "/no/such", "--log", filter];
        String::from_utf8(sunset(&check).stderr).unwrap()
    };
    assert!(check("error").contains("/no/such cannot be read"));
    let text = check("sunset=loud");
    assert!(
        text.starts_with("--log sunset=loud cannot be understood"),
        "{text}"
    );
    // Nobody reads colors in a file.
    let warned = sunset(&["check", "--database", "postgres://me:x@127.0.0.1:1/x"]);
    let text = String::from_utf8(warned.stderr).unwrap();
    assert!(text.contains("WARN") && !text.contains('\u{1b}'), "{text}");
}

#[test]
fn no_other_program_of_the_same_user_looks_into_its_memory() {
    const NOBODY: &str = "65534";
    let folder = tempfile::tempdir().unwrap();
    fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).unwrap();
    let program = folder.path().join("sunset");
    if fs::hard_link(env!("CARGO_BIN_EXE_sunset"), &program).is_err() {
        fs::copy(env!("CARGO_BIN_EXE_sunset"), &program).unwrap();
    }
    // What the kernel keeps from other programs of a user is root's: so not as root.
    let mut command = match rustix::process::geteuid().is_root() {
        true => Command::new("setpriv"),
        false => Command::new("env"),
    };
    if rustix::process::geteuid().is_root() {
        command.args(["--reuid", NOBODY, "--regid", NOBODY, "--clear-groups"]);
    }
    let mut process = command
        .arg(&program)
        .args(["simulate-directory", "--listen", "127.0.0.1:0"])
        .args(["--devices", "1"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    let mut said = BufReader::new(process.stdout.take().unwrap());
    said.read_line(&mut line).unwrap();
    let about = |name: &str| fs::metadata(format!("/proc/{}/{name}", process.id())).unwrap();
    let owner = about("environ").uid();
    process.kill().unwrap();
    process.wait().unwrap();
    assert_eq!(owner, 0);
}

#[test]
fn the_page_of_settings_is_what_the_program_says() {
    let output = sunset(&["settings"]);
    let made = String::from_utf8(output.stdout).unwrap();
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/settings.md");
    let kept = fs::read_to_string(page).unwrap_or_default();
    assert!(
        made == kept,
        "docs/settings.md is old: run `sunset settings > docs/settings.md`"
    );
    for name in ["--public-url", "`SUNSET_DATABASE_FILE`", "sunset restore"] {
        assert!(made.contains(name), "{name} is missing");
    }
}
