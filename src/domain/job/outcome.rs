//! How a device ended, told from what the directory shows of it: the rules that do not
//! need a clock.

use serde::{Deserialize, Serialize};

use super::{ItemState, SuccessKind};
use crate::domain::action::effect::{Effect, EffectKind};
use crate::domain::action::fields::Fields;
use crate::domain::device::DirectoryDevice;
use crate::domain::eligibility::Rule;
use crate::domain::status::DeviceStatus;
use crate::domain::time::Timestamp;
use crate::domain::words::words;

/// A device as the directory shows it now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    pub status: DeviceStatus,
    /// When it was enrolled last, as in the snapshot it is compared with.
    pub enrolled: i64,
    /// When it was deprovisioned last, in milliseconds since 1970; 0 if never.
    pub deprovisioned: i64,
    pub org_unit: String,
    pub fields: Fields,
}

impl From<&DirectoryDevice> for Found {
    fn from(device: &DirectoryDevice) -> Self {
        let millis = |at: Option<Timestamp>| at.map_or(0, |at| at.0);
        Self {
            status: device.status.clone(),
            enrolled: millis(device.last_enrolled),
            deprovisioned: millis(device.deprovisioned_at),
            org_unit: device.org_unit.clone(),
            fields: Fields::from(device),
        }
    }
}

/// How an effect ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Outcome {
    Succeeded(SuccessKind),
    Skipped(Rule),
    Failed(Cause),
}

impl Outcome {
    /// The effect was carried out, or was not needed.
    pub fn is_success(self) -> bool {
        matches!(self, Self::Succeeded(_))
    }

    /// The state, and the word of how or why.
    pub fn words(self) -> (ItemState, &'static str) {
        match self {
            Self::Succeeded(how) => (ItemState::Succeeded, how.as_str()),
            Self::Skipped(rule) => (ItemState::Skipped, rule.id()),
            Self::Failed(cause) => (ItemState::Failed, cause.as_str()),
        }
    }
}

words! {
    /// Why an effect failed.
    Cause {
        Gone = "gone",
        Refused = "refused",
        /// The directory does not understand its id.
        Invalid = "invalid",
        /// A command was sent, and nobody knows whether the directory has taken it.
        Unanswered = "unanswered",
        /// A note does not fit below the notes of the device.
        NotesFull = "notes_full",
    }
}

impl Cause {
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Gone => "The directory no longer has the device.",
            Self::Refused => "The directory rejected the request for this device.",
            Self::Invalid => "The directory does not accept the device's id.",
            Self::Unanswered => "The directory did not confirm the command. Check the device.",
            Self::NotesFull => {
                "With this note, the notes of the device would be longer than 500 characters."
            }
        }
    }

    /// The sentence, with the directory's own words where it has any.
    pub fn sentence_with(self, words: &str) -> String {
        let sentence = self.sentence();
        match words.trim().trim_end_matches('.') {
            "" => sentence.to_owned(),
            words => format!("{}: {words}.", sentence.trim_end_matches('.')),
        }
    }

    /// Trying again may end otherwise.
    pub fn can_be_retried(self) -> bool {
        self == Self::Refused
    }
}

/// Tells how an effect ends whose call did nothing to the device.
pub fn outcome_of(effect: &Effect, reviewed_enrolled: i64, found: Option<&Found>) -> Outcome {
    let Some(found) = found else {
        return Outcome::Failed(Cause::Gone);
    };
    if found.enrolled != reviewed_enrolled {
        return Outcome::Skipped(Rule::ChangedSinceReview);
    }
    if effect.is_visible_in(found) {
        return Outcome::Succeeded(SuccessKind::Already);
    }
    match effect.kind().check(&found.status) {
        Err(rule) => Outcome::Skipped(rule),
        Ok(()) => Outcome::Failed(Cause::Refused),
    }
}

/// Clocks may differ by so much, in milliseconds. Only a label depends on it.
const CLOCK_SKEW: i64 = 120_000;

/// Tells what reading a device back means that was sent at `sent_at` with no clear
/// answer. `None`: nothing happened to it, so it may be sent again.
pub fn reconcile(
    effect: &Effect,
    reviewed_enrolled: i64,
    sent_at: i64,
    found: Option<&Found>,
) -> Option<Outcome> {
    // Of the other changes the directory does not tell the time: what was not so when it
    // was sent, and is so now, counts as ours.
    let is_since = |found: &Found| {
        effect.kind() != EffectKind::Deprovision || sent_at - CLOCK_SKEW <= found.deprovisioned
    };
    match outcome_of(effect, reviewed_enrolled, found) {
        Outcome::Failed(Cause::Refused) => None,
        Outcome::Succeeded(_) if found.is_some_and(is_since) => {
            Some(Outcome::Succeeded(SuccessKind::Confirmed))
        }
        outcome => Some(outcome),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::action::fields::FieldChanges;
    use crate::domain::action::reason::DeprovisionReason;

    const DEPROVISION: Effect = Effect::Deprovision(DeprovisionReason::RetiringDevice);

    fn found(status: DeviceStatus, enrolled: i64) -> Found {
        Found {
            status,
            enrolled,
            deprovisioned: 0,
            org_unit: "/School".to_owned(),
            fields: Fields::default(),
        }
    }

    #[test]
    fn reading_back_tells_our_deed_from_anothers_and_never_guesses() {
        let (sent, ours, theirs) = (1_000_000, 1_000_500, 500_000);
        let read = |status, enrolled, deprovisioned| {
            let found = Found {
                deprovisioned,
                ..found(status, enrolled)
            };
            reconcile(&DEPROVISION, 1, sent, Some(&found))
        };
        let succeeded = |how| Some(Outcome::Succeeded(how));
        let deprovisioned = DeviceStatus::Deprovisioned;
        assert_eq!(
            read(deprovisioned.clone(), 1, ours),
            succeeded(SuccessKind::Confirmed)
        );
        assert_eq!(
            read(deprovisioned.clone(), 1, theirs),
            succeeded(SuccessKind::Already)
        );
        assert_eq!(read(DeviceStatus::Active, 1, 0), None);
        // Wiped and enrolled again: whatever it shows, it is not what was reviewed.
        let changed = Some(Outcome::Skipped(Rule::ChangedSinceReview));
        assert_eq!(read(DeviceStatus::Active, 2, ours), changed);
        assert_eq!(read(deprovisioned, 2, ours), changed);
        let gone = Some(Outcome::Failed(Cause::Gone));
        assert_eq!(reconcile(&DEPROVISION, 1, sent, None), gone);
    }

    #[test]
    fn a_device_enrolled_again_is_never_counted_as_done() {
        for status in [DeviceStatus::Active, DeviceStatus::Deprovisioned] {
            let outcome = outcome_of(&DEPROVISION, 1, Some(&found(status, 2)));
            assert_eq!(outcome, Outcome::Skipped(Rule::ChangedSinceReview));
        }
    }

    #[test]
    fn a_device_deprovisioned_already_is_no_failure() {
        let outcome = outcome_of(
            &DEPROVISION,
            1,
            Some(&found(DeviceStatus::Deprovisioned, 1)),
        );
        assert_eq!(outcome, Outcome::Succeeded(SuccessKind::Already));
    }

    #[test]
    fn a_device_that_is_gone_failed() {
        for effect in [
            DEPROVISION,
            Effect::Powerwash,
            Effect::Move("/R".to_owned()),
        ] {
            let outcome = outcome_of(&effect, 1, None);
            assert_eq!(outcome, Outcome::Failed(Cause::Gone));
        }
    }

    #[test]
    fn a_device_that_was_disabled_while_no_answer_came_counts_as_ours() {
        let read = |status| reconcile(&Effect::Disable, 1, 1000, Some(&found(status, 1)));
        let ours = Some(Outcome::Succeeded(SuccessKind::Confirmed));
        assert_eq!(read(DeviceStatus::Disabled), ours);
        assert_eq!(read(DeviceStatus::Active), None);
        let left_out = Some(Outcome::Skipped(Rule::AlreadyDeprovisioned));
        assert_eq!(read(DeviceStatus::Deprovisioned), left_out);
    }

    #[test]
    fn what_no_status_shows_is_told_by_the_org_unit_and_the_fields() {
        let here = found(DeviceStatus::Active, 1);
        let moved = |to: &str| reconcile(&Effect::Move(to.to_owned()), 1, 0, Some(&here));
        let ours = Some(Outcome::Succeeded(SuccessKind::Confirmed));
        assert_eq!(moved("/School"), ours);
        assert_eq!(moved("/Retired"), None, "it may be sent again");
        let cleared = Effect::UpdateFields(FieldChanges {
            user: Some(String::new()),
            ..FieldChanges::default()
        });
        assert_eq!(reconcile(&cleared, 1, 0, Some(&here)), ours);
        let mut used = here.clone();
        used.fields.user = "a@b".to_owned();
        assert_eq!(reconcile(&cleared, 1, 0, Some(&used)), None);
    }
}
