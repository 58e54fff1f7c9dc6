//! Builds, runs and checks Sunset: `cargo xtask <command>`.
//!
//! Everything here works from a checkout and rustup alone. What a command needs
//! beyond that it installs, and what it cannot install it names in one line. The
//! build is a program rather than a script because it links `wasm-bindgen` and
//! the CSS bundler as libraries: nobody has to install a matching tool.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand, ValueEnum};

mod bench;
mod chaos;
mod command;
mod css;
mod dist;
mod felt;
mod lint;
mod pack;
mod package;
mod paths;
mod postgres;
mod release;
mod serve;
mod site;
mod size;
mod soak;
mod test;
mod tools;

#[derive(Parser)]
#[command(name = "cargo xtask", about = "Builds, runs and checks Sunset")]
struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Build the console and start it on this machine.
    Serve {
        /// Build as shipped: optimized, minified, compressed.
        #[arg(long)]
        release: bool,
        /// Passed on to `sunset serve`.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        args: Vec<String>,
    },
    /// Build a folder that runs anywhere: the server and its site.
    Build {
        /// The only kind there is; said aloud because it takes minutes.
        #[arg(long, required = true)]
        release: bool,
        /// Where the folder goes.
        #[arg(long, default_value = "dist")]
        out: PathBuf,
    },
    /// Make a release: the folder, a Debian package, the list of its parts, and their sums.
    Dist {
        /// A folder with the program, `hash.txt` and the site that were built before.
        #[arg(long)]
        from: Option<PathBuf>,
        /// Where the release goes.
        #[arg(long, default_value = "dist/release")]
        out: PathBuf,
    },
    /// Run the tests: in Rust on both databases, then in a real browser, then as a package.
    Test {
        part: Option<Part>,
        /// Passed on: to `cargo test` after `rust`, else to Playwright.
        #[arg(last = true)]
        args: Vec<String>,
    },
    /// Start a private PostgreSQL as the tests use it, print its address, and
    /// keep it until Ctrl-C.
    Postgres,
    /// Print what Sunset takes beside the bare limits of the same run.
    Bench {
        /// Sizes of fleet to measure.
        #[arg(long, value_delimiter = ',', default_values_t = [10_000, 100_000, 1_000_000])]
        devices: Vec<u32>,
        /// Only these parts: pages, jobs, http, streams, team, import, google.
        #[arg(long, value_delimiter = ',')]
        parts: Vec<String>,
    },
    /// Print what people feel: keys, waiting, what fits on a screen, bytes.
    Felt,
    /// Kill, freeze and cut off real processes while they work on a long job.
    Chaos {
        /// Only this database: sqlite or postgres.
        #[arg(long)]
        database: Option<String>,
        /// How often a process is killed.
        #[arg(long, default_value_t = 150)]
        kills: u32,
        /// How often Postgres is stopped without a goodbye (`pg_ctl -m immediate`) and
        /// started again.
        #[arg(long, default_value_t = 6)]
        restarts: u32,
        /// Devices in the fleet, nearly all of them in the job.
        #[arg(long, default_value_t = 20_000)]
        devices: u32,
        /// Another seed, another storm.
        #[arg(long)]
        seed: Option<u64>,
    },
    /// Run a job, refreshes and sixteen readers at once, and hold every page against the rules.
    Soak {
        /// How long, on each database.
        #[arg(long, default_value_t = 600)]
        seconds: u32,
        /// Devices in the job.
        #[arg(long, default_value_t = 100_000)]
        devices: u32,
    },
    /// Check formatting, lints, documentation, dependencies, CSS and TypeScript.
    Lint,
    /// Print what a first visit downloads, and fail when it is over budget.
    Size,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Part {
    Rust,
    Browser,
    Package,
}

fn main() -> ExitCode {
    command::watch_for_interrupts();
    let done = match Args::parse().command {
        Command::Serve { release, args } => serve::serve(release, &args),
        Command::Build { out, .. } => dist::build(&out),
        Command::Dist { from, out } => release::release(from.as_deref(), &out),
        Command::Test { part, args } => test::test(part, &args),
        Command::Postgres => postgres::keep_running(),
        Command::Bench { devices, parts } => bench::bench(&devices, &parts),
        Command::Felt => felt::felt(),
        Command::Chaos {
            database,
            kills,
            restarts,
            devices,
            seed,
        } => chaos::chaos(&chaos::Storm {
            database,
            kills,
            restarts,
            devices,
            seed,
        }),
        Command::Soak { seconds, devices } => soak::soak(seconds, devices),
        Command::Lint => lint::lint(),
        Command::Size => size::size(),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) if command::interrupted() => ExitCode::from(130),
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}
