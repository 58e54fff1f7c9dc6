//! How the simulated directory behaves while nothing is wrong, and the lasting ways
//! in which it can be unkind. A single mishap is a fault.

use clap::Args;
use serde::{Deserialize, Serialize};

/// May read devices, and count and list them.
pub const READ: &str = "https://www.googleapis.com/auth/admin.directory.device.chromeos.readonly";

/// May do all with devices.
pub const WRITE: &str = "https://www.googleapis.com/auth/admin.directory.device.chromeos";

/// May read org units.
pub const ORG_UNITS: &str = "https://www.googleapis.com/auth/admin.directory.orgunit.readonly";

#[derive(Clone, Debug, PartialEq, Eq, Args, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Milliseconds that every call takes.
    #[arg(long, default_value_t = 0)]
    pub latency_ms: u64,
    /// Devices on a page of a listing, whatever is asked for.
    #[arg(long, default_value_t = 100)]
    pub page_cap: usize,
    /// Calls in a minute before they are refused with 403; 0 is no limit.
    #[arg(long, default_value_t = 2400)]
    pub queries_per_minute: usize,
    /// Calls in a minute before they are refused with 429, as all of an account's
    /// tools together are; 0 is no limit.
    #[arg(long, default_value_t = 0)]
    pub account_queries_per_minute: usize,
    /// Seconds that a refusal with 429 asks to wait; 0 does not say.
    #[arg(long, default_value_t = 0)]
    pub retry_after: u64,
    /// Milliseconds before a changed status is seen by readers.
    #[arg(long, default_value_t = 0)]
    pub visible_after_ms: u64,
    /// Seconds for which an access token is good.
    #[arg(long, default_value_t = 3600)]
    pub token_seconds: u64,
    /// The scopes that were delegated to the service account.
    #[arg(long = "delegate", default_values_t = scopes(), value_name = "SCOPE")]
    pub delegated: Vec<String>,
    /// The administrators whom the service account may stand for; none is anybody.
    #[arg(long = "administrator", value_name = "EMAIL")]
    pub administrators: Vec<String>,
    /// The subject reaches only this org unit and those below it.
    #[arg(long, default_value = "/", value_name = "ORG_UNIT")]
    pub reach: String,
    /// The subject has no right to manage devices.
    #[arg(long)]
    pub no_rights: bool,
    /// The service account has an administrator role itself, and needs no subject.
    #[arg(long)]
    pub own_role: bool,
    /// The service account's key was revoked.
    #[arg(long)]
    pub key_revoked: bool,
    /// The answers of a batch come in another order than asked.
    #[arg(long)]
    pub shuffled: bool,
    /// A deprovisioned device takes no commands.
    #[arg(long)]
    pub no_commands_when_deprovisioned: bool,
    /// Devices whose id makes a whole call malformed.
    #[arg(long = "malformed", value_name = "DEVICE_ID")]
    pub malformed: Vec<String>,
    /// Devices whose state makes a whole call fail with 412.
    #[arg(long = "illegal", value_name = "DEVICE_ID")]
    pub illegal: Vec<String>,
    /// Devices that cannot be read: 400 where 404 is meant.
    #[arg(long = "unreadable", value_name = "DEVICE_ID")]
    pub unreadable: Vec<String>,
    /// Devices that are refused one by one, within an answer that is 200.
    #[arg(long = "refused", value_name = "DEVICE_ID")]
    pub refused: Vec<String>,
}

fn scopes() -> Vec<String> {
    [WRITE, READ, ORG_UNITS].map(str::to_owned).to_vec()
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            latency_ms: 0,
            page_cap: 100,
            queries_per_minute: 2400,
            account_queries_per_minute: 0,
            retry_after: 0,
            visible_after_ms: 0,
            token_seconds: 3600,
            delegated: scopes(),
            administrators: Vec::new(),
            reach: "/".to_owned(),
            no_rights: false,
            own_role: false,
            key_revoked: false,
            shuffled: false,
            no_commands_when_deprovisioned: false,
            malformed: Vec::new(),
            illegal: Vec::new(),
            unreadable: Vec::new(),
            refused: Vec::new(),
        }
    }
}
