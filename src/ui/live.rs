//! Keeps the shared state up to date: the server's event stream, and asking again
//! and again where the stream does not get through.
//!
//! What arrives is whole by itself, so a message that was missed or comes twice does
//! no harm. What cannot be understood is left aside: it is from another version.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::browser::{self, Stream};
use super::devices::list_again;
use super::state::{Console, Link};
use super::words;
use crate::api::cache::read_cache_state;
use crate::api::jobs::{job_selection, list_jobs, read_job};
use crate::api::notices::open_notices;
use crate::api::wire;
use crate::domain::job::{ItemState, JobId, JobSummary};
use crate::domain::live::{LiveMessage, Notice};
use crate::domain::refresh::CacheState;

/// Where the tab keeps which jobs' devices have left its selection.
const DESELECTED_KEY: &str = "sunset.settled";

/// Seconds between attempts to connect again.
const BACKOFF_S: [u32; 5] = [1, 2, 5, 10, 30];

/// Rows are fetched again at most this often while a job runs.
const ROWS_EVERY_MS: f64 = 2000.0;

/// How many jobs are kept in mind.
const JOBS_KEPT: usize = 50;

/// What the connection needs to remember.
#[derive(Clone, Copy)]
struct Live {
    console: Console,
    /// Attempts since the stream last worked.
    attempts: StoredValue<usize>,
    /// When rows were last said to have changed.
    rows_at: StoredValue<f64>,
    /// How far the stream has brought this page; empty before its first message.
    position: StoredValue<String>,
}

/// Starts listening.
pub fn start(console: Console) {
    let live = Live::new(console);
    Effect::new(move |started: Option<()>| {
        console.check_link.track();
        match started {
            None => live.connect(),
            Some(()) => spawn_local(live.try_again()),
        }
    });
}

/// Takes in what a server function said of a job.
pub fn learn_job(console: Console, job: JobSummary) {
    Live::new(console).job(job);
}

impl Live {
    fn new(console: Console) -> Self {
        Self {
            console,
            attempts: StoredValue::new(0),
            rows_at: StoredValue::new(0.0),
            position: StoredValue::default(),
        }
    }

    /// Connects. The browser says where the page stood only to a stream that it opens
    /// again by itself.
    fn connect(self) {
        let url = match self.position.try_get_value() {
            Some(after) if !after.is_empty() => format!("/events?after={after}"),
            _ => "/events".to_owned(),
        };
        browser::listen(&url, move |event| match event {
            Stream::Open => {
                self.attempts.try_set_value(0);
                self.console.link.try_set(Link::Live);
                // Said again if it is so.
                self.console.session_ends.try_set(None);
                self.catch_up();
            }
            Stream::Message { text, position } => {
                self.take(&text);
                self.position.try_set_value(position);
            }
            Stream::Lost => {
                self.console.link.try_set(Link::Reconnecting);
            }
            Stream::Closed => self.retry(),
        });
    }

    /// Connects again after a while, and asks meanwhile.
    fn retry(self) {
        self.console.link.try_set(Link::Reconnecting);
        let attempt = self.attempts.try_get_value().unwrap_or_default();
        self.attempts.try_set_value(attempt + 1);
        let seconds = BACKOFF_S[attempt.min(BACKOFF_S.len() - 1)];
        spawn_local(async move {
            browser::sleep(seconds * 1000).await;
            self.try_again().await;
        });
    }

    /// Asks for what may have been missed, and connects again.
    async fn try_again(self) {
        if self.console.link.try_get_untracked() != Some(Link::Live) {
            self.poll().await;
            self.connect();
        }
    }

    /// What the stream would have told.
    async fn poll(self) {
        if let Ok(page) = list_jobs(None, 1, 20).await {
            page.rows
                .into_iter()
                .filter(|job| !job.state.is_over())
                .for_each(|job| self.job(job));
        }
        if let Ok(cache) = read_cache_state().await {
            self.cache(cache);
        }
        if let Ok(notices) = open_notices().await {
            notices.into_iter().for_each(|notice| self.notice(notice));
        }
        self.catch_up();
    }

    /// Jobs that may have ended unseen are read again: the stream begins with the
    /// unfinished ones.
    fn catch_up(self) {
        let open: Vec<JobId> = self
            .console
            .jobs
            .try_with_untracked(|jobs| {
                jobs.iter()
                    .filter(|job| !job.state.is_over())
                    .map(|job| job.id.clone())
                    .collect()
            })
            .unwrap_or_default();
        for id in open {
            spawn_local(async move {
                if let Ok(job) = read_job(id).await {
                    self.job(job);
                }
            });
        }
    }

    fn take(self, text: &str) {
        match wire::read(text.as_bytes()) {
            Ok(LiveMessage::Job(job)) => self.job(*job),
            Ok(LiveMessage::Cache(cache)) => self.cache(cache),
            Ok(LiveMessage::Notice(notice)) => self.notice(notice),
            Ok(LiveMessage::Trouble(why)) => {
                self.console.trouble.try_set(why);
            }
            Ok(LiveMessage::Directory(outage)) => {
                self.console.directory.try_set(outage);
            }
            Ok(LiveMessage::SessionEnds(end)) => {
                self.console.session_ends.try_set(end);
            }
            Err(_) => {}
        }
    }

    fn job(self, job: JobSummary) {
        let known = self.console.jobs.try_with_untracked(|jobs| {
            jobs.iter()
                .find(|known| known.id == job.id)
                .map(|known| (known.seq, known.state))
        });
        let Some(known) = known else { return };
        if known.is_some_and(|(seq, _)| job.seq <= seq) {
            return;
        }
        let over = job.state.is_over();
        let id = job.id.clone();
        self.console.jobs.try_update(|jobs| {
            match jobs.iter_mut().find(|known| known.id == job.id) {
                Some(known) => *known = job,
                None => jobs.insert(0, job),
            }
            jobs.truncate(JOBS_KEPT);
        });
        if over {
            self.deselect_done(id);
        }
        self.rows_changed(over);
    }

    fn cache(self, cache: CacheState) {
        let before = self.console.cache.try_get_untracked().flatten();
        let ended = before
            .as_ref()
            .is_some_and(|before| before.running().is_some())
            && cache.running().is_none();
        // The page may have been made before what it hears first.
        let changed = before.is_none_or(|before| before.generation != cache.generation);
        self.console.cache.try_set(Some(cache));
        if ended || changed {
            self.rows_changed(ended);
        }
    }

    fn notice(self, notice: Notice) {
        if let Some(id) = &notice.job {
            self.deselect_done(id.clone());
        }
        self.console.notices.try_update(|notices| {
            match notices
                .iter_mut()
                .find(|known| known.number == notice.number)
            {
                Some(known) => *known = notice,
                None => notices.push(notice),
            }
        });
    }

    /// Says that rows changed: now, or when the last time is long enough ago.
    fn rows_changed(self, now: bool) {
        let at = browser::now_ms();
        let last = self.rows_at.try_get_value().unwrap_or_default();
        if now || ROWS_EVERY_MS <= at - last {
            self.rows_at.try_set_value(at);
            list_again(self.console);
        }
    }

    /// The devices on which a job was carried out leave the selection, once.
    fn deselect_done(self, id: JobId) {
        let deselected = browser::session_get(DESELECTED_KEY).unwrap_or_default();
        if deselected.split(' ').any(|known| known == id.as_str()) {
            return;
        }
        let empty = self
            .console
            .selection
            .try_with_untracked(|s| s.is_empty())
            .unwrap_or(true);
        spawn_local(async move {
            if !empty {
                let Ok(done) = job_selection(id.clone(), ItemState::Succeeded).await else {
                    return;
                };
                self.console.select(words::HOW_DONE, |selection| {
                    selection.remove_all(&done);
                });
            }
            let latest = deselected
                .split(' ')
                .take(JOBS_KEPT)
                .collect::<Vec<_>>()
                .join(" ");
            browser::session_set(DESELECTED_KEY, &format!("{} {latest}", id.as_str()));
        });
    }
}
