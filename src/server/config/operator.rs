//! How operators are made and helped on the host: whoever may start the program may say
//! who signs in, also when nobody can.

use clap::{Args, Subcommand};

use super::{DatabaseArg, Listen, PublicUrl};
use crate::domain::login::Login;

#[derive(Debug, Subcommand)]
pub enum OperatorCommand {
    /// Invite an operator: prints a link, good once, by which they set up password and
    /// authenticator.
    Create(Create),
    /// Take password, authenticator, recovery codes and sessions from an operator, and
    /// print a link to set them up anew.
    Reset(Reset),
    /// List the operators.
    List(DatabaseArg),
}

#[derive(Debug, Args)]
pub struct Create {
    /// Whoever signs in may do everything: say so.
    #[arg(long, required = true)]
    pub admin: bool,
    #[command(flatten)]
    pub who: Reset,
}

#[derive(Debug, Args)]
pub struct Reset {
    /// The name to sign in with, such as an e-mail address.
    pub login: Login,
    /// Where the console is served, for the link.
    #[arg(long, env = "SUNSET_LISTEN", default_value = "127.0.0.1:3000")]
    pub listen: Listen,
    /// The address that people open, for the link, as for `sunset serve`.
    #[arg(long, env = "SUNSET_PUBLIC_URL", value_name = "URL")]
    pub public_url: Option<PublicUrl>,
    #[command(flatten)]
    pub database: DatabaseArg,
}
