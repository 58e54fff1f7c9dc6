//! The folder that runs anywhere: the server, `hash.txt` and the site beside it.

use std::fs;
use std::path::Path;

use anyhow::Result;

use crate::command::{cargo, run, step};
use crate::pack::{Folder, write_if_changed};
use crate::{paths, site};

pub fn build(out: &Path) -> Result<()> {
    let out = paths::root().join(out);
    let assets = site::build_for_release()?;

    step("Compressing");
    let mut folder = Folder::new(out.join("site"));
    let hashes = assets.write(&mut folder)?;
    folder.precompress()?;
    folder.finish()?;
    write_if_changed(&out.join("hash.txt"), hashes.as_bytes())?;

    step("Building the server, optimized");
    run(cargo()
        .args([
            "build",
            "--package",
            "sunset",
            "--bin",
            "sunset",
            "--release",
        ])
        .args(["--no-default-features", "--features", "ssr"]))?;

    // A new file instead of new content: the old one may be running.
    let program = out.join("sunset");
    fs::copy(
        paths::target().join("release/sunset"),
        out.join("sunset.partial"),
    )?;
    fs::rename(out.join("sunset.partial"), &program)?;
    step(format!("{} serve", program.display()));
    Ok(())
}
