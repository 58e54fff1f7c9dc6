//! What the server tells every open page as it happens (`GET /events`).
//!
//! Each message is whole by itself: a page that missed some is right again with
//! the next one. How far the messages bring it says their id ([`super::position`]).

use serde::{Deserialize, Serialize};

use super::directory_health::Outage;
use super::job::{JobId, JobSummary};
use super::refresh::CacheState;
use super::time::Timestamp;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LiveMessage {
    Job(Box<JobSummary>),
    Cache(CacheState),
    Notice(Notice),
    /// What is wrong with the database, in sentences; `None` when nothing is.
    Trouble(Option<String>),
    /// Why nothing can be deprovisioned; `None` when the directory can be reached.
    Directory(Option<Outage>),
    /// The session of the page ends within two minutes; `None` when it does not any more.
    SessionEnds(Option<SessionEnd>),
}

/// Why a session ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SessionEnd {
    /// It was not used. Any request prolongs it.
    Unused,
    /// No session lasts longer.
    Longest,
}

/// Something that ended while the operator may have looked elsewhere. It stays
/// until it is dismissed, over reloads and on every screen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    pub number: u32,
    pub at: Timestamp,
    pub text: String,
    /// Everything went as it should.
    pub good: bool,
    pub job: Option<JobId>,
    /// It was in the list when the operator opened that, or it was dismissed.
    pub seen: bool,
}

/// The operator's notices, newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoticeList {
    pub rows: Vec<Notice>,
    /// The server's clock.
    pub now: Timestamp,
}
