//! A small system of its own to install a package in: what the package's scripts run is copied
//! there with its libraries. It takes neither a container's engine nor a running systemd.

use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::command::{output, run};
use crate::tools;

/// What the package depends on, and what its scripts run.
const PACKAGES: [&str; 4] = ["libc6", "libgcc-s1", "systemd", "ca-certificates"];
const PROGRAMS: [&str; 2] = ["sh", "systemd-sysusers"];

pub struct Root {
    pub folder: PathBuf,
}

impl Root {
    /// Makes one in an empty folder.
    pub fn make(folder: PathBuf) -> Result<Root> {
        fs::create_dir_all(&folder)?;
        // The service's user looks into it.
        fs::set_permissions(&folder, Permissions::from_mode(0o755))?;
        let root = Root { folder };
        for name in ["bin", "sbin", "lib", "lib64"] {
            fs::create_dir_all(root.path(&format!("usr/{name}")))?;
            symlink(format!("usr/{name}"), root.path(name))?;
        }
        for name in ["etc", "tmp", "var/lib/dpkg/info", "var/lib/dpkg/updates"] {
            fs::create_dir_all(root.path(name))?;
        }
        fs::write(root.path("etc/passwd"), "root:x:0:0:root:/root:/bin/sh\n")?;
        fs::write(root.path("etc/group"), "root:x:0:\n")?;
        let status = output(Command::new("dpkg-query").arg("--status").args(PACKAGES))
            .with_context(|| format!("please install {}", PACKAGES.join(", ")))?;
        fs::write(root.path("var/lib/dpkg/status"), status)?;
        // dpkg warns of packages whose files it does not know.
        let names = output(
            Command::new("dpkg-query")
                .args(["--show", "--showformat=${binary:Package}\n"])
                .args(PACKAGES),
        )?;
        for name in names.lines() {
            fs::write(root.path(&format!("var/lib/dpkg/info/{name}.list")), "")?;
        }
        for name in PROGRAMS {
            let program = tools::find_in_path(name).with_context(|| format!("no {name}"))?;
            fs::copy(&program, root.path("usr/bin").join(name))?;
            add_libraries(&program, &root.folder)?;
        }
        Ok(root)
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// Runs dpkg on this system.
    pub fn dpkg(&self, arguments: &[&str]) -> Result<()> {
        run(Self::as_root("dpkg")
            .args(self.dpkg_options())
            .args(arguments))
    }

    /// The installed version and state of the package.
    pub fn state(&self) -> String {
        let asked = output(
            Command::new("dpkg-query")
                .arg(format!(
                    "--admindir={}",
                    self.path("var/lib/dpkg").display()
                ))
                .args([
                    "--show",
                    "--showformat=${Version} ${db:Status-Status}",
                    "sunset",
                ]),
        );
        asked.unwrap_or_default()
    }

    fn dpkg_options(&self) -> [String; 2] {
        [
            format!("--root={}", self.folder.display()),
            "--force-confdef,confold".to_owned(),
        ]
    }

    /// Runs as root, or as what passes for root in a namespace.
    fn as_root(program: &str) -> Command {
        if tools::is_root() {
            return Command::new(program);
        }
        let mut command = Command::new("unshare");
        command.args(["--user", "--map-root-user", program]);
        command
    }

    /// Number and group of a user of this system.
    pub fn user(&self, name: &str) -> Result<(u32, u32)> {
        let users = fs::read_to_string(self.path("etc/passwd"))?;
        let line = users
            .lines()
            .find(|line| line.starts_with(&format!("{name}:")));
        let line = line.with_context(|| format!("there is no user {name}"))?;
        let mut parts = line.split(':').skip(2);
        let mut next = || parts.next().context("a user has a number and a group");
        Ok((next()?.parse()?, next()?.parse()?))
    }
}

/// Copies the libraries of a program to where it finds them in another system.
pub fn add_libraries(program: &Path, root: &Path) -> Result<()> {
    let libraries = output(Command::new("ldd").arg(program))?;
    for library in libraries
        .split_whitespace()
        .filter(|it| it.starts_with('/'))
    {
        let to = root.join(library.trim_start_matches('/'));
        fs::create_dir_all(to.parent().context("a file is in a folder")?)?;
        if !to.exists() {
            fs::copy(library, &to)?;
        }
    }
    Ok(())
}
