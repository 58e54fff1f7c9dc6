//! What is hashed of a row. Once released, an encoding is never changed: another one gets
//! another tag.

use crate::domain::audit::AuditRow;
use crate::server::field_hash::FieldHash;

/// The hash of what a row says.
pub fn content_hash(row: &AuditRow) -> String {
    let mut hash = FieldHash::new("sunset audit 1");
    hash.number(row.at);
    for field in [
        &row.actor_id,
        &row.actor,
        &row.session,
        &row.ip,
        &row.action,
        &row.target,
        &row.outcome,
        &row.detail,
        &row.salt,
    ] {
        hash.field(field);
    }
    hash.finish()
}

/// The hash of a place in the chain. It is known without what the row says, so that a part of
/// the chain can be shown whose other rows stay secret.
pub fn link_hash(n: i64, prev: &str, content: &str) -> String {
    let mut hash = FieldHash::new("sunset audit link 1");
    hash.number(n);
    hash.field(prev);
    hash.field(content);
    hash.finish()
}

/// The hash of a row, which covers the hash of the row before.
pub fn row_hash(row: &AuditRow) -> String {
    link_hash(row.n, &row.prev, &content_hash(row))
}

/// A digest of how the devices of a batch ended, in the order of their numbers.
pub struct BatchDigest(FieldHash);

impl Default for BatchDigest {
    fn default() -> Self {
        Self(FieldHash::new("sunset batch 1"))
    }
}

impl BatchDigest {
    /// Adds a device by the inventory's number, with the word of its state and of how or why.
    pub fn add(&mut self, device: u32, state: &str, why: &str) {
        self.0.number(i64::from(device));
        self.0.field(state);
        self.0.field(why);
    }

    pub fn finish(self) -> String {
        self.0.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Computed by the program in docs/audit.md.
    #[test]
    fn the_encoding_is_as_it_is_documented() {
        let row = AuditRow {
            n: 7,
            at: 1_764_500_000_123,
            actor_id: "id".to_owned(),
            actor: "ada@school.example".to_owned(),
            session: "abcdefgh".to_owned(),
            ip: "192.0.2.7".to_owned(),
            action: "job-started".to_owned(),
            target: "job".to_owned(),
            outcome: "done".to_owned(),
            detail: r#"{"devices":3}"#.to_owned(),
            salt: "00ff".to_owned(),
            prev: "ab".repeat(32),
            hash: String::new(),
        };
        assert_eq!(
            content_hash(&row),
            "f1877e207186746c31676d9284e838996c0f2bd6d3ca4d53da934737804191a7"
        );
        assert_eq!(
            row_hash(&row),
            "9966caa5ce88c08ed8d9840ba264e66ff95bf54021fbc0acbc37a7d86278b1d3"
        );
        let mut digest = BatchDigest::default();
        digest.add(2, "succeeded", "applied");
        digest.add(5, "skipped", "not-in-directory");
        assert_eq!(
            digest.finish(),
            "c0d074e074a49fab88480c42b468bce696c03107f9b95416eebf174108dce766"
        );
    }
}
