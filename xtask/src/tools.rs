//! What a build needs beyond cargo: found, else installed, else asked for.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::command::{cargo, exists, output, run, step};
use crate::{pack, paths};

pub const WASM: &str = "wasm32-unknown-unknown";

const CARGO_DENY: &str = "0.20.2";

/// Adds the browser's target to the toolchain. `rust-toolchain.toml` names it
/// too, but rustup may be told not to install by itself.
pub fn wasm_target() -> Result<()> {
    let folder =
        output(Command::new("rustc").args(["--print", "target-libdir", "--target", WASM]))?;
    if Path::new(folder.trim()).is_dir() {
        return Ok(());
    }
    step("Adding the browser's target to the toolchain");
    run(Command::new("rustup")
        .args(["target", "add", WASM])
        .current_dir(paths::root()))
    .with_context(|| format!("please run `rustup target add {WASM}`"))
}

/// Installs the packages a folder's `package-lock.json` names, unless they are
/// there, and says where.
pub fn npm_packages(folder: &Path) -> Result<PathBuf> {
    let modules = folder.join("node_modules");
    let stamp = pack::digest(&fs::read(folder.join("package-lock.json"))?);
    let stamp_file = modules.join(".sunset-stamp");
    if fs::read_to_string(&stamp_file).is_ok_and(|old| old == stamp) {
        return Ok(modules);
    }
    if !exists("npm") {
        bail!("Node.js is missing: install version 20 or newer, with npm");
    }
    step(format!("Installing the packages of {}", folder.display()));
    // Nothing we use has to run code when it is installed.
    run(Command::new("npm")
        .args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"])
        .env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")
        .current_dir(folder))?;
    fs::write(stamp_file, stamp)?;
    Ok(modules)
}

/// A program of an installed npm package.
pub fn npm_program(modules: &Path, name: &str) -> Command {
    Command::new(modules.join(".bin").join(name))
}

/// Finds a Chromium for the browser tests.
///
/// A browser that Playwright would download needs libraries which only the
/// distribution has, so where we may install packages, its own browser is better.
pub fn chromium(modules: &Path) -> Result<PathBuf> {
    const INSTALLED: &[&str] = &[
        "chromium",
        "chromium-browser",
        "google-chrome",
        "google-chrome-stable",
    ];
    let installed = || INSTALLED.iter().find_map(|name| find_in_path(name));

    if let Some(path) = env::var_os("CHROMIUM_PATH") {
        return Ok(path.into());
    }
    if let Some(path) = installed().or_else(|| playwrights_own(modules)) {
        return Ok(path);
    }
    if may_install() {
        apt_install("chromium")?;
        installed().context("Debian's chromium is installed, yet nowhere to be found")
    } else {
        run(npm_program(modules, "playwright").args(["install", "chromium"]))
            .context("please install Chromium, or set CHROMIUM_PATH")?;
        playwrights_own(modules).context("please install Chromium, or set CHROMIUM_PATH")
    }
}

/// Finds a Firefox for the tests of what browsers do differently.
pub fn firefox() -> Result<PathBuf> {
    const INSTALLED: &[&str] = &["firefox-esr", "firefox"];
    let installed = || INSTALLED.iter().find_map(|name| find_in_path(name));

    if let Some(path) = env::var_os("FIREFOX_PATH") {
        return Ok(path.into());
    }
    if let Some(path) = installed() {
        return Ok(path);
    }
    if may_install() {
        apt_install("firefox-esr")?;
    }
    installed().context("please install Firefox, or set FIREFOX_PATH")
}

/// Makes sure that the proxies are there which the tests put in front of the server.
pub fn proxies() -> Result<()> {
    for (program, package) in [("nginx", "nginx-light"), ("caddy", "caddy")] {
        let is_there =
            || find_in_path(program).is_some() || Path::new("/usr/sbin").join(program).is_file();
        if !is_there() && may_install() {
            apt_install(package)?;
        }
        if !is_there() {
            bail!("please install {program}: on Debian it is the package {package}");
        }
    }
    Ok(())
}

/// Makes sure that what packages are built and tried with is there.
pub fn packaging() -> Result<()> {
    for (program, package) in [("dpkg-deb", "dpkg"), ("systemd-analyze", "systemd")] {
        if find_in_path(program).is_none() && may_install() {
            apt_install(package)?;
        }
        if find_in_path(program).is_none() {
            bail!("please install {program}: on Debian it is in the package {package}");
        }
    }
    Ok(())
}

fn playwrights_own(modules: &Path) -> Option<PathBuf> {
    const ASK: &str = "console.log(require('@playwright/test').chromium.executablePath())";
    let path = output(
        Command::new("node")
            .args(["-e", ASK])
            .current_dir(modules.parent()?),
    )
    .ok()?;
    Some(PathBuf::from(path.trim())).filter(|path| path.is_file())
}

/// A Python with Google's own client, in an environment of its own below the target
/// folder.
pub fn google_client() -> Result<PathBuf> {
    let folder = paths::scratch().join("python");
    let program = folder.join("bin/python");
    let requirements = paths::root().join("tests/google/requirements.txt");
    let stamp = pack::digest(&fs::read(&requirements)?);
    let stamp_file = folder.join(".sunset-stamp");
    if fs::read_to_string(&stamp_file).is_ok_and(|old| old == stamp) {
        return Ok(program);
    }
    step("Installing Google's own client");
    let make = || {
        run(Command::new("python3")
            .args(["-m", "venv", "--clear"])
            .arg(&folder))
    };
    // Debian's Python comes without what makes environments.
    if make().is_err() {
        if !may_install() {
            bail!("Python is missing: install version 3.10 or newer, with venv");
        }
        apt_install("python3-venv")?;
        make()?;
    }
    run(Command::new(&program)
        .args([
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            "--require-hashes",
        ])
        .arg("--requirement")
        .arg(&requirements))?;
    fs::write(stamp_file, stamp)?;
    Ok(program)
}

/// Finds `cargo deny`, or builds it into the target folder.
pub fn cargo_deny() -> Result<PathBuf> {
    let root = paths::target().join("tools");
    let program = root.join("bin/cargo-deny");
    let is_right = |path: &Path| {
        output(Command::new(path).arg("--version")).is_ok_and(|said| said.contains(CARGO_DENY))
    };
    if let Some(path) = find_in_path("cargo-deny").filter(|path| is_right(path)) {
        return Ok(path);
    }
    if !is_right(&program) {
        step("Building cargo-deny, once");
        // It runs for a second: compiling fast beats running fast.
        run(cargo()
            .args([
                "install",
                "--locked",
                "--quiet",
                "cargo-deny",
                "--version",
                CARGO_DENY,
            ])
            .arg("--root")
            .arg(&root)
            .env("CARGO_TARGET_DIR", root.join("build"))
            .env("CARGO_PROFILE_RELEASE_LTO", "off")
            .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "0")
            .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "64")
            .env("CARGO_PROFILE_RELEASE_DEBUG", "false"))?;
        fs::remove_dir_all(root.join("build"))?;
    }
    Ok(program)
}

/// Whether we may install the distribution's packages: we are root on Debian or
/// one of its children.
pub fn may_install() -> bool {
    is_root() && find_in_path("apt-get").is_some()
}

pub fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

pub fn apt_install(package: &str) -> Result<()> {
    step(format!("Installing the distribution's {package}"));
    let apt_get = || {
        let mut command = Command::new("apt-get");
        command
            .arg("--quiet=2")
            .env("DEBIAN_FRONTEND", "noninteractive");
        command
    };
    run(apt_get().arg("update"))?;
    run(apt_get().args(["install", "--yes", "--no-install-recommends", package]))
        .with_context(|| format!("please run `apt-get install {package}`"))
}

pub fn find_in_path(program: &str) -> Option<PathBuf> {
    env::split_paths(&env::var_os("PATH")?)
        .map(|folder| folder.join(program))
        .find(|path| path.is_file())
}
