//! Telling open pages what happens. A wake-up, not the truth: that is in the
//! database, and a page that missed something is told the present state.

use tokio::sync::broadcast;

use crate::domain::live::LiveMessage;

/// How many messages a slow page may be behind before it is told the state anew.
const BACKLOG: usize = 256;

#[derive(Clone, Debug)]
pub struct Live(broadcast::Sender<LiveMessage>);

impl Live {
    pub fn new() -> Self {
        Self(broadcast::Sender::new(BACKLOG))
    }

    /// Tells every open page. Nobody listening is fine.
    pub fn tell(&self, message: LiveMessage) {
        let _ = self.0.send(message);
    }

    pub fn listen(&self) -> broadcast::Receiver<LiveMessage> {
        self.0.subscribe()
    }
}
