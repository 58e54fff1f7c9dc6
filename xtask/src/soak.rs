//! A job, refreshes and readers at once for a long while.

use anyhow::Result;

use crate::command::{cargo, run, step};
use crate::postgres::Postgres;

pub fn soak(seconds: u32, devices: u32) -> Result<()> {
    let postgres = Postgres::start_durable()?;
    step("Soaking");
    run(cargo()
        .args([
            "test",
            "--release",
            "--package",
            "sunset",
            "--features",
            "ssr",
            "--test",
            "soak",
        ])
        .env("SUNSET_TEST_POSTGRES", postgres.url())
        .env("SUNSET_SOAK_SECONDS", seconds.to_string())
        .env("SUNSET_SOAK_DEVICES", devices.to_string()))
}
