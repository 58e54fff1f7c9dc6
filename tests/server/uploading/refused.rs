//! Files that are not taken, and rows that are not.

use std::convert::Infallible;

use axum::body::{Body, Bytes, to_bytes};
use axum::http::{Request, header};
use sunset::domain::import::{MAX_FILE, Source};
use tokio_stream::StreamExt;

use super::{answer, checked, refusal, state, upload, upload_of};
use crate::import::directory;
use crate::support::{Console, NO_GRACE, on_each_database};

#[tokio::test]
async fn a_file_that_cannot_be_understood_is_refused_in_a_sentence() {
    on_each_database(async |console: Console| {
        let files: [(&[u8], &str); 7] = [
            (b"", "The file is empty."),
            (b"PK\x03\x04rest of a workbook", "Excel workbook"),
            (b"%PDF-1.7", "PDF"),
            (b"Serial number\nA\0B\n", "Row 2 holds a NUL"),
            (b"Serial number,Notes\nSN1,caf\xE9\n", "Row 2 is not UTF-8"),
            (b"Color,Size\nred,1\n", "No column is known."),
            (b"Serial number,Notes\nSN1,\"open\n", "never closed"),
        ];
        for (file, message) in files {
            upload(&console, file.to_vec()).await;
            let why = refusal(&console).await;
            assert!(why.contains(message), "{why}");
            assert!(!why.contains('\n'), "{why}");
        }
        assert!(directory(&console.store).await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_file_that_is_too_large_is_refused_and_forgotten() {
    on_each_database(async |console: Console| {
        let message = "The file is larger than 200 MB.";
        let request = Request::post("/import/upload")
            .header(header::HOST, "localhost")
            .header(header::CONTENT_LENGTH, MAX_FILE + 1)
            .body(Body::empty())
            .unwrap();
        let (status, why) = answer(&console, request).await;
        assert_eq!(status, 413);
        assert!(why.starts_with(message), "{why}");

        // Without a length, as far as it goes.
        let piece = Bytes::from(vec![b'x'; 1 << 20]);
        let pieces = MAX_FILE / piece.len() as u64;
        let body = tokio_stream::iter((0..pieces).map(move |_| piece.clone()))
            .chain(tokio_stream::once(Bytes::from_static(b"x")))
            .map(Ok::<_, Infallible>);
        let request = upload_of("large.csv", Body::from_stream(body));
        let (status, why) = answer(&console, request).await;
        assert_eq!(status, 413);
        assert!(why.starts_with(message), "{why}");
        assert_eq!(state(&console).await.upload, None);
    })
    .await;
}

#[tokio::test]
async fn refused_rows_are_downloaded_with_their_reasons_and_refused_again() {
    on_each_database(async |console: Console| {
        let file = "Serial number;Notes\nSN1;fine\n=1+1;\"a;\"\"b\"\"\"\nSN2\nNULL;y;z\n";
        let (token, summary) = checked(&console, file).await;
        assert_eq!((summary.added, summary.refused), (2, 2));
        let path = format!("/import/refused.csv?token={token}");
        let answer = console.get(&path).await;
        let name = answer.headers()[header::CONTENT_DISPOSITION]
            .to_str()
            .unwrap();
        assert!(name.contains("refused-rows-"), "{name}");
        let body = to_bytes(answer.into_body(), usize::MAX).await.unwrap();
        let text = String::from_utf8(body.to_vec()).unwrap();
        let lines: Vec<_> = text.lines().collect();
        assert_eq!(lines.len(), 3, "{text}");
        let head = r#""Refused row","Why it was refused","Serial number","Notes""#;
        assert_eq!(lines[0], head);
        assert!(
            lines[1].starts_with("\"3\",") && lines[1].ends_with(",\"'=1+1\",\"a;\"\"b\"\"\""),
            "{text}"
        );
        assert!(
            lines[2].starts_with("\"5\",") && lines[2].ends_with("\"y\",\"z\""),
            "{text}"
        );

        let (_, again) = checked(&console, body).await;
        assert_eq!((again.added, again.refused), (0, 2));
        assert_eq!(console.get(&path).await.status().as_u16(), 404);
    })
    .await;
}

#[tokio::test]
async fn where_devices_come_from_elsewhere_no_file_is_received() {
    on_each_database(async |console: Console| {
        console.app.demonstrate(10).await.unwrap();
        assert_eq!(state(&console).await.source, Source::Demonstration);
        let file = || upload_of("devices.csv", Body::from("Serial number\nSN1\n"));
        let (status, why) = answer(&console, file()).await;
        assert_eq!(
            (status, why.as_str()),
            (409, "Real devices can't be imported among demo devices.")
        );
        assert_eq!(directory(&console.store).await.len(), 10);

        let remote = crate::faulty::FaultyDirectory::new([], 100);
        let console = console.over(Some(remote), NO_GRACE).await;
        assert_eq!(state(&console).await.source, Source::Google);
        let (status, why) = answer(&console, file()).await;
        assert_eq!(status, 409);
        assert!(
            why.starts_with("Devices come from Google's directory"),
            "{why}"
        );
    })
    .await;
}

#[tokio::test]
async fn another_sites_page_cannot_upload() {
    on_each_database(async |console: Console| {
        let foreign = [
            ("sec-fetch-site", "cross-site"),
            ("origin", "https://evil.example"),
        ];
        for (name, value) in foreign {
            for path in ["/import/upload", "/import/apply", "/import/discard"] {
                let request = Request::post(path)
                    .header(header::HOST, "localhost")
                    .header(name, value)
                    .body(Body::from("token=x"))
                    .unwrap();
                assert_eq!(answer(&console, request).await.0, 403, "{path} {name}");
            }
        }
        assert_eq!(state(&console).await.upload, None);
    })
    .await;
}
