//! The package as an administrator meets it: installed, served from, upgraded, removed, purged.
//! Nothing of this machine is changed, and no release build is needed.

mod container;
mod root;

use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};

use self::root::Root;
use crate::command::{output, run, step};
use crate::postgres::{as_user, free_port};
use crate::release::deb::Package;
use crate::{paths, serve, tools};

/// The most that `systemd-analyze security` may find exposed, in tenths.
const EXPOSURE: u32 = 20;

pub fn test() -> Result<()> {
    if !cfg!(target_os = "linux") {
        step("Not testing the package: there are none for this system");
        return Ok(());
    }
    tools::packaging()?;
    let folder = std::env::temp_dir().join(format!("sunset-package-{}", std::process::id()));
    let tried = try_out(&folder);
    let _ = fs::remove_dir_all(&folder);
    tried
}

fn try_out(folder: &Path) -> Result<()> {
    let built = folder.join("built");
    let site = built.join("site/pkg");
    fs::create_dir_all(&site)?;
    // Any site will do: what it does is tested elsewhere.
    fs::write(site.join("sunset.0.js"), "0")?;
    fs::write(built.join("hash.txt"), "js: 0\n")?;
    fs::copy(serve::build_server()?, built.join("sunset"))?;

    step("Testing the service's rights");
    let unit = paths::root().join("deploy/sunset.service");
    run(Command::new("systemd-analyze")
        .args(["security", "--no-pager", "--offline=true"])
        .arg(format!("--threshold={EXPOSURE}"))
        .arg(&unit)
        .stdout(Stdio::null()))?;

    let of = |version: &str| {
        let package = Package {
            folder: &built,
            version,
            compression: "none",
        };
        package.build(folder)
    };
    step("Testing the package");
    let root = Root::make(folder.join("root"))?;
    let installation = Installation { root: &root };
    installation.install(&of("1.0.0")?)?;
    installation.upgrade(&of("1.0.1")?)?;
    installation.remove()?;
    container::try_out(&built, &folder.join("container"))
}

struct Installation<'a> {
    root: &'a Root,
}

impl Installation<'_> {
    fn install(&self, package: &Path) -> Result<()> {
        let root = self.root;
        root.dpkg(&["--install", &package.display().to_string()])?;
        ensure!(root.state() == "1.0.0 installed", "{}", root.state());
        for (name, mode) in [
            ("usr/lib/sunset/sunset", 0o755),
            ("usr/lib/sunset/hash.txt", 0o644),
            ("usr/lib/sunset/site/pkg/sunset.0.js", 0o644),
            ("usr/lib/systemd/system/sunset.service", 0o644),
            ("etc/sunset/sunset.env", 0o644),
            ("usr/share/doc/sunset/copyright", 0o644),
            ("usr/share/doc/sunset/docs", 0o755),
        ] {
            let about = fs::metadata(root.path(name)).with_context(|| format!("no {name}"))?;
            let is = about.permissions().mode() & 0o7777;
            ensure!(is == mode, "{name} has mode {is:o}");
        }
        let says = output(Command::new(root.path("usr/bin/sunset")).arg("--version"))?;
        ensure!(says.starts_with("sunset "), "{says}");
        self.verify_unit()?;
        // As systemd makes it.
        let state = self.state();
        fs::create_dir_all(&state)?;
        fs::set_permissions(&state, Permissions::from_mode(0o700))?;
        let user = root.user("sunset")?;
        ensure!(user.0 != 0 && user.1 != 0, "the service runs as root");
        if tools::is_root() {
            chown(&state, Some(user.0), Some(user.1))?;
        }
        self.serve()
    }

    /// What an administrator has made of it stays.
    fn upgrade(&self, package: &Path) -> Result<()> {
        let settings = self.root.path("etc/sunset/sunset.env");
        fs::write(&settings, "SUNSET_LOG_FORMAT=json\n")?;
        let user = self.root.user("sunset")?;
        let backup = self.state().join("before");
        run(self
            .sunset()?
            .arg("backup")
            .arg(&backup)
            .stdout(Stdio::null()))?;
        self.root
            .dpkg(&["--install", &package.display().to_string()])?;
        let state = self.root.state();
        ensure!(state == "1.0.1 installed", "{state}");
        let kept = fs::read_to_string(&settings)?;
        ensure!(kept == "SUNSET_LOG_FORMAT=json\n", "{kept}");
        ensure!(self.root.user("sunset")? == user, "another user");
        self.serve()?;
        run(self.sunset()?.arg("check").stdout(Stdio::null()))
    }

    /// The database outlives the program.
    fn remove(&self) -> Result<()> {
        let has = |name: &str| self.root.path(name).exists();
        self.root.dpkg(&["--remove", "sunset"])?;
        ensure!(
            !has("usr/bin/sunset") && !has("usr/lib/sunset"),
            "the program is left"
        );
        ensure!(has("etc/sunset/sunset.env"), "the settings are gone");
        self.root.dpkg(&["--purge", "sunset"])?;
        ensure!(!has("etc/sunset/sunset.env"), "the settings are left");
        ensure!(has("var/lib/sunset/sunset.db"), "the database is gone");
        ensure!(self.root.state().is_empty(), "{}", self.root.state());
        Ok(())
    }

    /// systemd understands the unit and finds its program.
    fn verify_unit(&self) -> Result<()> {
        let root = format!("--root={}", self.root.folder.display());
        let said = Command::new("systemd-analyze")
            .args([&root, "verify", "--man=no", "--recursive-errors=no"])
            .arg("sunset.service")
            .output()?;
        let said = String::from_utf8_lossy(&said.stderr).into_owned();
        let ours: Vec<&str> = said.lines().filter(|it| it.contains("sunset")).collect();
        ensure!(ours.is_empty(), "the unit: {}", ours.join("\n"));
        Ok(())
    }

    fn state(&self) -> PathBuf {
        self.root.path("var/lib/sunset")
    }

    /// The installed program as the service's user runs it.
    fn sunset(&self) -> Result<Command> {
        let user = self.root.user("sunset")?;
        let program = self.root.path("usr/bin/sunset");
        let mut command = as_user(&program, tools::is_root().then_some(user));
        let database = self.state().join("sunset.db");
        command
            .current_dir(self.state())
            .env("SUNSET_DATABASE", format!("sqlite:{}", database.display()));
        Ok(command)
    }

    /// It serves, says so, and ends when it is asked to.
    fn serve(&self) -> Result<()> {
        let listen = format!("127.0.0.1:{}", free_port()?);
        let server = self
            .sunset()?
            .args(["serve", "--listen", &listen])
            .stdout(Stdio::null())
            .spawn()?;
        let ask = || {
            let mut ask = self.sunset()?;
            ask.args(["healthcheck", "--listen", &listen]);
            Ok(ask)
        };
        until_well(server, ask)
    }
}

/// Waits until a server says that it is well, and ends it.
fn until_well(mut server: Child, ask: impl Fn() -> Result<Command>) -> Result<()> {
    let begun = Instant::now();
    let answer = loop {
        let answer = output(&mut ask()?);
        let is_over = Duration::from_secs(60) < begun.elapsed();
        if answer.is_ok() || is_over || server.try_wait()?.is_some() {
            break answer;
        }
        sleep(Duration::from_millis(100));
    };
    let asked = crate::command::pid(server.id()).context("a server has a number")?;
    let _ = rustix::process::kill_process(asked, rustix::process::Signal::TERM);
    let ended = server.wait()?;
    let answer = answer.context("the server is not well")?;
    ensure!(
        answer.trim() == "ready" || answer.trim() == "ok",
        "{answer}"
    );
    if !ended.success() {
        bail!("the server ended: {ended}");
    }
    Ok(())
}
