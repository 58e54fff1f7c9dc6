//! Notifies open pages of changes. The database remains authoritative: a page that missed a
//! message is sent the current state.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::broadcast;

use crate::domain::directory_health::Outage;
use crate::domain::live::LiveMessage;

/// How many messages a slow page may be behind before it is told the state anew.
const BACKLOG: usize = 256;

/// A message, and for whom it is: everybody, or the operator of this name.
#[derive(Clone, Debug)]
pub struct Addressed {
    pub to: Option<String>,
    pub message: LiveMessage,
}

#[derive(Clone, Debug)]
pub struct Live {
    pages: broadcast::Sender<Addressed>,
    troubles: Arc<Mutex<Troubles>>,
}

/// What is wrong just now.
#[derive(Debug, Default)]
struct Troubles {
    database: Option<&'static str>,
    log: Option<&'static str>,
    directory: Option<Outage>,
}

impl Troubles {
    fn of_database(&self) -> Option<String> {
        let waits = |why| format!("{why} Jobs wait and go on by themselves.");
        let log = || self.log.map(str::to_owned);
        self.database.map(waits).or_else(log)
    }
}

impl Live {
    pub fn new() -> Self {
        Self {
            pages: broadcast::Sender::new(BACKLOG),
            troubles: Arc::default(),
        }
    }

    /// Tells every open page. Nobody listening is fine.
    pub fn tell(&self, message: LiveMessage) {
        let _ = self.pages.send(Addressed { to: None, message });
    }

    /// Tells the pages of one operator.
    pub fn tell_one(&self, operator: String, message: LiveMessage) {
        let to = Some(operator);
        let _ = self.pages.send(Addressed { to, message });
    }

    pub fn listen(&self) -> broadcast::Receiver<Addressed> {
        self.pages.subscribe()
    }

    /// Jobs wait for the database, for this reason, or no longer. Told when it
    /// changes.
    pub fn set_database_problem(&self, why: Option<&'static str>) {
        self.change(|troubles| troubles.database = why);
    }

    /// What is wrong with the database's log, which holds no job up. Told when it changes.
    pub fn set_log_problem(&self, why: Option<&'static str>) {
        self.change(|troubles| troubles.log = why);
    }

    fn change(&self, change: impl FnOnce(&mut Troubles)) {
        let (before, after) = {
            let mut troubles = self.troubles();
            let before = troubles.of_database();
            change(&mut troubles);
            (before, troubles.of_database())
        };
        if before != after {
            self.tell(LiveMessage::Trouble(after));
        }
    }

    /// The directory cannot be used, or can again. Told when it changes.
    pub fn set_directory_outage(&self, outage: Option<Outage>) {
        let before = std::mem::replace(&mut self.troubles().directory, outage.clone());
        if before != outage {
            self.tell(LiveMessage::Directory(outage));
        }
    }

    /// The present troubles, for a page that has just come.
    pub fn present_troubles(&self) -> [LiveMessage; 2] {
        let troubles = self.troubles();
        [
            LiveMessage::Trouble(troubles.of_database()),
            LiveMessage::Directory(troubles.directory.clone()),
        ]
    }

    fn troubles(&self) -> MutexGuard<'_, Troubles> {
        self.troubles.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
