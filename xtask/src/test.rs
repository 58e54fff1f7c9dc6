//! All tests: Rust on both databases, then a person's steps in a real browser.
//!
//! Postgres is never skipped. A test that quietly does not run is worse than
//! none, so a machine without it gets a private server or a clear failure.

use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::command::{cargo, run, step};
use crate::postgres::Postgres;
use crate::{Part, package, paths, serve, site, tools};

pub fn test(part: Option<Part>, args: &[String]) -> Result<()> {
    if part == Some(Part::Package) {
        return package::test();
    }
    let postgres = Postgres::start()?;
    if part != Some(Part::Browser) {
        let args = if part.is_some() { args } else { &[] };
        rust(&postgres, args)?;
    }
    if part != Some(Part::Rust) {
        let server = match part {
            // The Rust tests have just built it, with the features of tests: good enough, and
            // with others everything would be compiled once more.
            None => serve::program(),
            Some(_) => serve::build_server()?,
        };
        browser(postgres.url(), &server, args)?;
    }
    if part.is_none() {
        package::test()?;
    }
    Ok(())
}

/// The packages one after the other: tested together they would share features,
/// and every dependency would be compiled a second time for it.
fn rust(postgres: &Postgres, args: &[String]) -> Result<()> {
    let python = tools::google_client()?;
    tools::proxies()?;
    step("Testing in Rust");
    let mut command = cargo();
    // All of them, whatever fails: one look should tell everything that is to be fixed.
    command
        .args(["test", "--package", "sunset", "--features", "ssr"])
        .arg("--no-fail-fast")
        .args(args)
        .env("TMPDIR", paths::temporary())
        .env("RUST_TEST_THREADS", threads().to_string())
        .env("SUNSET_TEST_PYTHON", python)
        .env("SUNSET_TEST_POSTGRES", postgres.url());
    if let Some(file) = postgres.pid_file() {
        command.env("SUNSET_TEST_POSTGRES_PID", file);
    }
    run(&mut command)?;
    if args.is_empty() {
        run(cargo().args(["test", "--quiet", "--package", "xtask"]))?;
    }
    Ok(())
}

/// Tests at the same time. Most of them wait for a database, a clock or another process more
/// than they compute.
fn threads() -> usize {
    2 * std::thread::available_parallelism().map_or(1, usize::from)
}

fn browser(postgres: &str, server: &Path, args: &[String]) -> Result<()> {
    let end2end = paths::end2end();
    let modules = tools::npm_packages(&end2end)?;
    let chromium: PathBuf = tools::chromium(&modules)?;
    let firefox = tools::firefox()?;
    tools::proxies()?;
    site::build_for_development()?;

    step("Testing in a browser");
    run(tools::npm_program(&modules, "playwright")
        .arg("test")
        .args(args)
        .current_dir(&end2end)
        .env("TMPDIR", paths::temporary())
        .env("SUNSET_TEST_POSTGRES", postgres)
        .env("SUNSET_BIN", server)
        .env("CHROMIUM_PATH", chromium)
        .env("FIREFOX_PATH", firefox))
}
