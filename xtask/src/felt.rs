//! What people feel, from the program as it is shipped, in a real browser.

use std::path::Path;

use anyhow::Result;

use crate::command::{run, step};
use crate::{dist, paths, tools};

pub fn felt() -> Result<()> {
    dist::build(Path::new("dist"))?;
    let end2end = paths::end2end();
    let modules = tools::npm_packages(&end2end)?;
    let chromium = tools::chromium(&modules)?;
    step("Measuring");
    run(tools::npm_program(&modules, "playwright")
        .args(["test", "--project=sqlite", "--workers=1", "--retries=0"])
        .current_dir(&end2end)
        .env("SUNSET_FELT", "1")
        .env("SUNSET_BIN", paths::root().join("dist/sunset"))
        .env("CHROMIUM_PATH", chromium))
}
