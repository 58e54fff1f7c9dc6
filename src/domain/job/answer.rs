//! What the answer to a call means for each device that was in it, as pure functions.

use std::collections::HashMap;

use super::outcome::{Cause, Outcome};

/// The result that an answer gives for one device of the call.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum DeviceResult {
    Done,
    /// The directory has taken a command, under this number.
    Taken(String),
    /// The device is in a state that forbids it: which, tells only reading it back.
    NotAsExpected,
    Gone,
    /// In the directory's words, where it has any.
    Refused(String),
}

/// What to do with a device now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum NextStep {
    Finish(Outcome),
    /// Nobody knows what happened: read it back before anything else, not before
    /// `at` (milliseconds since 1970). If it was `refused` for its state, it is not
    /// sent again.
    ReadBack {
        at: i64,
        refused: bool,
    },
    /// Nothing happened: send it again, not before `at`, with at most `max_batch`
    /// devices in the call (0 is no limit). The attempt counts unless `free`.
    Again {
        at: i64,
        max_batch: u32,
        free: bool,
    },
}

/// The meaning of a whole answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AnswerResult {
    /// For each device asked for, in that order.
    pub next: Vec<NextStep>,
    /// Devices in the answer that nobody asked for. They are touched nowhere.
    pub foreign: usize,
}

/// Judges an answer by device id, never by position. What is missing in it, or in it
/// twice with different verdicts, is read back.
pub fn interpret_answer(
    asked: &[&str],
    answered: &[(String, DeviceResult)],
    now: i64,
) -> AnswerResult {
    let mut verdicts: HashMap<&str, Option<&DeviceResult>> =
        asked.iter().map(|device| (*device, None)).collect();
    let mut contradicted = Vec::new();
    let mut foreign = 0;
    for (device, verdict) in answered {
        match verdicts.get_mut(device.as_str()) {
            None => foreign += 1,
            Some(known @ None) => *known = Some(verdict),
            Some(Some(known)) if *known == verdict => {}
            Some(Some(_)) => contradicted.push(device.as_str()),
        }
    }
    let unclear = NextStep::ReadBack {
        at: now,
        refused: false,
    };
    let next = asked
        .iter()
        .map(|device| match verdicts.get(device).copied().flatten() {
            _ if contradicted.contains(device) => unclear,
            Some(DeviceResult::Taken(_)) => {
                NextStep::Finish(Outcome::Succeeded(super::SuccessKind::Ordered))
            }
            Some(DeviceResult::Done) => {
                NextStep::Finish(Outcome::Succeeded(super::SuccessKind::Applied))
            }
            Some(DeviceResult::Gone) => NextStep::Finish(Outcome::Failed(Cause::Gone)),
            Some(DeviceResult::Refused(_)) => NextStep::Finish(Outcome::Failed(Cause::Refused)),
            Some(DeviceResult::NotAsExpected) => NextStep::ReadBack {
                at: now,
                refused: true,
            },
            None => unclear,
        })
        .collect();
    AnswerResult { next, foreign }
}

/// What becomes of the devices of a call that was refused as a whole, as malformed:
/// half as many go together next time, until the one at fault is alone.
pub fn bisect(devices: usize, now: i64) -> NextStep {
    if devices <= 1 {
        NextStep::Finish(Outcome::Failed(Cause::Invalid))
    } else {
        NextStep::Again {
            at: now,
            max_batch: devices.div_ceil(2) as u32,
            free: true,
        }
    }
}

/// The same for a call that was refused as a whole because of one device's state: alone,
/// that device is read back.
pub fn bisect_by_state(devices: usize, now: i64) -> NextStep {
    if devices <= 1 {
        NextStep::ReadBack {
            at: now,
            refused: true,
        }
    } else {
        bisect(devices, now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::job::SuccessKind;

    const DONE: NextStep = NextStep::Finish(Outcome::Succeeded(SuccessKind::Applied));

    #[test]
    fn an_answer_is_read_by_id_and_what_is_unclear_is_read_back() {
        let answered = [
            ("c", DeviceResult::Gone),
            ("foreign", DeviceResult::Done),
            ("a", DeviceResult::Done),
            ("b", DeviceResult::Done),
            ("b", DeviceResult::Refused(String::new())),
            ("a", DeviceResult::Done),
            ("d", DeviceResult::NotAsExpected),
        ]
        .map(|(device, verdict)| (device.to_owned(), verdict));
        let judged = interpret_answer(&["a", "b", "c", "missing", "d"], &answered, 7);
        let read_back = |refused| NextStep::ReadBack { at: 7, refused };
        assert_eq!(
            judged.next,
            [
                DONE,
                read_back(false),
                NextStep::Finish(Outcome::Failed(Cause::Gone)),
                read_back(false),
                read_back(true),
            ]
        );
        assert_eq!(judged.foreign, 1);
    }

    #[test]
    fn a_device_at_fault_is_alone_after_few_calls() {
        // Every part that holds the device at fault is refused and halved.
        let (mut devices, mut calls) = (50usize, 0);
        while let NextStep::Again { max_batch, .. } = bisect(devices, 0) {
            // The half with it, and the other half that goes through.
            calls += 2;
            devices = max_batch as usize;
        }
        assert_eq!(devices, 1);
        assert!(calls <= 12, "{calls} calls");
    }
}
