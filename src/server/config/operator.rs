//! How operators are made and helped on the host: whoever may start the program may say
//! who signs in, also when nobody can.

use clap::{Args, Subcommand};

use super::{DatabaseArg, Listen, PublicUrl};
use crate::domain::login::Login;
use crate::domain::permission::{Grant, Grants, Role};

#[derive(Debug, Subcommand)]
pub enum OperatorCommand {
    /// Invite an operator: prints a link, good once, by which they set up password and
    /// authenticator. With --sso they sign in with the identity provider instead.
    Create(Create),
    /// Give an operator other roles, instead of those that they have. They sign in again.
    Roles(Roles),
    /// Take password, authenticator, recovery codes, sessions and the account at the identity
    /// provider from an operator, and print a link to set them up anew. With --sso they sign in
    /// with the identity provider instead.
    Reset(Reset),
    /// Keep an operator out, and pause the jobs that they run. A reset lets them in again.
    Disable(Disable),
    /// List the operators and their roles.
    List(DatabaseArg),
}

#[derive(Debug, Args)]
pub struct Create {
    #[command(flatten)]
    pub may: Granted,
    /// They may approve jobs at once, not 24 hours after they were given the role approver.
    #[arg(long)]
    pub approve_now: bool,
    #[command(flatten)]
    pub who: Reset,
}

#[derive(Debug, Args)]
pub struct Roles {
    #[command(flatten)]
    pub may: Granted,
    /// They may approve jobs at once, not 24 hours after they were given the role approver.
    #[arg(long)]
    pub approve_now: bool,
    pub login: Login,
    #[command(flatten)]
    pub database: DatabaseArg,
}

/// What an operator may do.
#[derive(Debug, Args)]
#[group(required = true, multiple = true)]
pub struct Granted {
    /// They manage operators: the role administrator.
    #[arg(long)]
    pub admin: bool,
    /// A role, everywhere or in one org unit with all below it: viewer, operator, eraser,
    /// approver or administrator, as in operator:/Schools/North. May be given several times.
    #[arg(long = "role", value_name = "ROLE[:ORG UNIT]")]
    pub roles: Vec<Grant>,
}

impl Granted {
    pub fn grants(&self) -> Grants {
        let administrator = self.admin.then(|| Grant {
            role: Role::Administrator,
            org_unit: "/".to_owned(),
        });
        Grants::new(self.roles.iter().cloned().chain(administrator).collect())
    }
}

#[derive(Debug, Args)]
pub struct Disable {
    pub login: Login,
    #[command(flatten)]
    pub database: DatabaseArg,
}

#[derive(Debug, Args)]
pub struct Reset {
    /// The name to sign in with, such as an e-mail address.
    pub login: Login,
    /// They sign in with the identity provider: the login is their e-mail address there, and is
    /// good for 7 days to sign in for the first time.
    #[arg(long)]
    pub sso: bool,
    /// Where the console is served, for the link.
    #[arg(long, env = "SUNSET_LISTEN", default_value = "127.0.0.1:3000")]
    pub listen: Listen,
    /// The address that people open, for the link, as for `sunset serve`.
    #[arg(long, env = "SUNSET_PUBLIC_URL", value_name = "URL")]
    pub public_url: Option<PublicUrl>,
    #[command(flatten)]
    pub database: DatabaseArg,
}
