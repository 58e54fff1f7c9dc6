//! What open pages are told: each only what its operator may see.

use std::time::Duration;

use axum::body::Body;
use axum::http::{Request, StatusCode};
use tokio_stream::StreamExt;

use super::{CANARY, DEVICES, Person, north_devices, on_two_schools, south_devices};

/// All that a page is told in a while that is long enough.
async fn heard_by(person: &Person<'_>, meanwhile: impl Future<Output = ()>) -> String {
    let answer = person.ask(Request::get("/events"), Body::empty()).await;
    assert_eq!(answer.status(), StatusCode::OK);
    let mut stream = answer.into_body().into_data_stream();
    meanwhile.await;
    let mut text = String::new();
    while let Ok(Some(piece)) =
        tokio::time::timeout(Duration::from_millis(700), stream.next()).await
    {
        text.push_str(std::str::from_utf8(&piece.unwrap()).unwrap());
    }
    text
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_hears_of_its_own_school_only() {
    on_two_schools(async |console| {
        let other = format!("operator:/Northern {CANARY}");
        let other = Person::new(console, &format!("{CANARY}-tech"), &[&other]).await;
        let tech = Person::new(console, "tech", &["operator:/North"]).await;
        let boss = Person::new(console, "boss", &["viewer"]).await;
        let job = other.execute(&south_devices(console).await).await;
        let heard = heard_by(&tech, async {
            console.run_jobs().await;
            console.refresh().await;
        })
        .await;
        assert!(!heard.to_lowercase().contains(CANARY), "{heard}");
        assert!(!heard.contains(job.id.as_str()), "{heard}");
        let all = 2 * DEVICES;
        assert!(!heard.contains(&format!("\"read\":{all}")), "{heard}");

        // The page of somebody who sees all hears of jobs, and of its own notices only.
        let ours = tech.execute(&north_devices(console).await).await;
        let heard = heard_by(&boss, console.run_jobs()).await;
        assert!(heard.contains(ours.id.as_str()), "{heard}");
        assert!(!heard.contains("\"notice\""), "{heard}");
        let heard = heard_by(&tech, async {}).await;
        assert!(heard.contains("\"notice\""), "{heard}");
        assert!(!heard.to_lowercase().contains(CANARY), "{heard}");
    })
    .await;
}
