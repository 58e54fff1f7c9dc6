//! Why somebody was not let in.

use super::password::Busy;
use super::seal::KeyError;
use crate::server::store::StoreError;

/// Why somebody was not let in, in one sentence for them.
#[derive(Debug, thiserror::Error)]
pub enum IdentityError {
    /// The same for a login that nobody has, one that is disabled, and a wrong password or
    /// code.
    #[error("The login, password or code is wrong, or the code was used before.")]
    Wrong,
    #[error("Too many attempts. Wait {} and try again.", seconds(*.ms))]
    Wait { ms: i64 },
    #[error("Too many people are signing in. Try again in a moment.")]
    Busy,
    /// What was chosen cannot be.
    #[error("{0}")]
    Invalid(String),
    #[error(
        "This link was used, or its time is over. Ask for a new one: `sunset operator reset` \
         on the server makes it."
    )]
    NoLink,
    #[error(
        "This link was used, or its time is over. Restart Sunset on the server for a new one, or \
         run there: sunset operator create --admin LOGIN"
    )]
    NoFirstLink,
    #[error("There is no single sign-on here. Sign in with login, password and code.")]
    NoProvider,
    /// The way back belongs to no attempt of this browser.
    #[error(
        "This sign-in was not begun in this browser, or more than 10 minutes ago. Begin it again."
    )]
    NotBegun,
    #[error(
        "Signing in with {name} does not work at the moment: it does not answer. Try again. If you \
         have a password here, you can sign in with it."
    )]
    NoAnswer { name: String },
    #[error(
        "What {name} answered cannot be trusted, so you are not signed in. Try again. If that \
         does not help, the server's log says why."
    )]
    Distrusted { name: String },
    /// The same for an account that nobody invited, one that was invited too long ago, and one
    /// that is disabled.
    #[error(
        "You have signed in, but you are not an operator of Sunset. Ask an administrator to \
         invite you by your e-mail address."
    )]
    NotInvited,
    /// A code without a password counts only of who is signed in with the provider.
    #[error(
        "Type your password. If you have none here, open Sunset in another tab, sign in with {name} \
         there, and then give your code here."
    )]
    ThereFirst { name: String },
    /// The provider has not let them in.
    #[error("You are not signed in: {name} answered {why}.")]
    TurnedAway { name: String, why: String },
    #[error("Nobody can sign in now: the server's log says why.")]
    Key(#[from] KeyError),
    #[error("The database does not answer. Try again in a moment.")]
    Store(#[from] StoreError),
}

impl From<Busy> for IdentityError {
    fn from(Busy: Busy) -> Self {
        Self::Busy
    }
}

impl IdentityError {
    /// The HTTP status that goes with it.
    pub fn status(&self) -> u16 {
        match self {
            Self::Wrong | Self::Invalid(_) | Self::NotBegun => 422,
            Self::ThereFirst { .. } | Self::TurnedAway { .. } => 422,
            Self::NotInvited => 403,
            Self::NoLink | Self::NoFirstLink | Self::NoProvider => 404,
            Self::Distrusted { .. } => 502,
            Self::Wait { .. } => 429,
            Self::Busy | Self::NoAnswer { .. } | Self::Key(_) | Self::Store(_) => 503,
        }
    }
}

fn seconds(ms: i64) -> String {
    match (ms + 999) / 1000 {
        1 => "1 second".to_owned(),
        many => format!("{many} seconds"),
    }
}
