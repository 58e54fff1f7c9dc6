//! A private PostgreSQL for the tests: its own folder, its own port, gone after.
//!
//! It runs from the installed server programs and touches no other cluster. It
//! does not sort by code point as SQLite does, on purpose: what our queries need
//! of an order they have to say themselves.

mod programs;

use std::collections::BTreeSet;
use std::fs::{self, Permissions};
use std::net::TcpListener;
use std::os::unix::fs::{PermissionsExt, chown};
use std::path::PathBuf;
use std::process::{self, Child, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, sleep};
use std::time::{Duration, Instant};
use std::{env, io};

use anyhow::{Context, Result, bail};
use rustix::io::Errno;
use rustix::process::{Signal, kill_process, test_kill_process};

pub use self::programs::as_user;
use self::programs::{programs, user};
use crate::command::{interrupted, output, pid, step};
use crate::paths;

const FOLDER: &str = "sunset-postgres-";

/// Where a cluster may live: the tests' own, or the one the caller names.
pub enum Postgres {
    Private(Cluster),
    Given(String),
}

impl Postgres {
    /// Starts a private cluster, unless `SUNSET_TEST_POSTGRES` names a server.
    pub fn start() -> Result<Postgres> {
        match env::var("SUNSET_TEST_POSTGRES") {
            Ok(url) if !url.is_empty() => Ok(Postgres::Given(url)),
            _ => Ok(Postgres::Private(Cluster::start(false)?)),
        }
    }

    /// Starts a private cluster whose commits are on the disk when they return, for
    /// measuring.
    pub fn start_durable() -> Result<Postgres> {
        Ok(Postgres::Private(Cluster::start(true)?))
    }

    pub fn url(&self) -> &str {
        match self {
            Postgres::Private(cluster) => &cluster.url,
            Postgres::Given(url) => url,
        }
    }

    /// The file with the number of the server's process, if the server is ours: a test
    /// may end it at once, and it comes back.
    pub fn pid_file(&self) -> Option<PathBuf> {
        match self {
            Postgres::Private(cluster) => Some(cluster.launch.folder.join("data/postmaster.pid")),
            Postgres::Given(_) => None,
        }
    }
}

/// `cargo xtask postgres`.
pub fn keep_running() -> Result<()> {
    let cluster = Cluster::start(false)?;
    println!("export SUNSET_TEST_POSTGRES={}", cluster.url);
    while !interrupted() {
        sleep(Duration::from_millis(100));
    }
    Ok(())
}

/// A running server, started again whenever it ends. Dropping this ends it for good
/// and removes its folder.
pub struct Cluster {
    launch: Launch,
    /// None once it shall not come back.
    server: Arc<Mutex<Option<Child>>>,
    url: String,
}

/// How the server is started.
#[derive(Clone)]
struct Launch {
    programs: PathBuf,
    user: Option<(u32, u32)>,
    folder: PathBuf,
    port: u16,
    durable: bool,
}

impl Cluster {
    fn start(durable: bool) -> Result<Cluster> {
        let programs = programs()?;
        remove_abandoned();
        let user = user()?;
        let parent = match durable {
            true => env::temp_dir(),
            false => paths::temporary(),
        };
        let folder = parent.join(format!("{FOLDER}{}", process::id()));
        fs::create_dir_all(&folder)?;
        if let Some((uid, gid)) = user {
            chown(&folder, Some(uid), Some(gid))?;
        }
        step("Starting a private PostgreSQL");
        let launch = Launch {
            programs,
            user,
            folder: folder.clone(),
            port: free_port()?,
            durable,
        };
        let started = initialize(&launch)
            .and_then(|()| launch.provide_certificate())
            .and_then(|()| Cluster::run(launch));
        if started.is_err() {
            let _ = fs::remove_dir_all(&folder);
        }
        started
    }

    fn run(launch: Launch) -> Result<Cluster> {
        let mut server = launch.start()?;
        launch.wait_until_ready(&mut server)?;
        let cluster = Cluster {
            url: format!("postgres://sunset@127.0.0.1:{}/postgres", launch.port),
            launch: launch.clone(),
            server: Arc::new(Mutex::new(Some(server))),
        };
        let server = cluster.server.clone();
        thread::spawn(move || launch.keep(&server));
        Ok(cluster)
    }
}

impl Launch {
    fn start(&self) -> Result<Child> {
        // What tests write has to outlive no power cut.
        let fsync = if self.durable { "on" } else { "off" };
        let settings = [
            "listen_addresses=127.0.0.1".to_owned(),
            format!("port={}", self.port),
            format!("unix_socket_directories={}", self.folder.display()),
            format!("fsync={fsync}"),
            "max_connections=200".to_owned(),
            "log_min_messages=warning".to_owned(),
            "ssl=on".to_owned(),
            format!("ssl_cert_file={}", self.certificate("good.pem").display()),
            format!("ssl_key_file={}", self.certificate("key.pem").display()),
        ];
        let log = fs::File::options()
            .create(true)
            .append(true)
            .open(self.folder.join("log"))?;
        let mut command = as_user(&self.programs.join("postgres"), self.user);
        command
            .arg("-D")
            .arg(self.folder.join("data"))
            .current_dir(&self.folder);
        for setting in &settings {
            command.arg("-c").arg(setting);
        }
        command
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .spawn()
            .context("could not start PostgreSQL")
    }

    fn certificate(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// Puts the tests' certificate where the server can read it: it takes a key only from its
    /// own user's file.
    fn provide_certificate(&self) -> Result<()> {
        for name in ["good.pem", "key.pem"] {
            let file = self.certificate(name);
            fs::copy(paths::root().join("tests/fixtures/tls").join(name), &file)?;
            fs::set_permissions(&file, Permissions::from_mode(0o600))?;
            if let Some((uid, gid)) = self.user {
                chown(&file, Some(uid), Some(gid))?;
            }
        }
        Ok(())
    }

    /// Starts the server again whenever it has ended, as an init system does.
    fn keep(&self, server: &Mutex<Option<Child>>) {
        loop {
            sleep(Duration::from_millis(50));
            let mut server = server.lock().unwrap_or_else(PoisonError::into_inner);
            let Some(running) = server.as_mut() else {
                return;
            };
            if !matches!(running.try_wait(), Ok(None))
                && let Ok(again) = self.start()
            {
                *running = again;
            }
        }
    }

    fn wait_until_ready(&self, server: &mut Child) -> Result<()> {
        let start = Instant::now();
        let port = self.port.to_string();
        while start.elapsed() < Duration::from_secs(60) && !interrupted() {
            if server.try_wait()?.is_some() {
                break;
            }
            let mut pg_isready = Command::new(self.programs.join("pg_isready"));
            if output(pg_isready.args(["-h", "127.0.0.1", "-p", &port])).is_ok() {
                return Ok(());
            }
            sleep(Duration::from_millis(50));
        }
        let log = fs::read_to_string(self.folder.join("log")).unwrap_or_default();
        bail!("PostgreSQL did not start: {}", log.trim())
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let server = self.server.lock();
        if let Some(mut server) = server.unwrap_or_else(PoisonError::into_inner).take() {
            end(&mut server);
        }
        let _ = fs::remove_dir_all(&self.launch.folder);
    }
}

/// An interrupt is a "fast" stop: it disconnects everybody and ends.
fn end(server: &mut Child) {
    if let (Ok(None), Some(process)) = (server.try_wait(), pid(server.id())) {
        let _ = kill_process(process, Signal::INT);
    }
    let asked = Instant::now();
    while matches!(server.try_wait(), Ok(None)) {
        if Duration::from_secs(10) < asked.elapsed() {
            let _ = server.kill();
        }
        sleep(Duration::from_millis(20));
    }
}

fn initialize(launch: &Launch) -> Result<()> {
    // The best of what this PostgreSQL and this system offer.
    const LOCALES: &[&[&str]] = &[
        &[
            "--locale-provider=icu",
            "--icu-locale=en-US",
            "--locale=C.UTF-8",
        ],
        &["--locale=en_US.UTF-8"],
        &["--locale=C.UTF-8"],
    ];
    let mut failure = None;
    for locale in LOCALES {
        let made = output(
            as_user(&launch.programs.join("initdb"), launch.user)
                .args([
                    "--username=sunset",
                    "--auth=trust",
                    "--encoding=UTF8",
                    "--no-sync",
                ])
                .args(*locale)
                .arg("-D")
                .arg(launch.folder.join("data"))
                .current_dir(&launch.folder),
        );
        match made {
            Ok(_) => return Ok(()),
            Err(error) => failure = Some(error),
        }
    }
    Err(failure.expect("there is a locale to try"))
}

pub fn free_port() -> io::Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

/// Removes what runs left that were killed before they could.
fn remove_abandoned() {
    let folders = BTreeSet::from([env::temp_dir(), paths::temporary()]);
    let entries = folders.into_iter().flat_map(fs::read_dir);
    for entry in entries.flatten().flatten() {
        let name = entry.file_name();
        let owner = name.to_str().and_then(|name| name.strip_prefix(FOLDER));
        let is_alive = |owner: &str| {
            let owner = owner.parse().ok().and_then(pid);
            owner.is_some_and(|owner| test_kill_process(owner) != Err(Errno::SRCH))
        };
        if owner.is_some_and(|owner| !is_alive(owner)) {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}
