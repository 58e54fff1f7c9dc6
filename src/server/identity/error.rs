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
            Self::Wrong | Self::Invalid(_) => 422,
            Self::NoLink => 404,
            Self::Wait { .. } => 429,
            Self::Busy | Self::Key(_) | Self::Store(_) => 503,
        }
    }
}

fn seconds(ms: i64) -> String {
    match (ms + 999) / 1000 {
        1 => "1 second".to_owned(),
        many => format!("{many} seconds"),
    }
}
