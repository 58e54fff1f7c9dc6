//! A disk that is full or fails while a job runs: the job waits, every page says why,
//! and it goes on by itself (RELIABILITY.md C 6 and 7).
//!
//! The program gets a small file system of its own, which takes no rights that an
//! ordinary user does not have where namespaces are allowed.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use serde_json::Value;

use crate::program::Program;

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
    let told = BufReader::new(stream).lines().map_while(Result::ok);
    let mut troubles = told.filter(|line| line.contains("\"trouble\":\""));
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
