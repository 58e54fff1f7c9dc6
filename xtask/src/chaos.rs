//! Kills, freezes and cuts off real processes while they work on a long job.

use anyhow::Result;

use crate::command::{cargo, run, step};
use crate::postgres::Postgres;

/// What to do to whom.
pub struct Storm {
    /// `sqlite`, `postgres`, or both where it is not said.
    pub database: Option<String>,
    pub kills: u32,
    /// How often Postgres is stopped at once and started again.
    pub restarts: u32,
    pub devices: u32,
    pub seed: Option<u64>,
}

pub fn chaos(storm: &Storm) -> Result<()> {
    let postgres = Postgres::start_durable()?;
    step("Starting the storm");
    let mut command = cargo();
    command
        .args(["test", "--release", "--features", "ssr", "--test", "chaos"])
        .env("SUNSET_TEST_POSTGRES", postgres.url())
        .env("SUNSET_CHAOS_KILLS", storm.kills.to_string())
        .env("SUNSET_CHAOS_RESTARTS", storm.restarts.to_string())
        .env("SUNSET_CHAOS_DEVICES", storm.devices.to_string());
    if let Some(file) = postgres.pid_file() {
        command.env("SUNSET_TEST_POSTGRES_PID", file);
    }
    if let Some(database) = &storm.database {
        command.env("SUNSET_CHAOS_DATABASE", database);
    }
    if let Some(seed) = storm.seed {
        command.env("SUNSET_CHAOS_SEED", seed.to_string());
    }
    run(&mut command)
}
