//! A release: the folder that runs anywhere, a Debian package of it, the list of all that is
//! in it, and the sums of all these.

pub mod deb;
mod parts;
mod sbom;

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};

use crate::command::{cargo, output, run, step};
use crate::pack::digest;
use crate::{dist, lint, paths};

/// Makes a release in a folder: of what was built before, or of what it builds. What it builds
/// it releases only if no crate in it has a known vulnerability.
pub fn release(from: Option<&Path>, out: &Path) -> Result<()> {
    let out = paths::root().join(out);
    let version = version()?;
    let folder = match from {
        Some(folder) => paths::root().join(folder),
        None => {
            step("Checking advisories");
            lint::advisories_must_run()?;
            let folder = out.join("sunset");
            dist::build(&folder)?;
            folder
        }
    };
    fs::create_dir_all(&out)?;
    let package = deb::Package {
        folder: &folder,
        version: &version,
        compression: "xz",
    };
    let package = package.build(&out)?;
    let name = format!("sunset-{version}-linux-{}.tar.gz", std::env::consts::ARCH);
    let archive = out.join(name);
    step("Packing the folder");
    run(Command::new("tar")
        .args(["--create", "--gzip", "--owner=0", "--group=0"])
        .args(["--sort=name", "--file"])
        .arg(&archive)
        .arg("--directory")
        .arg(&folder)
        .args(["sunset", "hash.txt", "site"]))?;
    let list = out.join(format!("sunset-{version}.cdx.json"));
    fs::write(&list, sbom::of(&version)?)?;

    let mut sums = String::new();
    for file in [&package, &archive, &list] {
        let name = file.file_name().context("a file has a name")?;
        let sum = digest(&fs::read(file)?);
        sums += &format!("{sum}  {}\n", name.display());
    }
    fs::write(out.join("SHA256SUMS"), sums)?;
    step(format!("{} has the release", out.display()));
    Ok(())
}

/// Sunset's version, as its manifest says.
pub fn version() -> Result<String> {
    let id = output(cargo().args(["pkgid", "--package", "sunset"]))?;
    let version = id.trim().rsplit(['#', '@']).next();
    Ok(version.context("a package has a version")?.to_owned())
}
