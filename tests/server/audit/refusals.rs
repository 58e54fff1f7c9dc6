//! What somebody may not have is on record, and a flood of it is counted.

use serde_json::json;
use sunset::domain::audit::Act;

use super::rows_of;
use crate::roles::Person;
use crate::support::{device, on_each_database, until};

#[tokio::test]
async fn refusals_are_on_record_and_a_flood_is_counted() {
    on_each_database(async |console| {
        console.fill((1..=3).map(device)).await;
        let person = Person::new(&console, "eve", &["viewer"]).await;
        for _ in 0..30 {
            let (status, _) = person.post("/api/jobs/stop", json!({ "id": "x" })).await;
            assert_eq!(status.as_u16(), 403);
        }
        for number in 0..200 {
            person
                .get(&format!("/jobs/guess-{number}/results.csv"))
                .await;
        }
        until(async || 20 < rows_of(&console, Act::AccessRefused).await.len()).await;
        let rows = rows_of(&console, Act::AccessRefused).await;
        assert!(rows.len() < 25, "{} rows", rows.len());
        assert_eq!(rows[0].actor, "eve");
        assert_eq!(rows[0].target, "POST /api/jobs/stop");

        console.app.audit.flush().await.unwrap();
        let all = rows_of(&console, Act::AccessRefused).await;
        let counted: Vec<u64> = all[rows.len()..]
            .iter()
            .map(|row| {
                let detail: serde_json::Value = serde_json::from_str(&row.detail).unwrap();
                detail["times"].as_u64().unwrap()
            })
            .collect();
        assert_eq!(counted.iter().sum::<u64>() + rows.len() as u64, 230);
        console.app.audit.flush().await.unwrap();
        assert_eq!(rows_of(&console, Act::AccessRefused).await.len(), all.len());
    })
    .await;
}
