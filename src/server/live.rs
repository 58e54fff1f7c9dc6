//! Telling open pages what happens. A wake-up, not the truth: that is in the
//! database, and a page that missed something is told the present state.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::broadcast;

use crate::domain::live::LiveMessage;

/// How many messages a slow page may be behind before it is told the state anew.
const BACKLOG: usize = 256;

#[derive(Clone, Debug)]
pub struct Live {
    pages: broadcast::Sender<LiveMessage>,
    trouble: Arc<Mutex<Option<&'static str>>>,
}

impl Live {
    pub fn new() -> Self {
        Self {
            pages: broadcast::Sender::new(BACKLOG),
            trouble: Arc::default(),
        }
    }

    /// Tells every open page. Nobody listening is fine.
    pub fn tell(&self, message: LiveMessage) {
        let _ = self.pages.send(message);
    }

    pub fn listen(&self) -> broadcast::Receiver<LiveMessage> {
        self.pages.subscribe()
    }

    /// Jobs wait for the database, for this reason, or no longer. Told when it
    /// changes.
    pub fn trouble(&self, why: Option<&'static str>) {
        let before = {
            let mut trouble = self.trouble.lock().unwrap_or_else(PoisonError::into_inner);
            std::mem::replace(&mut *trouble, why)
        };
        if before != why {
            self.tell(self.trouble_now(why));
        }
    }

    /// The present trouble, for a page that has just come.
    pub fn present_trouble(&self) -> LiveMessage {
        let why = *self.trouble.lock().unwrap_or_else(PoisonError::into_inner);
        self.trouble_now(why)
    }

    fn trouble_now(&self, why: Option<&'static str>) -> LiveMessage {
        LiveMessage::Trouble(why.map(str::to_owned))
    }
}
