//! The command line and the environment: the one reader of both.

mod approval;
mod audit;
mod backup;
mod database;
mod directory;
mod files;
mod front;
mod log;
mod network;
mod oidc;
mod operator;
mod password;
mod public_url;
mod settings_page;
mod usage;

use std::path::PathBuf;
use std::time::Duration;

use clap::error::ErrorKind;
use clap::parser::ValueSource;
use clap::{ArgMatches, Args, CommandFactory, FromArgMatches, Parser, Subcommand};

pub use approval::{ApprovalArgs, ApproveErase};
pub use audit::{AuditCommand, EvidenceCommand, SigningKeyArg, VerifyAudit, VerifyEvidence};
pub use backup::{Backup, Restore};
pub use database::DatabaseArg;
pub use directory::{DirectoryArgs, DirectoryCommand, DirectoryKind, GoogleArgs};
pub use front::{FrontArgs, Healthcheck, Listen};
pub use log::{LogArgs, LogFormat};
pub use network::Network;
pub use oidc::OidcArgs;
pub use operator::{Create, Disable, OperatorCommand, Reset};
pub use password::has_password;
pub use public_url::PublicUrl;
pub use settings_page::settings_page;
pub use usage::{is_help, usage_sentence};

use super::simulator::run::Simulate;
use super::store::Starting;
use crate::domain::job::host_limits::JobLimits;

/// Takes managed ChromeOS devices out of service.
#[derive(Debug, Parser)]
#[command(name = "sunset", version)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Command,
    #[command(flatten)]
    pub log: LogArgs,
}

impl Cli {
    /// Reads the command line and the environment.
    ///
    /// # Errors
    /// Help was asked for, or something cannot be used, alone or with the rest.
    pub fn read() -> Result<Self, clap::Error> {
        let matches = Self::command().try_get_matches()?;
        let mut cli = Self::from_arg_matches(&matches)?;
        if let Some(database) = cli.command.database_mut() {
            database.is_typed = is_typed(&matches, "database");
        }
        match &cli.command {
            Command::Serve(serve)
                if serve.rehearsal && serve.directory.directory == DirectoryKind::Google =>
            {
                let why = "a rehearsal has a simulated directory of its own, so leave out \
                           --directory google or --rehearsal";
                Err(Self::command().error(ErrorKind::ArgumentConflict, why))
            }
            _ => Ok(cli),
        }
    }
}

/// Whether an option of the innermost command stands on the command line.
fn is_typed(matches: &ArgMatches, option: &str) -> bool {
    match matches.subcommand() {
        Some((_, matches)) => is_typed(matches, option),
        None => matches.value_source(option) == Some(ValueSource::CommandLine),
    }
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serve the console.
    Serve(Box<Serve>),
    /// Fill the local directory from a file of devices.
    Import(Import),
    /// Look after the connection to Google's directory.
    #[command(subcommand)]
    Directory(DirectoryCommand),
    /// Manage operators. On SQLite, only while the server is stopped.
    #[command(subcommand)]
    Operator(OperatorCommand),
    /// Simulate Google's directory with an in-memory fleet, for rehearsals.
    SimulateDirectory(Box<Simulate>),
    /// Control jobs on the host. On SQLite, only while the server is stopped.
    #[command(subcommand)]
    Jobs(JobsCommand),
    /// Look at the audit: who did what. Also while the server runs.
    #[command(subcommand)]
    Audit(AuditCommand),
    /// Look at the evidence of a job, on any computer.
    #[command(subcommand)]
    Evidence(EvidenceCommand),
    /// Check that what the database holds of jobs is consistent.
    Check(DatabaseArg),
    /// Write all that the database holds to one file, also while the server runs.
    Backup(Backup),
    /// Make a database from a backup. All sessions in it are void and open jobs paused.
    Restore(Restore),
    /// Ask the server on this computer, by the settings it was started with, how it is.
    Healthcheck(Healthcheck),
    /// Print all settings, as Markdown.
    Settings,
}

#[derive(Clone, Debug, Subcommand)]
pub enum JobsCommand {
    /// Stop what remains of all jobs. What is done stays done.
    StopAll(DatabaseArg),
}

impl Command {
    /// Which database it works on, if it does.
    pub fn database_mut(&mut self) -> Option<&mut DatabaseArg> {
        match self {
            Self::Serve(serve) => Some(&mut serve.database),
            Self::Import(import) => Some(&mut import.database),
            Self::Operator(command) => Some(command.database_mut()),
            Self::Jobs(JobsCommand::StopAll(database)) | Self::Check(database) => Some(database),
            Self::Audit(command) => Some(command.database_mut()),
            Self::Backup(backup) => Some(&mut backup.database),
            Self::Restore(restore) => Some(&mut restore.database),
            Self::Directory(_)
            | Self::Evidence(_)
            | Self::SimulateDirectory(_)
            | Self::Healthcheck(_)
            | Self::Settings => None,
        }
    }
}

#[derive(Clone, Debug, Args)]
pub struct Serve {
    #[command(flatten)]
    pub database: DatabaseArg,
    #[command(flatten)]
    pub front: FrontArgs,
    #[command(flatten)]
    pub oidc: OidcArgs,
    #[command(flatten)]
    pub directory: DirectoryArgs,
    /// Make up a fleet of so many devices if the embedded directory is empty.
    #[arg(long, env = "SUNSET_DEMO_DEVICES", default_value_t = 0,
          value_parser = clap::value_parser!(u32).range(0..=1_000_000))]
    pub demo_devices: u32,
    /// Rehearse on a simulated directory of Google's, of so many devices as
    /// --demo-devices says or 1000: nothing real is touched. Without --database, what
    /// happens is kept in data/rehearsal.db.
    #[arg(long, env = "SUNSET_REHEARSAL")]
    pub rehearsal: bool,
    /// The file of the key that seals operators' authenticators. It is made when the first
    /// of them is set up; by default the credential seal-key of the service, else beside an
    /// SQLite database, with `.key` after its name, and data/seal.key with Postgres.
    #[arg(long, env = "SUNSET_SEAL_KEY_FILE", value_name = "FILE")]
    pub seal_key: Option<PathBuf>,
    #[command(flatten)]
    pub signing_key: SigningKeyArg,
    /// A file to which every row of the audit and every checkpoint is added as a line of
    /// JSON, for a program that takes it to another computer.
    #[arg(long, env = "SUNSET_AUDIT_COPY", value_name = "FILE")]
    pub audit_copy: Option<PathBuf>,
    /// The folder with the browser's part; by default `site` beside the program.
    #[arg(long, env = "SUNSET_SITE_ROOT")]
    pub site_root: Option<PathBuf>,
    #[command(flatten)]
    pub rules: Rules,
}

/// Rules of the house for jobs.
#[derive(Clone, Copy, Debug, Args)]
pub struct Rules {
    /// Ask the operator to type the number of devices above so many.
    #[arg(long, env = "SUNSET_CONFIRM_ABOVE", default_value_t = 100)]
    pub confirm_above: u64,
    /// Wait so many seconds before a job begins whose number had to be typed: the
    /// last moment to stop it.
    #[arg(long, env = "SUNSET_GRACE_SECONDS", default_value_t = 10)]
    pub grace_seconds: u32,
    /// Deprovision at most so many devices a second; 0 is no limit.
    #[arg(long, env = "SUNSET_DEVICES_PER_SECOND", default_value_t = 0)]
    pub devices_per_second: u32,
    #[command(flatten)]
    pub most: Most,
    #[command(flatten)]
    pub approval: ApprovalArgs,
}

/// How many devices may be changed. Nobody changes it in the browser.
#[derive(Clone, Copy, Debug, Args)]
pub struct Most {
    /// Devices of one job at the most; 0 is no limit.
    #[arg(
        long,
        env = "SUNSET_MAX_JOB",
        default_value_t = 0,
        value_name = "DEVICES"
    )]
    pub max_job: u64,
    /// Devices of the jobs that one operator starts within an hour, at the most; 0 is no
    /// limit.
    #[arg(
        long,
        env = "SUNSET_MAX_DEVICES_PER_HOUR",
        default_value_t = 0,
        value_name = "DEVICES"
    )]
    pub max_devices_per_hour: u64,
    /// Devices of the jobs that all operators start within an hour, at the most; 0 is no
    /// limit.
    #[arg(
        long,
        env = "SUNSET_MAX_DEVICES_PER_HOUR_IN_ALL",
        default_value_t = 0,
        value_name = "DEVICES"
    )]
    pub max_devices_per_hour_in_all: u64,
}

impl Most {
    /// No limits.
    pub const NONE: Self = Self {
        max_job: 0,
        max_devices_per_hour: 0,
        max_devices_per_hour_in_all: 0,
    };
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            confirm_above: 100,
            grace_seconds: 10,
            devices_per_second: 0,
            most: Most::NONE,
            approval: ApprovalArgs::NEVER,
        }
    }
}

impl Rules {
    /// A job this large must be confirmed by typing its number: above the threshold, or
    /// more than a handful and a tenth of the fleet.
    pub fn must_type_count(&self, devices: u64, fleet: u64) -> bool {
        const HANDFUL: u64 = 10;
        self.confirm_above < devices || (HANDFUL < devices && fleet < devices * 10)
    }

    /// How long a job waits before it begins, so that it can still be stopped: large jobs
    /// only, whose number had to be typed.
    pub fn grace(&self, is_large: bool) -> Duration {
        match is_large {
            true => Duration::from_secs(self.grace_seconds.into()),
            false => Duration::ZERO,
        }
    }

    /// What holds for a job that starts.
    pub fn starting(&self, is_large: bool) -> Starting {
        Starting {
            grace: self.grace(is_large),
            limits: JobLimits {
                job: self.most.max_job,
                hour: self.most.max_devices_per_hour,
                hour_in_all: self.most.max_devices_per_hour_in_all,
            },
            approval: self.approval.rule(),
        }
    }

    /// How many devices to take at once, of at most `batch`, and how long to pause
    /// after them.
    pub fn pace(&self, batch: u32) -> (u32, Duration) {
        match self.devices_per_second {
            0 => (batch, Duration::ZERO),
            rate => {
                // Four steps a second, so that progress is seen.
                let step = rate.div_ceil(4).min(batch);
                (step, Duration::from_secs(1) * step / rate)
            }
        }
    }
}

#[derive(Clone, Debug, Args)]
pub struct Import {
    /// The file, or - for standard input: CSV or tab-separated, with a header.
    pub file: PathBuf,
    /// Report what would change, and change nothing.
    #[arg(long)]
    pub dry_run: bool,
    #[command(flatten)]
    pub database: DatabaseArg,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn a_tenth_of_a_fleet_is_confirmed_by_number() {
        let rules = Rules::default();
        assert!(rules.must_type_count(101, 1_000_000));
        assert!(rules.must_type_count(21, 200));
        assert!(!rules.must_type_count(20, 200));
        assert!(rules.must_type_count(15, 15));
        assert!(!rules.must_type_count(9, 10));
    }

    #[test]
    fn the_pace_is_kept() {
        let rules = Rules {
            devices_per_second: 100,
            ..Rules::default()
        };
        assert_eq!(rules.pace(500), (25, Duration::from_millis(250)));
        assert_eq!(Rules::default().pace(500), (500, Duration::ZERO));
    }
}
