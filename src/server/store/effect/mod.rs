//! What is done to the devices of jobs, effect by effect. Every effect of every action takes
//! the same path: claimed with the intent on record ([`claim`]), answered or given up, and
//! put on record in one place ([`record`]); what is unclear is read back ([`read_back`]). The
//! steps are in docs/protocol.md.

mod begin;
mod calls;
mod claim;
mod command;
mod count;
mod fields;
mod follow;
mod local;
mod lost;
mod overlay;
mod preflight;
mod read_back;
mod record;
mod refusal;
mod reread;
mod starter;

pub use claim::{Call, CallOutcome, Recorded};
pub use follow::Taken;
pub use local::Batch;
pub use preflight::{Look, Unchecked};
pub use read_back::Unconfirmed;
pub use reread::{JobToReread, Touched};

pub(super) use begin::again_after_refusal;
pub(super) use count::Change;
pub(super) use preflight::expire_look;

use super::StoreError;
use crate::domain::action::effect::EffectKind;

/// The words of the kinds that are commands, for `TEXTS($n)`.
pub(super) fn command_words() -> String {
    let kinds = EffectKind::ALL.iter().filter(|kind| kind.is_command());
    super::pool::text_list(kinds.map(|kind| kind.as_str()))
}

/// The kind of this word.
pub(super) fn kind_of(word: &str) -> Result<EffectKind, StoreError> {
    EffectKind::from_word(word)
        .ok_or_else(|| StoreError::invalid_data(format!("the kind of effect {word}")))
}
