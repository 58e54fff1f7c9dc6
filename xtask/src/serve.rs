//! Builds what changed and becomes the server.

use std::env;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::command::{cargo, run, step};
use crate::{dist, paths, site};

/// Somebody who tries the console has no devices yet. A directory that has some
/// is left as it is.
const DEMO_DEVICES: &str = "10000";

pub fn serve(release: bool, args: &[String]) -> Result<()> {
    let server = if release {
        dist::build(Path::new("dist"))?;
        paths::root().join("dist/sunset")
    } else {
        site::build_for_development()?;
        build_server()?
    };
    let mut command = Command::new(&server);
    command.arg("serve").args(args).current_dir(paths::root());
    if env::var_os("SUNSET_DEMO_DEVICES").is_none() {
        command.env("SUNSET_DEMO_DEVICES", DEMO_DEVICES);
    }
    // Ctrl-C is the server's from here on.
    let error = command.exec();
    Err(error).with_context(|| format!("could not start {}", server.display()))
}

/// Builds the server for developing, and says where it is.
pub fn build_server() -> Result<PathBuf> {
    step("Building the server");
    run(cargo()
        .args(["build", "--package", "sunset", "--bin", "sunset"])
        .args(["--no-default-features", "--features", "ssr"]))?;
    Ok(program())
}

/// Where the server for development is, once it is built.
pub fn program() -> PathBuf {
    paths::target().join("debug/sunset")
}
