//! A directory outside our database: what a job needs of it, and how it can fail.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use super::{Answer, Directory};
use crate::domain::action::command::Command;
use crate::domain::action::effect::Effect;
use crate::domain::job::answer::DeviceResult;
use crate::domain::job::outcome::Found;

/// One verdict per device, by the directory's id, in any order.
pub type CallAnswer<'a> =
    Pin<Box<dyn Future<Output = Result<Vec<(String, DeviceResult)>, CallError>> + Send + 'a>>;

/// Whether calls can be sent.
pub type Ready<'a> = Pin<Box<dyn Future<Output = Result<(), CallError>> + Send + 'a>>;

/// A directory that is called over a network.
pub trait RemoteDirectory: Directory {
    /// How many devices one call takes. A command takes one.
    fn batch_limit(&self) -> u32;

    /// How far apart calls are, all processes together.
    fn interval(&self) -> Duration;

    /// How long after a call was given up it has surely ended: longer than the
    /// longest that a call may take. A call whose future is dropped goes no further.
    fn call_ends_within(&self) -> Duration;

    /// Gets ready to call, however long that takes: what is sent next waits for nothing
    /// but its answer. Called before an intent is put on record.
    fn ready(&self) -> Ready<'_> {
        Box::pin(async { Ok(()) })
    }

    /// Whether what is being read does not come, and is asked for again and again.
    fn is_away(&self) -> bool {
        false
    }

    /// Carries an effect out on devices; a command, on one. Called once for each intent on
    /// record: nothing below may send it again by itself.
    fn apply<'a>(&'a self, effect: &'a Effect, device_ids: &'a [&'a str]) -> CallAnswer<'a>;

    /// What has become of a command.
    fn command<'a>(&'a self, _device_id: &'a str, _command_id: &'a str) -> Answer<'a, Command> {
        Box::pin(async { Ok(Command::UnderWay) })
    }

    /// A device as it is now; `None` if the directory does not have it.
    fn get<'a>(&'a self, device_id: &'a str) -> Answer<'a, Option<Found>>;
}

/// What a call came to that did not answer for each device.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CallError {
    /// No byte of it reached the directory.
    #[error("the directory could not be reached: {0}")]
    NotSent(String),
    /// What is needed to call has just ended; nothing was done, and at once it can be
    /// tried again.
    #[error("the call could not be made yet")]
    NotYet,
    /// Too many calls; nothing was done.
    #[error("the directory asks to wait")]
    Throttled { wait: Option<Duration> },
    /// We are not who may do this; nothing was done. Shown to the operator.
    #[error("{0}")]
    Denied(String),
    /// The call is malformed, for one of its devices or for all; nothing was done.
    /// In the directory's words.
    #[error("the directory did not accept the call: {0}")]
    Malformed(String),
    /// One of its devices is in a state that forbids it; nothing was done.
    #[error("a device of the call is in another state")]
    WrongState,
    /// It may have been carried out, in whole or in part, or not.
    #[error("the directory did not answer: {0}")]
    Unanswered(String),
}
