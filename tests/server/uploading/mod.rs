//! Files that are uploaded: checked first, taken as they were checked, and left without a
//! trace otherwise.

mod refused;

use std::time::{Duration, Instant};

use axum::body::{Body, Bytes, to_bytes};
use axum::http::{Request, header};
use serde_json::json;
use sunset::domain::import::{ImportState, Phase, Summary, Upload};
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;

use crate::import::directory;
use crate::support::{Console, on_each_database, until};

fn upload_of(name: &str, body: Body) -> Request<Body> {
    Request::post(format!("/import/upload?name={name}"))
        .header(header::HOST, "localhost")
        .header(header::CONTENT_TYPE, "application/octet-stream")
        .body(body)
        .unwrap()
}

/// Status and text of an answer.
async fn answer(console: &Console, request: Request<Body>) -> (u16, String) {
    let answer = console.send(request).await;
    let status = answer.status().as_u16();
    let body = to_bytes(answer.into_body(), usize::MAX).await.unwrap();
    (status, String::from_utf8_lossy(&body).into_owned())
}

async fn upload(console: &Console, file: impl Into<Body>) {
    let message = answer(console, upload_of("devices.csv", file.into())).await;
    assert_eq!(message, (204, String::new()));
}

async fn state(console: &Console) -> ImportState {
    console.call("imports/read", json!({})).await.unwrap()
}

/// The upload when it waits for the operator.
async fn settled(console: &Console) -> Upload {
    until(async || {
        let upload = state(console).await.upload;
        upload.is_some_and(|upload| !upload.phase.goes_on())
    })
    .await;
    state(console).await.upload.unwrap()
}

async fn checked(console: &Console, file: impl Into<Body>) -> (String, Summary) {
    upload(console, file).await;
    let upload = settled(console).await;
    match upload.phase {
        Phase::Checked(summary) => (upload.token, summary),
        other => panic!("{other:?}"),
    }
}

/// Why a file is not understood, or an import did not happen.
async fn refusal(console: &Console) -> String {
    match settled(console).await.phase {
        Phase::Unusable(why) | Phase::Failed(why) => why,
        other => panic!("{other:?}"),
    }
}

async fn apply(console: &Console, token: &str) -> Result<ImportState, (u16, String)> {
    let answer = console
        .call("imports/apply", json!({ "token": token }))
        .await;
    answer.map_err(|(status, error)| (status.as_u16(), error.to_string()))
}

#[tokio::test]
async fn an_uploaded_file_is_shown_before_it_is_taken_and_taken_once() {
    on_each_database(async |console: Console| {
        let first = "Serial number,Notes\nSN1,old\nSN2,same\n";
        let (token, _) = checked(&console, first).await;
        apply(&console, &token).await.unwrap();
        settled(&console).await;

        let file = "Serial No.,Notes,Color\nSN1,new,red\nSN2,same,\nSN3,,blue\n,x,\n";
        let (token, summary) = checked(&console, file).await;
        let counts = [
            summary.added,
            summary.changed,
            summary.unchanged,
            summary.refused,
        ];
        assert_eq!(counts, [1, 1, 1, 1]);
        let read = ("Serial number".to_owned(), "Serial No.".to_owned());
        assert!(summary.columns.contains(&read), "{:?}", summary.columns);
        assert_eq!(summary.ignored, ["Color"]);
        let why = "There is neither a serial number nor a device id.".to_owned();
        assert_eq!(summary.refusals, [(5, why)]);
        let rows = summary.first.iter().map(|it| (it.row, it.effect.as_str()));
        let rows: Vec<_> = rows.collect();
        assert_eq!(rows, [(2, "Changes notes"), (3, "No change"), (4, "New")]);
        assert_eq!(directory(&console.store).await.len(), 2);
        assert_eq!(console.page("").await.total, 2);

        apply(&console, &token).await.unwrap();
        apply(&console, &token).await.unwrap();
        let upload = settled(&console).await;
        let Phase::Imported(done, refreshed) = upload.phase else {
            panic!("{:?}", upload.phase);
        };
        assert_eq!((done.added, done.changed, done.refused), (1, 1, 1));
        assert!(refreshed.contains("1 added"), "{refreshed}");
        assert_eq!(console.page("").await.total, 3);
        let again = apply(&console, &token).await.unwrap();
        assert!(matches!(again.upload.unwrap().phase, Phase::Imported(..)));
    })
    .await;
}

#[tokio::test]
async fn one_import_at_a_time_and_a_connection_that_breaks_frees_the_place() {
    on_each_database(async |console: Console| {
        for breaks in [true, false] {
            let (sender, receiver) = mpsc::channel::<Result<Bytes, std::io::Error>>(4);
            let body = Body::from_stream(ReceiverStream::new(receiver));
            let long = console.send(upload_of("long.csv", body));
            let story = async {
                sender
                    .send(Ok(Bytes::from("Serial number\nSN1\n")))
                    .await
                    .unwrap();
                until(async || state(&console).await.upload.is_some_and(|it| it.size != 0)).await;
                let second = upload_of("second.csv", Body::from("Serial number\nSN2\n"));
                let (status, why) = answer(&console, second).await;
                assert_eq!(status, 409);
                assert!(why.contains("local is importing long.csv now."), "{why}");
                if breaks {
                    let broken = std::io::Error::other("broken");
                    sender.send(Err(broken)).await.unwrap();
                    std::future::pending::<()>().await;
                }
            };
            // Either the body breaks off, or the connection is gone with all that served it.
            tokio::select! {
                answer = long => assert_eq!(answer.status().as_u16(), 422),
                () = story => assert!(!breaks),
            }
            assert_eq!(state(&console).await.upload, None);
        }
        let (_, summary) = checked(&console, "Serial number\nSN2\n").await;
        assert_eq!(summary.added, 1);
        assert!(directory(&console.store).await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn after_a_restart_the_file_is_gone_and_nothing_was_imported() {
    on_each_database(async |console: Console| {
        let (token, _) = checked(&console, "Serial number\nSN1\n").await;
        let console = console.restart().await;
        assert_eq!(state(&console).await.upload, None);
        let (status, why) = apply(&console, &token).await.unwrap_err();
        assert_eq!(status, 409);
        assert!(why.contains("Upload it again."), "{why}");
        assert!(directory(&console.store).await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_file_waits_for_an_hour_and_until_it_is_discarded() {
    on_each_database(async |console: Console| {
        let minutes = |minutes: u64| Instant::now() + Duration::from_mins(minutes);
        let (token, _) = checked(&console, "Serial number\nSN1\n").await;
        console.app.uploads.expire(minutes(59));
        assert!(state(&console).await.upload.is_some());
        console.app.uploads.expire(minutes(61));
        assert_eq!(state(&console).await.upload, None);
        assert_eq!(apply(&console, &token).await.unwrap_err().0, 409);

        let (token, _) = checked(&console, "Serial number\nSN1\n").await;
        let other = json!({ "token": "another" });
        let kept: ImportState = console.call("imports/discard", other).await.unwrap();
        assert!(kept.upload.is_some());
        let discard = json!({ "token": token });
        let left: ImportState = console.call("imports/discard", discard).await.unwrap();
        assert_eq!(left.upload, None);
        assert!(directory(&console.store).await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn what_would_do_something_else_than_was_shown_is_not_done() {
    on_each_database(async |console: Console| {
        let (token, summary) = checked(&console, "Serial number,Notes\nSN1,x\n").await;
        assert_eq!(summary.added, 1);
        let other = "Serial number,Notes\nSN1,y\n";
        crate::import::take(&console.store, other).await;
        apply(&console, &token).await.unwrap();
        let why = refusal(&console).await;
        assert!(why.contains("changed since the file was checked"), "{why}");
        assert_eq!(
            crate::import::device(&console.store, "SN1").await.notes,
            "y"
        );
    })
    .await;
}

#[tokio::test]
async fn a_page_without_a_script_can_import_too() {
    on_each_database(async |console: Console| {
        let form = |path: &str, kind: &str, body: String| {
            Request::post(path)
                .header(header::HOST, "localhost")
                .header(header::CONTENT_TYPE, kind)
                .body(Body::from(body))
                .unwrap()
        };
        let part = "--b\r\nContent-Disposition: form-data; name=\"file\"; \
                    filename=\"mine.csv\"\r\n\r\nSerial number\nSN1\n\r\n--b--\r\n";
        let kind = "multipart/form-data; boundary=b";
        let answer = console
            .send(form("/import/upload", kind, part.to_owned()))
            .await;
        assert_eq!(answer.status().as_u16(), 303);
        let token = settled(&console).await.token;
        let href = format!("/import?file={token}");
        assert_eq!(answer.headers()[header::LOCATION], href);
        let page = console.get("/import").await;
        assert_eq!(page.status().as_u16(), 200);
        let page = to_bytes(page.into_body(), usize::MAX).await.unwrap();
        let page = String::from_utf8_lossy(&page).into_owned();
        for words in ["mine.csv", "Import 1 device", &token] {
            assert!(page.contains(words), "{words}");
        }
        let kind = "application/x-www-form-urlencoded";
        let answer = console
            .send(form("/import/apply", kind, format!("token={token}")))
            .await;
        assert_eq!(answer.status().as_u16(), 303);
        assert_eq!(answer.headers()[header::LOCATION], href);
        settled(&console).await;
        assert_eq!(console.page("").await.total, 1);
        // Whoever is led there sees the result, and whoever comes later imports another file.
        let is_offered = async |path: &str| {
            let page = console.get(path).await.into_body();
            let page = to_bytes(page, usize::MAX).await.unwrap();
            String::from_utf8_lossy(&page).contains("Choose or drop a CSV file")
        };
        assert!(!is_offered(&href).await);
        assert!(is_offered("/import").await);
        assert!(is_offered("/import?file=another").await);
        let answer = console
            .send(form("/import/discard", kind, format!("token={token}")))
            .await;
        assert_eq!(answer.status().as_u16(), 303);
        assert_eq!(state(&console).await.upload, None);

        let cut = part.replace("\r\n--b--\r\n", "");
        for (body, message) in [
            (cut, "did not arrive whole"),
            (String::new(), "arrive whole"),
        ] {
            let kind = "multipart/form-data; boundary=b";
            let request = form("/import/upload", kind, body);
            let (status, why) = self::answer(&console, request).await;
            assert_eq!(status, 422);
            assert!(why.contains(message), "{why}");
            assert_eq!(state(&console).await.upload, None);
        }
    })
    .await;
}
