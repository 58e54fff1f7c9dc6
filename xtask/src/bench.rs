//! What Sunset takes, from the program as it is shipped and from its store, each
//! figure beside the bare limit of the same run.

use std::path::Path;

use anyhow::Result;

use crate::command::{cargo, run, step};
use crate::postgres::Postgres;
use crate::{dist, paths};

pub fn bench(devices: &[u32], parts: &[String]) -> Result<()> {
    dist::build(Path::new("dist"))?;
    let postgres = Postgres::start_durable()?;
    let sizes: Vec<String> = devices.iter().map(u32::to_string).collect();
    step("Measuring");
    let mut command = cargo();
    if !parts.is_empty() {
        command.env("SUNSET_BENCH_PARTS", parts.join(","));
    }
    run(command
        .args([
            "bench",
            "--package",
            "sunset",
            "--features",
            "ssr",
            "--bench",
            "figures",
        ])
        .env("SUNSET_TEST_POSTGRES", postgres.url())
        .env("SUNSET_BENCH_SIZES", sizes.join(","))
        .env("SUNSET_BENCH_SERVER", paths::root().join("dist/sunset")))
}
