//! The hash of a reviewed plan, made from what evidence shows of it. It must come to what
//! `store/job/plan_hash.rs` makes from the database.

use crate::server::field_hash::FieldHash;
use crate::server::store::{EvidenceItem, EvidencePlan};

/// The version of the encoding that can be verified.
pub(super) const VERSION: i64 = 3;

/// Hashes a plan and its items, one after the other.
pub(super) struct PlanHash(FieldHash);

impl PlanHash {
    pub fn new(plan: &EvidencePlan) -> Self {
        let mut hash = FieldHash::new("sunset plan 3");
        for field in [&plan.id, &plan.action, &plan.authority] {
            hash.field(field);
        }
        hash.number(plan.planned_at);
        Self(hash)
    }

    pub fn add(&mut self, item: &EvidenceItem) {
        self.0.number(i64::from(item.device));
        for field in [
            &item.device_id,
            &item.serial,
            &item.asset_id,
            &item.org_unit,
            &item.model,
            &item.annotated_user,
            &item.location,
            &item.license,
            &item.snap_status,
            &item.rule,
        ] {
            self.0.field(field);
        }
        self.0.number(item.snap_enrolled);
        self.0.number(item.snap_last_sync);
    }

    pub fn finish(self) -> String {
        self.0.finish()
    }
}

/// The hash of what Execute asked for.
pub(super) fn execution_hash(plan: &EvidencePlan) -> String {
    let mut hash = FieldHash::new("sunset execution 3");
    for field in [&plan.plan_hash, &plan.options, &plan.note] {
        hash.field(field);
    }
    hash.finish()
}
