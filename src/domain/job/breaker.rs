//! Stops a job in which too much fails: something is wrong that the other devices should
//! not share, and a person looks first.

use crate::domain::action::effect::EffectKind;

/// What came of the effects of one kind since somebody last looked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Window {
    pub succeeded: u64,
    pub failed: u64,
}

/// Whether the job pauses: more than a fifth failed, of enough to tell. Commands are sent one
/// by one and cannot be taken back, so fewer are enough.
pub fn trips(effect: EffectKind, window: Window) -> bool {
    let judged = window.succeeded + window.failed;
    let is_enough = if effect.is_command() {
        5 <= window.failed
    } else {
        200 <= judged
    };
    is_enough && judged < 5 * window.failed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_job_pauses_when_more_than_a_fifth_of_enough_devices_failed() {
        let tripped = |effect, succeeded, failed| trips(effect, Window { succeeded, failed });
        let batch = EffectKind::Deprovision;
        assert!(!tripped(batch, 0, 199), "too few to tell");
        assert!(tripped(batch, 159, 41));
        assert!(!tripped(batch, 160, 40), "exactly a fifth");
        let command = EffectKind::Powerwash;
        assert!(!tripped(command, 0, 4));
        assert!(tripped(command, 0, 5));
        assert!(tripped(command, 19, 5));
        assert!(!tripped(command, 20, 5));
    }
}
