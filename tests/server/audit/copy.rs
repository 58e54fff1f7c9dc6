//! The copy: every line once, however often the server starts.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use sunset::domain::audit::{Act, Actor, Event};
use sunset::server::audit::{Copy, Line, sign_end};

use super::{key, rows};
use crate::support::on_each_database;

#[tokio::test]
async fn a_copy_has_every_row_and_checkpoint_once() {
    on_each_database(async |console| {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("audit.jsonl");
        let key = key(folder.path());
        for round in 0..3 {
            for _ in 0..4 {
                let event = Event::new(&Actor::named("tests"), Act::Refreshed);
                console
                    .store
                    .record(event.with("round", round))
                    .await
                    .unwrap();
            }
            // As after a power loss.
            if round == 1 {
                let cut = [fs::read(&path).unwrap(), b"{\"n\":".to_vec()].concat();
                fs::write(&path, cut).unwrap();
            }
            let copy = Copy::open(&path).unwrap();
            copy.catch_up(&console.store).await.unwrap();
            sign_end(&console.store, &key).await.unwrap();
            copy.catch_up(&console.store).await.unwrap();
            copy.catch_up(&console.store).await.unwrap();
        }
        let text = fs::read_to_string(&path).unwrap();
        let lines: Vec<Line> = text
            .lines()
            .map(|it| serde_json::from_str(it).unwrap())
            .collect();
        let copied = lines.iter().filter_map(|line| match line {
            Line::Row(row) => Some(row.clone()),
            _ => None,
        });
        assert_eq!(copied.collect::<Vec<_>>(), rows(&console).await);
        let signed = lines.iter().filter_map(|line| match line {
            Line::Checkpoint { checkpoint } => Some(checkpoint.n),
            _ => None,
        });
        assert_eq!(signed.collect::<Vec<_>>(), [4, 8, 12]);
        let mode = fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        fs::write(&path, "something else\n").unwrap();
        assert!(Copy::open(&path).is_err());
    })
    .await;
}
