//! Whatever is done to a chain is found, and named where it was done.

use proptest::prelude::*;

use super::*;
use crate::server::audit::encoding::row_hash;
use crate::server::audit::{SigningKey, key_id};

const NONE: [Broken; 0] = [];

fn chain(texts: &[String]) -> Vec<AuditRow> {
    let mut prev = String::new();
    let row = |(place, text): (usize, &String)| {
        let mut row = AuditRow {
            n: place as i64 + 1,
            at: 1_760_000_000_000 + place as i64,
            actor_id: String::new(),
            actor: text.clone(),
            session: String::new(),
            ip: String::new(),
            action: "exported".to_owned(),
            target: text.chars().rev().collect(),
            outcome: "done".to_owned(),
            detail: format!("{{\"what\":\"{place}\"}}"),
            salt: format!("{place:032x}"),
            prev: std::mem::take(&mut prev),
            hash: String::new(),
        };
        row.hash = row_hash(&row);
        prev = row.hash.clone();
        row
    };
    texts.iter().enumerate().map(row).collect()
}

fn walked(rows: &[AuditRow]) -> Vec<Broken> {
    let mut walk = ChainVerifier::from_start();
    rows.iter().for_each(|row| walk.row(row));
    walk.finish().0
}

/// Signs the end of these rows.
fn signed(rows: &[AuditRow], key: &SigningKey) -> Checkpoint {
    let last = rows.last().unwrap();
    Checkpoint::sign(key, last.n, &last.hash, last.at)
}

fn key() -> (tempfile::TempDir, SigningKey) {
    let folder = tempfile::tempdir().unwrap();
    let key = SigningKey::make(&folder.path().join("key")).unwrap();
    (folder, key)
}

fn texts() -> impl Strategy<Value = Vec<String>> {
    prop::collection::vec("\\PC{0,6}", 2..12)
}

proptest! {
    #[test]
    fn a_chain_verifies_with_or_without_its_rows(texts in texts(), shown in any::<u16>()) {
        let rows = chain(&texts);
        prop_assert_eq!(walked(&rows), NONE);
        let (_folder, key) = key();
        let mut walk = ChainVerifier::from_anywhere().trusting([key.id()]);
        walk.expect(signed(&rows, &key));
        for (place, row) in rows.iter().enumerate() {
            if place == 0 || shown & (1 << place) != 0 {
                walk.row(row);
            } else {
                walk.stub(row.n, &content_hash(row));
            }
        }
        let (broken, walk) = walk.finish();
        prop_assert_eq!(broken, NONE);
        prop_assert_eq!(walk.signed_until, rows.len() as i64);
    }

    #[test]
    fn whatever_is_changed_is_found(
        texts in texts(),
        at in any::<prop::sample::Index>(),
        field in 0..12usize,
    ) {
        let rows = chain(&texts);
        let at = at.index(rows.len());
        let mut changed = rows.clone();
        let row = &mut changed[at];
        match field {
            0 => row.n += 1,
            1 => row.at += 1,
            _ => {
                let fields = [
                    &mut row.actor_id, &mut row.actor, &mut row.session, &mut row.ip,
                    &mut row.action, &mut row.target, &mut row.outcome, &mut row.detail,
                    &mut row.salt, &mut row.prev,
                ];
                fields.into_iter().nth(field - 2).unwrap().push('x');
            }
        }
        prop_assert!(!walked(&changed).is_empty());

        // Made anew from there on, it is another chain than the one that was signed.
        let (_folder, key) = key();
        let mut anew = rows.clone();
        anew[at].actor.push('x');
        let mut prev = rows[at].prev.clone();
        for row in &mut anew[at..] {
            row.prev = prev;
            row.hash = row_hash(row);
            prev = row.hash.clone();
        }
        prop_assert_eq!(walked(&anew), NONE);
        let mut walk = ChainVerifier::from_start().trusting([key.id()]);
        walk.expect(signed(&rows, &key));
        anew.iter().for_each(|row| walk.row(row));
        let n = rows.len() as i64;
        prop_assert_eq!(walk.finish().0, [Broken::NotTheSigned { n }]);
    }

    #[test]
    fn whatever_is_removed_or_moved_is_found(
        texts in texts(),
        at in any::<prop::sample::Index>(),
        to in any::<prop::sample::Index>(),
    ) {
        let rows = chain(&texts);
        let (_folder, key) = key();
        let (at, to) = (at.index(rows.len()), to.index(rows.len()));
        let with_end = |rows: &[AuditRow], end: Checkpoint| {
            let mut walk = ChainVerifier::from_start().trusting([key.id()]);
            walk.expect(end);
            rows.iter().for_each(|row| walk.row(row));
            walk.finish().0
        };
        let mut removed = rows.clone();
        removed.remove(at);
        prop_assert!(!with_end(&removed, signed(&rows, &key)).is_empty());
        let cut = with_end(&rows[..at], signed(&rows, &key));
        let (end, checkpoint) = (at as i64, rows.len() as i64);
        prop_assert_eq!(cut, [Broken::CutEnd { end, checkpoint }]);
        if at != to {
            let mut moved = rows.clone();
            moved.swap(at, to);
            prop_assert!(!walked(&moved).is_empty());
        }
    }
}

#[test]
fn a_clock_that_goes_back_is_named() {
    let mut rows = chain(&["a".to_owned(), "b".to_owned()]);
    rows[1].at -= 60_000;
    rows[1].hash = row_hash(&rows[1]);
    let back = Broken::ClockWentBack { n: 2, ms: 59_999 };
    assert_eq!(walked(&rows), [back]);
}

#[test]
fn a_key_is_trusted_for_which_a_trusted_one_vouches() {
    let ((_one, old), (_other, new)) = (key(), key());
    let proof = old.sign(next_key_message(&old.id(), &new.id()).as_bytes());
    for (by, is_trusted) in [(&old, true), (&new, false)] {
        let proof = match is_trusted {
            true => proof.clone(),
            false => by.sign(next_key_message(&old.id(), &new.id()).as_bytes()),
        };
        let mut rows = chain(&["a".to_owned(), "b".to_owned(), "c".to_owned()]);
        rows[1].action = Act::KeyRotated.as_str().to_owned();
        let detail = serde_json::json!({
            "old": old.id(), "new": new.id(), "proof": crate::server::field_hash::hex(&proof),
        });
        rows[1].detail = detail.to_string();
        rows[1].hash = row_hash(&rows[1]);
        rows[2].prev = rows[1].hash.clone();
        rows[2].hash = row_hash(&rows[2]);
        let mut walk = ChainVerifier::from_start().trusting([old.id()]);
        walk.expect(signed(&rows[..2], &old));
        walk.expect(signed(&rows, &new));
        rows.iter().for_each(|row| walk.row(row));
        let key_id = key_id(new.public());
        let unknown = Broken::UnknownKey { n: 3, key_id };
        let expected = if is_trusted { vec![] } else { vec![unknown] };
        assert_eq!(walk.finish().0, expected);
    }
}
