//! Which directory is the authority, and how Google's is reached. Only whoever starts
//! the program says so: nothing of it can be changed from the browser.

use std::path::PathBuf;
use std::sync::Arc;

use clap::{Args, Subcommand, ValueEnum};

use crate::server::directory::google::{GoogleDirectory, Options, ServiceAccount, Times};
use crate::server::private::credential;
use crate::server::store::Store;

/// Holds the key itself, for who has no file to mount. A flag would show it to all who
/// see the list of processes.
const KEY_VARIABLE: &str = "SUNSET_GOOGLE_KEY";

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum DirectoryKind {
    /// The embedded one, which `sunset import` fills.
    Local,
    /// Google's, by the Admin SDK.
    Google,
}

#[derive(Clone, Debug, Args)]
pub struct DirectoryArgs {
    /// Which directory is the authority for devices.
    #[arg(long, env = "SUNSET_DIRECTORY", value_enum, default_value = "local")]
    pub directory: DirectoryKind,
    /// Give a database that belonged to another directory to this one: once, and only
    /// when all its jobs are over.
    #[arg(long)]
    pub take_over: bool,
    #[command(flatten)]
    pub google: GoogleArgs,
}

#[derive(Clone, Debug, Args)]
pub struct GoogleArgs {
    /// The service account's key, a JSON file. Without it: the credential google-key of the
    /// service, then the key itself in the variable SUNSET_GOOGLE_KEY.
    #[arg(long, env = "SUNSET_GOOGLE_KEY_FILE")]
    pub google_key: Option<PathBuf>,
    /// The administrator for whom the service account stands, by e-mail address. Without one
    /// the service account acts as itself: it needs an administrator role of its own.
    #[arg(long, env = "SUNSET_GOOGLE_SUBJECT")]
    pub google_subject: Option<String>,
    /// Whose devices: the administrator's own, or the customer ID of your account, which is
    /// needed without --google-subject.
    #[arg(long, env = "SUNSET_GOOGLE_CUSTOMER", default_value = "my_customer")]
    pub google_customer: String,
    /// Where the API is: https, or this computer.
    #[arg(
        long,
        env = "SUNSET_GOOGLE_URL",
        default_value = "https://admin.googleapis.com"
    )]
    pub google_url: String,
    /// Calls in a minute: the project's quota, or the part of it that is ours.
    #[arg(long, env = "SUNSET_GOOGLE_QUERIES_PER_MINUTE", default_value_t = 2400,
          value_parser = clap::value_parser!(u32).range(1..=60_000))]
    pub google_queries_per_minute: u32,
    /// A PEM file of the certificates to trust in place of this computer's.
    #[arg(long, env = "SUNSET_GOOGLE_CA")]
    pub google_ca: Option<PathBuf>,
}

#[derive(Clone, Debug, Subcommand)]
pub enum DirectoryCommand {
    /// Check key, scopes and rights, and say what to enter where.
    Check(GoogleArgs),
}

impl DirectoryArgs {
    /// The directory to call, or none for the embedded one.
    ///
    /// # Errors
    /// A sentence: something is missing, or cannot be used.
    pub fn connect(&self, store: &Arc<Store>) -> Result<Option<Arc<GoogleDirectory>>, String> {
        match self.directory {
            DirectoryKind::Local => Ok(None),
            DirectoryKind::Google => {
                let directory = self.google.connect(Some(store.clone()))?;
                Ok(Some(Arc::new(directory)))
            }
        }
    }
}

impl GoogleArgs {
    /// Google's directory; nothing is called yet. Turns are shared by the store.
    ///
    /// # Errors
    /// A sentence: something is missing, or cannot be used.
    pub fn connect(&self, store: Option<Arc<Store>>) -> Result<GoogleDirectory, String> {
        let file = self.google_key.clone().or_else(|| credential("google-key"));
        let account = match (file, std::env::var(KEY_VARIABLE)) {
            (Some(file), _) => ServiceAccount::from_file(&file),
            (None, Ok(key)) => ServiceAccount::from_json(&key),
            (None, Err(_)) => {
                return Err(format!(
                    "Google's directory needs the service account's key: give --google-key, the \
                     credential google-key, or the key itself in {KEY_VARIABLE}."
                ));
            }
        };
        let account = account.map_err(|error| error.to_string())?;
        self.check_subject()?;
        let options = Options {
            subject: self.google_subject.clone(),
            customer: self.google_customer.clone(),
            url: self.google_url.clone(),
            queries_per_minute: self.google_queries_per_minute,
            trust: self.google_ca.clone(),
            times: Times::default(),
        };
        GoogleDirectory::new(account, options, store)
    }

    /// Who acts: an administrator by e-mail address, or the service account itself, which
    /// belongs to no customer.
    fn check_subject(&self) -> Result<(), String> {
        let customer = &self.google_customer;
        let Some(subject) = &self.google_subject else {
            let is_id = customer.len() > 1
                && customer.starts_with('C')
                && customer.chars().all(|c| c.is_ascii_alphanumeric());
            return match is_id {
                true => Ok(()),
                false => Err(format!(
                    "Google's directory needs --google-subject, the administrator for whom the \
                     service account stands. If the service account has an administrator role \
                     itself, give the customer ID instead, such as --google-customer C01234567: \
                     {customer} is none."
                )),
            };
        };
        let is_address = subject.split_once('@').is_some_and(|(user, domain)| {
            !user.is_empty() && domain.contains('.') && !subject.contains(char::is_whitespace)
        });
        match is_address {
            true => Ok(()),
            false => Err(format!(
                "--google-subject {subject} is not an e-mail address: it is the administrator's."
            )),
        }
    }
}
