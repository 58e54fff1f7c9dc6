//! Who may approve jobs, and since when.

use super::super::pool::on_tx;
use super::super::roles::grants_of;
use super::super::{StoreError, Tx};
use crate::domain::permission::{Grants, Permission};
use crate::domain::scope::Scope;
use crate::domain::time::Timestamp;

/// So long after somebody was given the role they may approve, in milliseconds.
pub const APPROVER_WAITS_MS: i64 = 24 * 3_600_000;

/// An operator who may approve jobs now, and where.
pub(super) struct Approver {
    pub id: String,
    pub login: String,
    scope: Scope,
}

impl Approver {
    /// Whether they may decide on a job of these org units that another started.
    pub fn may_decide(&self, starter_id: &str, org_units: &[String]) -> bool {
        let covers = |unit: &String| self.scope.covers(unit);
        self.id != starter_id && !org_units.is_empty() && org_units.iter().all(covers)
    }
}

/// Everybody who may approve jobs now.
pub(super) async fn approvers(tx: &mut Tx, now: Timestamp) -> Result<Vec<Approver>, StoreError> {
    const APPROVERS: &str = "
        SELECT id, login, (SELECT CAST(COALESCE(LISTS(LIST(role, org_unit)), '[]') AS TEXT)
            FROM operator_grant WHERE operator_id = operator.id)
        FROM operator WHERE kind = 'human' AND state = 'active'
            AND may_approve_from > 0 AND may_approve_from <= $1 ORDER BY login";
    let sql = tx.sql(APPROVERS);
    let rows: Vec<(String, String, String)> = on_tx!(tx, |conn| sqlx::query_as(sql)
        .bind(now.0)
        .fetch_all(conn)
        .await?);
    let mut approvers = Vec::new();
    for (id, login, grants) in rows {
        let scope = grants_of(&grants)?.scope(Permission::Approve);
        if scope != Scope::NOWHERE {
            approvers.push(Approver { id, login, scope });
        }
    }
    Ok(approvers)
}

/// Since when an operator may approve who had these grants and gets those; 0 is never. What they
/// are given anew counts only after [`APPROVER_WAITS_MS`]: an administrator who makes up somebody to
/// approve is seen by the others before it works.
pub(in crate::server::store) fn may_approve_from(
    before: (&Grants, i64),
    after: &Grants,
    now: Timestamp,
) -> i64 {
    let (had, since) = before;
    let had = had.scope(Permission::Approve);
    let is_wider = |unit: &String| !had.covers(unit);
    match after.scope(Permission::Approve) {
        Scope::All if had == Scope::All && since != 0 => since,
        Scope::All => now.0 + APPROVER_WAITS_MS,
        Scope::Units(units) if units.is_empty() => 0,
        Scope::Units(units) if since == 0 || units.iter().any(is_wider) => {
            now.0 + APPROVER_WAITS_MS
        }
        Scope::Units(_) => since,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grants(texts: &[&str]) -> Grants {
        Grants::new(
            texts
                .iter()
                .map(|it| it.parse().expect("a grant"))
                .collect(),
        )
    }

    #[test]
    fn what_is_given_anew_counts_later_and_what_was_there_goes_on() {
        let from = |had: &[&str], since, after: &[&str]| {
            may_approve_from((&grants(had), since), &grants(after), Timestamp(100))
        };
        let later = 100 + APPROVER_WAITS_MS;
        assert_eq!(from(&[], 0, &["operator"]), 0);
        assert_eq!(from(&[], 0, &["approver"]), later);
        assert_eq!(from(&["approver"], 7, &["approver", "viewer"]), 7);
        assert_eq!(from(&["approver"], 7, &["approver:/North"]), 7);
        assert_eq!(from(&["approver:/North"], 7, &["approver:/North/Lab"]), 7);
        assert_eq!(from(&["approver:/North"], 7, &["approver"]), later);
        assert_eq!(from(&["approver:/North"], 7, &["approver:/South"]), later);
        assert_eq!(from(&["approver"], 7, &["viewer"]), 0);
    }
}
