//! A private PostgreSQL for the tests: its own folder, its own port, gone after.
//!
//! It runs from the installed server programs and touches no other cluster. It
//! does not sort by code point as SQLite does, on purpose: what our queries need
//! of an order they have to say themselves.

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::chown;
use std::path::{Path, PathBuf};
use std::process::{self, Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};
use std::{env, io};

use anyhow::{Context, Result, bail};
use rustix::io::Errno;
use rustix::process::{Signal, kill_process, test_kill_process};

use crate::command::{interrupted, output, pid, step};
use crate::tools;

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
}

/// `cargo xtask postgres`.
pub fn keep_running() -> Result<()> {
    let mut cluster = Cluster::start(false)?;
    println!("export SUNSET_TEST_POSTGRES={}", cluster.url);
    while !interrupted() {
        if let Some(status) = cluster.server.try_wait()? {
            bail!("PostgreSQL ended ({status})");
        }
        sleep(Duration::from_millis(100));
    }
    Ok(())
}

/// A running server. Dropping it ends the server and removes its folder.
pub struct Cluster {
    folder: PathBuf,
    server: Child,
    url: String,
}

impl Cluster {
    fn start(durable: bool) -> Result<Cluster> {
        let programs = programs()?;
        remove_abandoned();
        let user = user()?;
        let folder = env::temp_dir().join(format!("{FOLDER}{}", process::id()));
        fs::create_dir_all(&folder)?;
        if let Some((uid, gid)) = user {
            chown(&folder, Some(uid), Some(gid))?;
        }
        step("Starting a private PostgreSQL");
        let started = initialise(&programs, user, &folder)
            .and_then(|()| Cluster::run(&programs, user, &folder, durable));
        if started.is_err() {
            let _ = fs::remove_dir_all(&folder);
        }
        started
    }

    fn run(
        programs: &Path,
        user: Option<(u32, u32)>,
        folder: &Path,
        durable: bool,
    ) -> Result<Cluster> {
        let port = free_port()?;
        // What tests write has to outlive no power cut.
        let fsync = if durable { "on" } else { "off" };
        let settings = [
            "listen_addresses=127.0.0.1".to_owned(),
            format!("port={port}"),
            format!("unix_socket_directories={}", folder.display()),
            format!("fsync={fsync}"),
            "max_connections=200".to_owned(),
            "log_min_messages=warning".to_owned(),
        ];
        let log = fs::File::create(folder.join("log"))?;
        let mut command = as_user(&programs.join("postgres"), user);
        command
            .arg("-D")
            .arg(folder.join("data"))
            .current_dir(folder);
        for setting in &settings {
            command.arg("-c").arg(setting);
        }
        let server = command
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .spawn()
            .context("could not start PostgreSQL")?;
        let mut cluster = Cluster {
            folder: folder.to_path_buf(),
            server,
            url: format!("postgres://sunset@127.0.0.1:{port}/postgres"),
        };
        cluster.wait_until_ready(&programs.join("pg_isready"), port)?;
        Ok(cluster)
    }

    fn wait_until_ready(&mut self, pg_isready: &Path, port: u16) -> Result<()> {
        let start = Instant::now();
        while start.elapsed() < Duration::from_secs(60) && !interrupted() {
            if self.server.try_wait()?.is_some() {
                break;
            }
            let port = port.to_string();
            if output(Command::new(pg_isready).args(["-h", "127.0.0.1", "-p", &port])).is_ok() {
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
        // An interrupt is a "fast" stop: it disconnects everybody and ends.
        if let (Ok(None), Some(server)) = (self.server.try_wait(), pid(self.server.id())) {
            let _ = kill_process(server, Signal::INT);
        }
        let asked = Instant::now();
        while matches!(self.server.try_wait(), Ok(None)) {
            if Duration::from_secs(10) < asked.elapsed() {
                let _ = self.server.kill();
            }
            sleep(Duration::from_millis(20));
        }
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn initialise(programs: &Path, user: Option<(u32, u32)>, folder: &Path) -> Result<()> {
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
            as_user(&programs.join("initdb"), user)
                .args([
                    "--username=sunset",
                    "--auth=trust",
                    "--encoding=UTF8",
                    "--no-sync",
                ])
                .args(*locale)
                .arg("-D")
                .arg(folder.join("data"))
                .current_dir(folder),
        );
        match made {
            Ok(_) => return Ok(()),
            Err(error) => failure = Some(error),
        }
    }
    Err(failure.expect("there is a locale to try"))
}

/// A program run as the given user, and ended with us if the system can do that.
fn as_user(program: &Path, user: Option<(u32, u32)>) -> Command {
    if tools::find_in_path("setpriv").is_none() {
        return Command::new(program);
    }
    let mut command = Command::new("setpriv");
    if let Some((uid, gid)) = user {
        command
            .arg(format!("--reuid={uid}"))
            .arg(format!("--regid={gid}"))
            .arg("--clear-groups");
    }
    command.args(["--pdeathsig", "INT", "--"]).arg(program);
    command
}

/// PostgreSQL refuses to run as root, so root lends it another user.
fn user() -> Result<Option<(u32, u32)>> {
    if !tools::is_root() {
        return Ok(None);
    }
    if tools::find_in_path("setpriv").is_none() {
        bail!("PostgreSQL does not run as root, and setpriv (util-linux) is missing");
    }
    let id = |flag: &str, name: &str| output(Command::new("id").args([flag, name]));
    for name in ["postgres", "nobody"] {
        if let (Ok(uid), Ok(gid)) = (id("-u", name), id("-g", name)) {
            return Ok(Some((uid.trim().parse()?, gid.trim().parse()?)));
        }
    }
    bail!("PostgreSQL does not run as root, and there is neither a user postgres nor nobody")
}

/// The folder of the newest installed server programs.
fn programs() -> Result<PathBuf> {
    if let Some(folder) = installed() {
        return Ok(folder);
    }
    if tools::may_install() {
        tools::apt_install("postgresql")?;
        if let Some(folder) = installed() {
            return Ok(folder);
        }
    }
    bail!(
        "PostgreSQL's server is missing: please run `apt-get install postgresql`, or set SUNSET_TEST_POSTGRES"
    )
}

fn installed() -> Option<PathBuf> {
    let mut folders: Vec<PathBuf> = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path().join("bin")))
        .collect();
    folders.sort_by_key(|folder| {
        let version = folder
            .iter()
            .rev()
            .nth(1)
            .and_then(|name| name.to_str()?.parse::<u32>().ok());
        std::cmp::Reverse(version)
    });
    folders.extend(output(Command::new("pg_config").arg("--bindir")).map(|s| s.trim().into()));
    folders.into_iter().find(|folder| {
        ["initdb", "postgres", "pg_isready"]
            .iter()
            .all(|p| folder.join(p).is_file())
    })
}

fn free_port() -> io::Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

/// Removes what runs left that were killed before they could.
fn remove_abandoned() {
    for entry in fs::read_dir(env::temp_dir())
        .into_iter()
        .flatten()
        .flatten()
    {
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
