//! What is logged, and how it is written.

use clap::{Args, ValueEnum};

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// Lines for people.
    Text,
    /// One JSON object a line, for programs that collect logs.
    Json,
}

#[derive(Clone, Debug, Args)]
pub struct LogArgs {
    /// What is logged: a level, or a level for each part of the program.
    #[arg(
        long,
        global = true,
        env = "SUNSET_LOG",
        value_name = "FILTER",
        default_value = "warn,sunset=info"
    )]
    pub log: String,
    /// How it is written to standard error. With json, what the server says when it starts
    /// and why a command failed are lines of the log too.
    #[arg(
        long,
        global = true,
        env = "SUNSET_LOG_FORMAT",
        value_enum,
        default_value = "text"
    )]
    pub log_format: LogFormat,
}
