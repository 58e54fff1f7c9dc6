//! A disk that is full or fails while a job runs: the job waits, every page says why,
//! and it goes on by itself (RELIABILITY.md C 6 and 7).
//!
//! The program gets a small file system of its own, which takes no rights that an
//! ordinary user does not have where namespaces are allowed.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use sunset::domain::device::DeviceId;
use sunset::domain::selection::Selection;

const DEVICES: u32 = 2000;

/// The program at work on a job.
struct Program {
    process: Child,
    address: String,
    job: Value,
}

impl Program {
    /// Starts it by way of `wrapper`, with a job that takes some seconds.
    fn start(folder: &Path, wrapper: &[&str]) -> Self {
        fs::create_dir(folder.join("pkg")).unwrap();
        let database = format!("sqlite:{}", folder.join("disk/sunset.db").display());
        let serve = ["serve", "--listen", "127.0.0.1:0", "--database", &database];
        let demo = DEVICES.to_string();
        let mut process = Command::new(wrapper[0])
            .args(&wrapper[1..])
            .arg(env!("CARGO_BIN_EXE_sunset"))
            .args(serve)
            .args(["--demo-devices", &demo, "--devices-per-second", "400"])
            .args(["--grace-seconds", "0", "--site-root"])
            .arg(folder)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let mut said = BufReader::new(process.stdout.take().unwrap());
        said.read_line(&mut line).unwrap();
        let address = line.trim().rsplit_once('/').expect("an address").1;
        let mut program = Self {
            process,
            address: address.to_owned(),
            job: Value::Null,
        };
        program.start_job();
        program
    }

    fn start_job(&mut self) {
        let all: Selection = (1..=DEVICES).map(DeviceId).collect();
        let plan = self.call("plans/make", &json!({ "selection": all }));
        let execution = json!({
            "plan": plan["id"], "hash": plan["hash"], "reason": "retiring_device", "note": "",
            "acknowledged": true, "typed_count": plan["eligible"],
        });
        let job = self.call("jobs/start", &json!({ "execution": execution }));
        self.job = job["id"].clone();
    }

    fn call(&self, function: &str, arguments: &Value) -> Value {
        let (host, body) = (&self.address, arguments.to_string());
        let mut stream = TcpStream::connect(&self.address).unwrap();
        write!(
            stream,
            "POST /api/{function} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\
             Content-Type: application/json\r\nAccept: application/json\r\n\
             Content-Length: {}\r\n\r\n{body}",
            body.len()
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        assert!(head.starts_with("HTTP/1.1 200"), "{function}: {answer}");
        serde_json::from_str(body).unwrap()
    }

    fn job(&self) -> Value {
        self.call("jobs/read", &json!({ "id": self.job }))
    }

    /// Waits until every page is told why jobs wait.
    fn until_trouble(&self, why: &str) {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let host = &self.address;
        write!(stream, "GET /events HTTP/1.1\r\nHost: {host}\r\n\r\n").unwrap();
        stream
            .set_read_timeout(Some(Duration::from_secs(60)))
            .unwrap();
        let told = BufReader::new(stream).lines().map_while(Result::ok);
        let mut troubles = told.filter(|line| line.contains("\"trouble\":\""));
        let trouble = troubles.next().expect("a trouble is told");
        assert!(trouble.contains(why), "{trouble}");
    }

    fn until(&self, so: impl Fn(&Value) -> bool) -> Value {
        let begun = Instant::now();
        loop {
            let job = self.job();
            if so(&job) {
                return job;
            }
            assert!(begun.elapsed() < Duration::from_secs(60), "{job}");
            sleep(Duration::from_millis(20));
        }
    }

    /// The job ends by itself, with nothing amiss.
    fn until_done(&self) {
        let job = self.until(|job| {
            !["running", "queued"]
                .iter()
                .any(|state| job["state"] == *state)
        });
        assert_eq!(job["state"], "completed", "{job}");
        assert_eq!(job["counts"]["succeeded"], job["eligible"]);
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[test]
fn a_job_waits_for_a_disk_that_is_full_and_goes_on_by_itself() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("disk")).unwrap();
    let mount = "mount -t tmpfs -o size=24m none \"$0/disk\" && exec \"$@\"";
    let here = folder.path().display().to_string();
    let unshare = ["unshare", "--user", "--map-root-user", "--mount"];
    let program = Program::start(
        folder.path(),
        &[&unshare[..], &["sh", "-c", mount, &here]].concat(),
    );
    program.until(|job| job["counts"]["succeeded"] != 0);

    let root = format!("/proc/{}/root", program.process.id());
    let ballast = PathBuf::from(format!("{root}{here}/disk/ballast"));
    let mut filling = fs::File::create(&ballast).unwrap();
    while filling.write_all(&[0x5a; 4096]).is_ok() {}
    program.until_trouble("The database's disk is full.");
    let before = program.job();
    assert_eq!(before["state"], "running", "{before}");

    drop(filling);
    fs::remove_file(&ballast).unwrap();
    program.until_done();
}

#[test]
fn a_job_waits_for_a_disk_that_fails_and_goes_on_by_itself() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("disk")).unwrap();
    let program = Program::start(folder.path(), &["env", "--ignore-signal=XFSZ"]);
    program.until(|job| job["counts"]["succeeded"] != 0);

    // From here on every write beyond what the log has now fails.
    limit_files(&program, "20000:unlimited");
    program.until_trouble("The database's disk fails.");
    let before = program.job();
    assert_eq!(before["state"], "running", "{before}");

    limit_files(&program, "unlimited:unlimited");
    program.until_done();
}

fn limit_files(program: &Program, limit: &str) {
    let limited = Command::new("prlimit")
        .args(["--pid", &program.process.id().to_string()])
        .arg(format!("--fsize={limit}"))
        .status()
        .unwrap();
    assert!(limited.success());
}
