//! What may be said of a job.

use super::*;

fn job(state: JobState, counts: Counts, eligible: u64) -> JobSummary {
    JobSummary {
        id: JobId("j".into()),
        number: 1,
        state,
        reason: None,
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
        retried_by: None,
        retryable: 0,
        causes: vec![],
        provenance: String::new(),
        already: 0,
        powerwash: None,
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
    let told = "20 devices are already done and stay deprovisioned; 12 will not be attempted";
    let unknown = "; 8 are still unconfirmed";
    assert_eq!(running.stop_question(), format!("{told}{unknown}."));
    running.powerwash = Some(PowerwashCounts {
        open: 7,
        ..PowerwashCounts::default()
    });
    let orders = "; 7 devices won't get the powerwash command.";
    assert!(running.stop_question().ends_with(orders));
    running.counts = Counts {
        total: 12,
        pending: 12,
        ..Counts::default()
    };
    running.powerwash = None;
    assert!(
        running
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
    let all = Counts {
        total: 34,
        succeeded: 34,
        ..Counts::default()
    };
    let asked = |ordered, not_ordered| JobSummary {
        powerwash: Some(PowerwashCounts {
            open: 0,
            ordered,
            not_ordered,
        }),
        ..job(JobState::Completed, all, 34)
    };
    assert_eq!(
        asked(34, 0).notice(),
        "Completed successfully: 34 devices deprovisioned, powerwash ordered for 34."
    );
    let refused = JobSummary {
        state: JobState::CompletedWithErrors,
        ..asked(31, 3)
    };
    assert_eq!(
        refused.notice(),
        "Completed: 34 deprovisioned, powerwash ordered for 31, not for 3."
    );
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
    done.already = 3;
    assert_eq!(
        done.notice(),
        "Completed successfully: 1 device deprovisioned, 3 already deprovisioned."
    );
    done.counts.total = 5;
    done.eligible = 5;
    assert_eq!(
        done.headline(),
        "Completed: 1 deprovisioned, 3 already deprovisioned"
    );
}
