//! The program as a process, asked over HTTP as a browser would ask it.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use sunset::domain::device::DeviceId;
use sunset::domain::selection::Selection;

/// The program at work.
pub struct Program {
    pub process: Child,
    pub address: String,
}

/// The command for a server over a simulated directory, whose key is in the folder.
pub fn over_google(folder: &Path, database: &Path, directory: &Program) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sunset"));
    command
        .args(["serve", "--listen", "127.0.0.1:0", "--grace-seconds", "0"])
        .arg(format!("--database=sqlite:{}", database.display()))
        .args(["--directory", "google", "--google-subject"])
        .arg("admin@school.example")
        .arg(format!("--google-url=http://{}", directory.address))
        .args(["--google-queries-per-minute", "6000", "--google-key"])
        .arg(folder.join("key.json"))
        .arg("--site-root")
        .arg(folder);
    command
}

impl Program {
    /// Starts a simulated directory, which leaves its key in the folder.
    pub fn simulate(folder: &Path, devices: u32, options: &[&str]) -> Self {
        Self::spawn(
            Command::new(env!("CARGO_BIN_EXE_sunset"))
                .args(["simulate-directory", "--listen", "127.0.0.1:0"])
                .args(["--devices", &devices.to_string()])
                .args(["--queries-per-minute", "0"])
                .args(options)
                .arg("--key-out")
                .arg(folder.join("key.json")),
        )
    }

    /// Waits until the directory was read.
    pub fn until_read(&self) {
        let begun = Instant::now();
        let nothing = Value::Object(Default::default());
        while self.call("cache/state", &nothing)["complete_as_of"].is_null() {
            assert!(begun.elapsed() < Duration::from_secs(60), "not read");
            sleep(Duration::from_millis(50));
        }
    }

    /// Starts it, and waits until it says where it is.
    pub fn spawn(command: &mut Command) -> Self {
        let mut process = command
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let mut said = BufReader::new(process.stdout.take().unwrap());
        said.read_line(&mut line).unwrap();
        let address = line.trim().rsplit_once('/').expect("an address").1;
        Self {
            process,
            address: address.to_owned(),
        }
    }

    /// Starts a job of the devices numbered from 1, and returns its id.
    pub fn start_job(&self, devices: u32) -> Value {
        let all: Selection = (1..=devices).map(DeviceId).collect();
        let plan = self.call("plans/make", &json!({ "selection": all }));
        let execution = json!({
            "plan": plan["id"], "hash": plan["hash"], "reason": "retiring_device", "note": "",
            "acknowledged": true, "typed_count": plan["eligible"],
        });
        self.call("jobs/start", &json!({ "execution": execution }))["id"].clone()
    }

    pub fn job(&self, id: &Value) -> Value {
        self.call("jobs/read", &json!({ "id": id }))
    }

    /// Calls a server function.
    pub fn call(&self, function: &str, arguments: &Value) -> Value {
        let body = arguments.to_string();
        self.ask(&format!(
            "POST /api/{function} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\
             Content-Type: application/json\r\nAccept: application/json\r\n\
             Content-Length: {}\r\n\r\n{body}",
            self.address,
            body.len()
        ))
    }

    /// Asks for a path.
    pub fn get(&self, path: &str) -> Value {
        let host = &self.address;
        self.ask(&format!(
            "GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"
        ))
    }

    fn ask(&self, request: &str) -> Value {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        assert!(head.starts_with("HTTP/1.1 200"), "{request}: {answer}");
        serde_json::from_str(body).unwrap()
    }

    /// Waits until this is so of a job.
    pub fn until(&self, job: &Value, so: impl Fn(&Value) -> bool) -> Value {
        let begun = Instant::now();
        loop {
            let job = self.job(job);
            if so(&job) {
                return job;
            }
            assert!(begun.elapsed() < Duration::from_secs(60), "{job}");
            sleep(Duration::from_millis(20));
        }
    }

    /// The job ends by itself, with nothing amiss.
    pub fn until_done(&self, job: &Value) {
        let job = self.until(job, |job| {
            !["running", "queued"]
                .iter()
                .any(|state| job["state"] == *state)
        });
        assert_eq!(job["state"], "completed", "{job}");
        assert_eq!(job["counts"]["succeeded"], job["eligible"]);
    }

    /// Ends as at a loss of power.
    pub fn kill(mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
