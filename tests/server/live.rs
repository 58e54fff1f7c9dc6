//! Live updates that never lie: nothing lost, nothing told twice, whatever cuts the
//! stream off and wherever the page comes back (tests/FAULTS.md 55 and 58).

use axum::body::{Body, BodyDataStream};
use axum::http::{Request, StatusCode, header};
use sunset::domain::job::JobSummary;
use sunset::domain::live::LiveMessage;
use sunset::server::store::Database;
use tokio_stream::StreamExt;

use crate::stories::{on_each, start, steer};
use crate::support::{Console, until};

/// A page that listens.
struct Page {
    stream: BodyDataStream,
    text: String,
}

impl Page {
    async fn listen(console: &Console) -> Self {
        Self::ask(console, Request::get("/events")).await
    }

    /// As a browser that connects again by itself.
    async fn back_at(console: &Console, position: &str) -> Self {
        let request = Request::get("/events").header("last-event-id", position);
        Self::ask(console, request).await
    }

    /// As a page that has to begin a new stream.
    async fn after(console: &Console, position: &str) -> Self {
        Self::ask(console, Request::get(format!("/events?after={position}"))).await
    }

    async fn ask(console: &Console, request: axum::http::request::Builder) -> Self {
        let request = request
            .header(header::HOST, "localhost")
            .body(Body::empty());
        let answer = console.send(request.unwrap()).await;
        assert_eq!(answer.status(), StatusCode::OK);
        assert_eq!(answer.headers()["x-accel-buffering"], "no");
        Self {
            stream: answer.into_body().into_data_stream(),
            text: String::new(),
        }
    }

    /// The next message with its position; `None` at the end of the stream.
    async fn next(&mut self) -> Option<(String, LiveMessage)> {
        loop {
            if let Some((event, rest)) = self.text.split_once("\n\n") {
                let field = |name| event.lines().find_map(|line| line.strip_prefix(name));
                let jobs = field("data: ").map(|data| {
                    let position = field("id: ").expect("every message has its position");
                    (position.to_owned(), serde_json::from_str(data).unwrap())
                });
                self.text = rest.to_owned();
                if jobs.is_some() {
                    return jobs;
                }
                continue;
            }
            let bytes = self.stream.next().await?.unwrap();
            self.text.push_str(std::str::from_utf8(&bytes).unwrap());
        }
    }

    /// What is told of jobs until one is over, each with its position.
    async fn until_over(&mut self) -> Vec<(String, JobSummary)> {
        let mut jobs = Vec::new();
        while let Some((position, message)) = self.next().await {
            if let LiveMessage::Job(job) = message {
                let over = job.state.is_over();
                jobs.push((position, *job));
                if over {
                    break;
                }
            }
        }
        jobs
    }

    /// The jobs it begins with, by number and sequence: told before any other change.
    async fn beginning(mut self, console: &Console) -> Vec<(u32, u64)> {
        let mark = LiveMessage::Trouble(Some("a mark".to_owned()));
        console.app.live.tell(mark.clone());
        let mut jobs = Vec::new();
        loop {
            match self.next().await.expect("the stream goes on").1 {
                LiveMessage::Job(job) => jobs.push((job.number, job.seq)),
                message if message == mark => return jobs,
                _ => {}
            }
        }
    }
}

fn numbers(job: &JobSummary) -> (u32, u64) {
    (job.number, job.seq)
}

#[tokio::test]
async fn a_page_that_comes_back_from_anywhere_is_told_exactly_what_it_missed() {
    on_each(async |console, _| {
        let mut page = Page::listen(console).await;
        let job = start(console, 60).await;
        let work = console.work().await;
        let jobs = page.until_over().await;
        work.end().await;
        assert!(jobs.windows(2).all(|two| two[0].1.seq < two[1].1.seq));
        assert!(jobs.iter().all(|(_, it)| it.id == job.id));

        let last = numbers(&console.job(&job.id).await);
        assert_eq!(numbers(&jobs.last().unwrap().1), last);
        for (n, (position, _)) in jobs.iter().enumerate() {
            let missed = if n + 1 == jobs.len() {
                vec![]
            } else {
                vec![last]
            };
            let back = Page::back_at(console, position).await;
            assert_eq!(back.beginning(console).await, missed, "{position}");
            let back = Page::after(console, position).await;
            assert_eq!(back.beginning(console).await, missed, "{position}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_page_that_slept_over_several_jobs_is_told_how_each_ended() {
    on_each(async |console, _| {
        let first = start(console, 10).await;
        let mut page = Page::listen(console).await;
        let position = loop {
            let (position, message) = page.next().await.unwrap();
            if matches!(message, LiveMessage::Job(_)) {
                break position;
            }
        };
        drop(page);
        console.run_jobs().await;
        let second = start(console, 20).await;
        console.run_jobs().await;
        let third = start(console, 30).await;
        steer(console, "pause", &third.id).await.unwrap();

        let mut expected = Vec::new();
        for job in [first, second, third] {
            expected.push(numbers(&console.job(&job.id).await));
        }
        let back = Page::back_at(console, &position).await;
        assert_eq!(back.beginning(console).await, expected);
    })
    .await;
}

#[tokio::test]
async fn a_page_comes_back_to_another_process_without_a_gap() {
    on_each(async |console, _| {
        let Database::Postgres(_) = &console.database else {
            return;
        };
        let other = Console::open(console.database.clone()).await;
        let watching = other.work().await;
        let mut page = Page::listen(&other).await;
        let job = start(console, 60).await;
        let work = console.work().await;
        // Told by a process that had nothing to do with it.
        let jobs = page.until_over().await;
        work.end().await;
        let last = numbers(&console.job(&job.id).await);
        assert_eq!(numbers(&jobs.last().unwrap().1), last);
        let back = Page::back_at(console, &jobs[0].0).await;
        let missed = if jobs.len() == 1 { vec![] } else { vec![last] };
        assert_eq!(back.beginning(console).await, missed);
        watching.end().await;
        other.store.close().await;
    })
    .await;
}

#[tokio::test]
async fn a_position_that_makes_no_sense_is_answered_with_the_present_state() {
    on_each(async |console, _| {
        start(console, 10).await;
        console.run_jobs().await;
        let open = start(console, 20).await;
        steer(console, "pause", &open.id).await.unwrap();
        let present = vec![numbers(&console.job(&open.id).await)];
        // Negative, text, of a job to come, of a time to come, of another job, too long.
        let long = "9".repeat(4000);
        for invalid_data in [
            "-1", "text", "7,7:1", "2,2:999", "1,2:1", "0x2", "%00", &long,
        ] {
            let back = Page::back_at(console, invalid_data).await;
            assert_eq!(back.beginning(console).await, present, "{invalid_data}");
            let back = Page::after(console, invalid_data).await;
            assert_eq!(back.beginning(console).await, present, "{invalid_data}");
        }
        let first = Page::listen(console).await;
        assert_eq!(first.beginning(console).await, present);
    })
    .await;
}

#[tokio::test]
async fn a_page_that_falls_behind_is_told_where_things_stand_now() {
    on_each(async |console, _| {
        let mut page = Page::listen(console).await;
        let job = start(console, 60).await;
        let work = console.work().await;
        // More than is kept for a page that reads nothing.
        until(async || {
            for _ in 0..100 {
                console.app.live.tell(LiveMessage::Trouble(None));
            }
            console.job(&job.id).await.state.is_over()
        })
        .await;
        for _ in 0..400 {
            console.app.live.tell(LiveMessage::Trouble(None));
        }
        let jobs = page.until_over().await;
        work.end().await;
        assert!(jobs.windows(2).all(|two| two[0].1.seq < two[1].1.seq));
        let last = numbers(&console.job(&job.id).await);
        assert_eq!(numbers(&jobs.last().unwrap().1), last);
    })
    .await;
}
