//! Builds what changed and becomes the server.

use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::command::{cargo, run, step};
use crate::{dist, paths, site};

pub fn serve(release: bool, args: &[String]) -> Result<()> {
    let server = if release {
        dist::build(Path::new("dist"))?;
        paths::root().join("dist/sunset")
    } else {
        site::build_for_development()?;
        build_server()?
    };
    // Ctrl-C is the server's from here on.
    let error = Command::new(&server).arg("serve").args(args).exec();
    Err(error).with_context(|| format!("could not start {}", server.display()))
}

/// Builds the server for developing, and says where it is.
pub fn build_server() -> Result<PathBuf> {
    step("Building the server");
    run(cargo()
        .args(["build", "--package", "sunset", "--bin", "sunset"])
        .args(["--no-default-features", "--features", "ssr"]))?;
    Ok(paths::target().join("debug/sunset"))
}
