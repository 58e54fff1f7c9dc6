//! The Debian package: the folder that runs anywhere, a service, and a user for it.

use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::command::{output, run, step};
use crate::pack::{files_below, gzip};
use crate::paths;

/// What is copied from the checkout, and to which folder.
const FILES: [(&str, &str); 8] = [
    ("deploy/sunset.service", "usr/lib/systemd/system"),
    ("deploy/sysusers.d/sunset.conf", "usr/lib/sysusers.d"),
    ("deploy/sunset.env", "etc/sunset"),
    ("deploy/nginx.conf", "usr/share/doc/sunset/examples"),
    ("deploy/Caddyfile", "usr/share/doc/sunset/examples"),
    ("README.md", "usr/share/doc/sunset"),
    ("SECURITY.md", "usr/share/doc/sunset"),
    ("LICENSE-APACHE", "usr/share/doc/sunset"),
];

/// What dpkg runs before and after.
const SCRIPTS: [&str; 3] = ["postinst", "prerm", "postrm"];

pub struct Package<'a> {
    /// The program, `hash.txt` and the site.
    pub folder: &'a Path,
    pub version: &'a str,
    /// As dpkg-deb calls it.
    pub compression: &'a str,
}

impl Package<'_> {
    /// Builds it, and says where it is.
    pub fn build(&self, out: &Path) -> Result<PathBuf> {
        step("Building the Debian package");
        let root = paths::scratch().join("deb");
        if root.exists() {
            fs::remove_dir_all(&root)?;
        }
        self.fill(&root)?;
        let architecture = output(Command::new("dpkg").arg("--print-architecture"))?;
        let architecture = architecture.trim();
        self.control(&root, architecture)?;
        let name = format!("sunset_{}_{architecture}.deb", self.version);
        let package = out.join(name);
        run(Command::new("dpkg-deb")
            .args(["--root-owner-group", "--build"])
            .arg(format!("-Z{}", self.compression))
            .arg(&root)
            .arg(&package))?;
        Ok(package)
    }

    fn fill(&self, root: &Path) -> Result<()> {
        let to = root.join("usr/lib/sunset");
        for name in ["sunset", "hash.txt"] {
            copy(&self.folder.join(name), &to.join(name))?;
        }
        let site = self.folder.join("site");
        for file in files_below(&site)? {
            copy(&file, &to.join("site").join(file.strip_prefix(&site)?))?;
        }
        set_mode(&to.join("sunset"), 0o755)?;
        let programs = root.join("usr/bin");
        fs::create_dir_all(&programs)?;
        symlink("../lib/sunset/sunset", programs.join("sunset"))?;

        for (from, folder) in FILES {
            let from = paths::root().join(from);
            let name = from.file_name().context("a file has a name")?;
            copy(&from, &root.join(folder).join(name))?;
        }
        let about = root.join("usr/share/doc/sunset");
        let docs = paths::root().join("docs");
        for file in files_below(&docs)? {
            if file.extension().is_some_and(|kind| kind == "md") {
                copy(&file, &about.join("docs").join(file.strip_prefix(&docs)?))?;
            }
        }
        let changes = fs::read(paths::root().join("CHANGELOG.md"))?;
        write(&about.join("changelog.gz"), &gzip(&changes)?)?;
        let license = fs::read_to_string(paths::root().join("LICENSE-MIT"))?;
        let license = format!(
            "Sunset is licensed under the MIT license, below, or the Apache License 2.0, in \
             LICENSE-APACHE beside this file, as you choose.\n\n{license}"
        );
        write(&about.join("copyright"), license.as_bytes())?;
        for folder in folders_below(root)? {
            set_mode(&folder, 0o755)?;
        }
        Ok(())
    }

    fn control(&self, root: &Path, architecture: &str) -> Result<()> {
        let mut bytes = 0;
        for file in files_below(root)? {
            bytes += fs::metadata(file)?.len();
        }
        let libc = newest_libc(&fs::read(self.folder.join("sunset"))?)?;
        let control = format!(
            "Package: sunset\n\
             Version: {}\n\
             Architecture: {architecture}\n\
             Maintainer: The Sunset project <noreply@sunset.example>\n\
             Installed-Size: {}\n\
             Depends: libc6 (>= {libc}), libgcc-s1, systemd (>= 252), ca-certificates\n\
             Recommends: nginx | caddy\n\
             Section: admin\n\
             Priority: optional\n\
             Description: Console that takes managed ChromeOS devices out of service\n \
             A web console for the devices of a Google Workspace account: search, review,\n \
             and deprovision in jobs that can be paused, resumed and accounted for.\n",
            self.version,
            bytes / 1024
        );
        let folder = root.join("DEBIAN");
        write(&folder.join("control"), control.as_bytes())?;
        write(&folder.join("conffiles"), b"/etc/sunset/sunset.env\n")?;
        for name in SCRIPTS {
            let script = fs::read(paths::root().join("deploy/debian").join(name))?;
            write(&folder.join(name), &script)?;
            set_mode(&folder.join(name), 0o755)?;
        }
        set_mode(&folder, 0o755)
    }
}

/// The newest libc that the program asks for, such as 2.34: it names the version of each
/// function.
fn newest_libc(program: &[u8]) -> Result<String> {
    const NAME: &[u8] = b"GLIBC_2.";
    let mut newest: Option<u32> = None;
    for at in 0..program.len().saturating_sub(NAME.len()) {
        if !program[at..].starts_with(NAME) {
            continue;
        }
        let digits = program[at + NAME.len()..].iter();
        let digits = digits.take_while(|byte| byte.is_ascii_digit());
        let minor: String = digits.map(|byte| char::from(*byte)).collect();
        newest = newest.max(minor.parse().ok());
    }
    match newest {
        Some(minor) => Ok(format!("2.{minor}")),
        None => bail!("the program does not say which libc it needs"),
    }
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    let content = fs::read(from).with_context(|| format!("{} is missing", from.display()))?;
    write(to, &content)
}

/// Writes a file that everybody may read.
fn write(to: &Path, content: &[u8]) -> Result<()> {
    fs::create_dir_all(to.parent().context("a file is in a folder")?)?;
    fs::write(to, content)?;
    set_mode(to, 0o644)
}

fn set_mode(path: &Path, mode: u32) -> Result<()> {
    Ok(fs::set_permissions(path, Permissions::from_mode(mode))?)
}

fn folders_below(root: &Path) -> Result<Vec<PathBuf>> {
    let mut folders = vec![root.to_owned()];
    let mut next = 0;
    while next < folders.len() {
        for entry in fs::read_dir(&folders[next])? {
            let entry = entry?;
            if entry.file_type()?.is_dir() {
                folders.push(entry.path());
            }
        }
        next += 1;
    }
    Ok(folders)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_libc_is_found_by_number() {
        let program = b"xGLIBC_2.9\0GLIBC_2.34\0GLIBC_2.2.5\0GLIBC_PRIVATE";
        assert_eq!(newest_libc(program).unwrap(), "2.34");
        assert!(newest_libc(b"static").is_err());
    }
}
