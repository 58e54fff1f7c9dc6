//! The log, and what is said beside it.

use std::io::{IsTerminal, Write};

use tracing_subscriber::EnvFilter;

use crate::server::config::{LogArgs, LogFormat};

/// Where the program says what it has to say.
#[derive(Clone, Copy, Debug)]
pub struct Log(LogFormat);

/// Begins to log to standard error.
///
/// # Errors
/// A sentence: what is to be logged cannot be understood.
pub fn start_log(options: &LogArgs) -> Result<Log, String> {
    let filter = EnvFilter::try_new(&options.log)
        .map_err(|cause| format!("--log {} cannot be understood: {cause}.", options.log))?;
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr);
    match options.log_format {
        LogFormat::Text => log.init(),
        LogFormat::Json => log.json().flatten_event(true).init(),
    }
    Ok(Log(options.log_format))
}

impl Log {
    /// Says how the server has started: to whoever sits before it, or in the log.
    pub fn say(self, text: &str) {
        match self.0 {
            // Whoever started it may have stopped reading: that is no reason to end.
            LogFormat::Text => drop(writeln!(std::io::stdout(), "{text}")),
            LogFormat::Json => tracing::info!("{}", text.replace('\n', " ")),
        }
    }

    /// Says in a sentence why the program ends.
    pub fn fail(self, sentence: &str) {
        match self.0 {
            LogFormat::Text => eprintln!("{sentence}"),
            LogFormat::Json => tracing::error!("{sentence}"),
        }
    }
}
