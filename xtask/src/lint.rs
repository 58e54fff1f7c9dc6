//! Everything a reviewer should not have to look for.
//!
//! All checks run, also after one has failed, so that one run shows all there is
//! to fix.

use std::path::Path;
use std::process::Command;

use anyhow::{Result, bail};

use crate::command::{cargo, interrupted, run, step};
use crate::{css, paths, tools};

type Check = (&'static str, fn() -> Result<()>);

pub fn lint() -> Result<()> {
    let checks: [Check; 10] = [
        ("formatting", formatting),
        ("stylesheet", css::check),
        ("TypeScript", typescript),
        ("clippy of the server", clippy_server),
        ("clippy of the browser part", clippy_browser),
        ("clippy of xtask", clippy_xtask),
        ("documentation", documentation),
        ("dependencies", dependencies),
        ("advisories", advisories),
        ("npm audit", npm_audit),
    ];
    let mut failed = Vec::new();
    for (name, check) in checks {
        step(format!("Checking: {name}"));
        if let Err(error) = check() {
            eprintln!("xtask: {name}: {error:#}");
            failed.push(name);
        }
        if interrupted() {
            bail!("interrupted");
        }
    }
    if !failed.is_empty() {
        bail!("not clean: {}", failed.join(", "));
    }
    Ok(())
}

fn formatting() -> Result<()> {
    run(cargo().args(["fmt", "--all", "--check"]))
}

// The server, the browser part and the build each have features of their own;
// together they would be neither.

fn clippy_server() -> Result<()> {
    clippy(&["--package", "sunset", "--features", "ssr", "--all-targets"])
}

fn clippy_browser() -> Result<()> {
    tools::wasm_target()?;
    clippy(&[
        "--package",
        "sunset",
        "--features",
        "hydrate",
        "--lib",
        "--target",
        tools::WASM,
    ])
}

fn clippy_xtask() -> Result<()> {
    clippy(&["--package", "xtask", "--all-targets"])
}

fn clippy(what: &[&str]) -> Result<()> {
    run(cargo()
        .arg("clippy")
        .args(what)
        .args(["--", "--deny", "warnings"]))
}

/// Links to private items are fine: who reads this, reads the code.
fn documentation() -> Result<()> {
    run(cargo()
        .args(["doc", "--no-deps", "--document-private-items"])
        .args(["--package", "sunset", "--features", "ssr"])
        .env(
            "RUSTDOCFLAGS",
            "--deny warnings --allow rustdoc::private_intra_doc_links",
        ))
}

fn dependencies() -> Result<()> {
    let mut command = Command::new(tools::cargo_deny()?);
    run(command
        .args([
            "--log-level",
            "error",
            "check",
            "bans",
            "licenses",
            "sources",
        ])
        .current_dir(paths::root()))
}

/// Known vulnerabilities in crates. Their list is elsewhere: a machine that
/// cannot fetch it says so and goes on.
fn advisories() -> Result<()> {
    match ask_advisories()? {
        true => {}
        false => eprintln!("The advisory database could not be fetched: not checked."),
    }
    Ok(())
}

/// The same before a release, which is not made unchecked.
pub fn advisories_must_run() -> Result<()> {
    match ask_advisories()? {
        true => Ok(()),
        false => {
            bail!("the advisory database could not be fetched, and nothing is released unchecked")
        }
    }
}

/// Returns whether they could be asked.
fn ask_advisories() -> Result<bool> {
    let output = Command::new(tools::cargo_deny()?)
        .args(["--workspace", "--log-level", "error", "check", "advisories"])
        .current_dir(paths::root())
        .output()?;
    let said = String::from_utf8_lossy(&output.stderr);
    if output.status.success() {
        return Ok(true);
    }
    if said.contains("failed to fetch advisory database") {
        return Ok(false);
    }
    bail!("{said}")
}

/// Known vulnerabilities in npm packages, under the same condition.
fn npm_audit() -> Result<()> {
    for folder in [paths::end2end(), paths::root().join("xtask/npm")] {
        audit(&folder)?;
    }
    Ok(())
}

fn audit(folder: &Path) -> Result<()> {
    let output = Command::new("npm")
        .args(["audit", "--json", "--audit-level=high"])
        .current_dir(folder)
        .output()?;
    let said = String::from_utf8_lossy(&output.stdout);
    if output.status.success() {
        return Ok(());
    }
    if !said.contains("\"auditReportVersion\"") {
        eprintln!(
            "The npm registry does not answer audits: {} not checked.",
            folder.display()
        );
        return Ok(());
    }
    bail!("{said}")
}

fn typescript() -> Result<()> {
    let end2end = paths::end2end();
    let modules = tools::npm_packages(&end2end)?;
    run(tools::npm_program(&modules, "tsc")
        .arg("--noEmit")
        .current_dir(&end2end))?;
    run(tools::npm_program(&modules, "biome")
        .args(["check", "."])
        .current_dir(&end2end))
}
