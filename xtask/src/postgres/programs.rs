//! PostgreSQL's own programs, and whose they are run as.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, bail};

use crate::command::output;
use crate::tools;

/// A program run as the given user, and ended with us if the system can do that.
pub fn as_user(program: &Path, user: Option<(u32, u32)>) -> Command {
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
pub fn user() -> Result<Option<(u32, u32)>> {
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
pub fn programs() -> Result<PathBuf> {
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
