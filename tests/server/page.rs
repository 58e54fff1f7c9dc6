//! Pages, whatever else the process is doing.

use std::path::Path;

use axum::http::StatusCode;
use sunset::server::http::{ServerState, router};
use tokio_util::sync::CancellationToken;

use crate::support::{Console, device, on_each_database};

#[tokio::test(flavor = "multi_thread")]
async fn a_page_waits_for_no_router_that_is_being_made() {
    on_each_database(async |console: Console| {
        console.fill((0..3).map(device)).await;
        let (app, stop) = (console.app.clone(), CancellationToken::new());
        let making = {
            let stop = stop.clone();
            tokio::task::spawn_blocking(move || {
                while !stop.is_cancelled() {
                    let state = ServerState::new(app.clone(), Path::new("no-site"), stop.clone());
                    drop(router(state));
                }
            })
        };
        // Also when an assertion fails.
        let end = stop.drop_guard();
        for _ in 0..30 {
            assert_eq!(console.get("/devices").await.status(), StatusCode::OK);
        }
        drop(end);
        making.await.unwrap();
    })
    .await;
}
