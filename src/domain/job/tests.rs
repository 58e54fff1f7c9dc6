//! What may be said of a job.

use super::*;
use crate::domain::action::ActionKind;
use crate::domain::action::effect::EffectKind;

/// A job that deprovisions, with no more effects.
fn job(state: JobState, counts: Counts, eligible: u64) -> JobSummary {
    // What the plan leaves out has no effect.
    let left_out = counts.total - eligible;
    let main = StepCounts {
        kind: EffectKind::Deprovision,
        counts: Counts {
            total: eligible,
            skipped: counts.skipped.saturating_sub(left_out),
            ..counts
        },
        already: 0,
    };
    JobSummary {
        id: JobId("j".into()),
        number: 1,
        state,
        action: ActionKind::Deprovision,
        choices: Vec::new(),
        steps: vec![main],
        note: String::new(),
        operator: String::new(),
        plan_hash: String::new(),
        counts,
        eligible,
        seq: 1,
        started_at: None,
        finished_at: None,
        pause_reason: String::new(),
        starts_in: 0,
        waits: 0,
        retry_of: None,
        retry_of_number: 0,
        approved_by: String::new(),
        retried_by: None,
        retryable: 0,
        causes: vec![],
        provenance: String::new(),
    }
}

fn powerwash(counts: Counts) -> StepCounts {
    StepCounts {
        kind: EffectKind::Powerwash,
        counts,
        already: 0,
    }
}

#[test]
fn who_stops_is_told_of_every_device() {
    let counts = Counts {
        total: 40,
        succeeded: 20,
        pending: 12,
        sent: 5,
        unconfirmed: 3,
        ..Counts::default()
    };
    let mut running = job(JobState::Running, counts, 40);
    let message = "20 devices are already done and stay deprovisioned; 12 will not be attempted";
    let unknown = "; 8 are still unconfirmed";
    assert_eq!(running.stop_question(), format!("{message}{unknown}."));
    running.steps.push(powerwash(Counts {
        pending: 7,
        ..Counts::default()
    }));
    let orders = "; 7 devices won't get the powerwash command.";
    assert!(running.stop_question().ends_with(orders));
    let waiting = Counts {
        total: 12,
        pending: 12,
        ..Counts::default()
    };
    assert!(
        job(JobState::Running, waiting, 12)
            .stop_question()
            .ends_with("12 will not be attempted.")
    );
}

#[test]
fn success_is_said_only_when_every_eligible_device_succeeded() {
    let all = Counts {
        total: 37,
        succeeded: 34,
        skipped: 3,
        ..Counts::default()
    };
    let done = job(JobState::Completed, all, 34);
    assert_eq!(done.headline(), "Completed successfully");
    assert_eq!(
        done.notice(),
        "Completed successfully: 34 devices deprovisioned."
    );

    let late = Counts {
        succeeded: 33,
        skipped: 4,
        ..all
    };
    assert_eq!(
        job(JobState::Completed, late, 34).headline(),
        "Completed: 33 deprovisioned, 1 skipped"
    );

    let failed = Counts {
        succeeded: 31,
        failed: 3,
        ..all
    };
    assert_eq!(
        job(JobState::CompletedWithErrors, failed, 34).notice(),
        "Completed: 31 deprovisioned, 3 failed."
    );
}

#[test]
fn success_is_not_said_while_an_order_to_erase_was_not_taken() {
    let of = |succeeded, failed| Counts {
        total: 34,
        succeeded,
        failed,
        ..Counts::default()
    };
    let asked = |state, ordered, not_ordered| {
        let mut job = job(state, of(34, 0), 34);
        job.counts = of(ordered, not_ordered);
        job.steps.push(powerwash(of(ordered, not_ordered)));
        job
    };
    assert_eq!(
        asked(JobState::Completed, 34, 0).notice(),
        "Completed successfully: 34 devices deprovisioned, powerwash ordered for 34."
    );
    assert_eq!(
        asked(JobState::CompletedWithErrors, 31, 3).notice(),
        "Completed: 34 deprovisioned, powerwash ordered for 31, not for 3."
    );
}

#[test]
fn a_job_speaks_in_the_words_of_its_action() {
    let all = Counts {
        total: 2,
        succeeded: 2,
        ..Counts::default()
    };
    let mut done = job(JobState::Completed, all, 2);
    done.action = ActionKind::Disable;
    done.steps[0].kind = EffectKind::Disable;
    assert_eq!(done.notice(), "Completed successfully: 2 devices disabled.");
    let message = "2 devices are already done and stay disabled; 0 will not be attempted.";
    assert_eq!(done.stop_question(), message);
}

#[test]
fn words_come_back() {
    for state in JobState::ALL {
        assert_eq!(JobState::from_word(state.as_str()), Some(*state));
    }
    for state in ItemState::ALL {
        assert_eq!(ItemState::from_word(state.as_str()), Some(*state));
    }
}

#[test]
fn what_was_deprovisioned_before_is_counted_apart() {
    let counts = Counts {
        total: 4,
        succeeded: 4,
        ..Counts::default()
    };
    let mut done = job(JobState::Completed, counts, 4);
    done.steps[0].already = 3;
    assert_eq!(
        done.notice(),
        "Completed successfully: 1 device deprovisioned, 3 already deprovisioned."
    );
    done.counts.total = 5;
    done.steps[0].counts.total = 5;
    done.eligible = 5;
    assert_eq!(
        done.headline(),
        "Completed: 1 deprovisioned, 3 already deprovisioned"
    );
}
