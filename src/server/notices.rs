//! What ended while operators looked elsewhere, as they ask for it afterwards.

use std::sync::Arc;
use std::time::Duration;

use super::live::Live;
use super::store::Store;
use super::{Scoped, ServerError, may};
use crate::domain::live::{LiveMessage, NoticeList};
use crate::domain::time::Timestamp;

/// How long notices are listed.
const LISTED_FOR: Duration = Duration::from_hours(30 * 24);

#[derive(Clone, Debug)]
pub struct Notices {
    store: Arc<Store>,
    live: Live,
}

impl Notices {
    pub fn new(store: Arc<Store>, live: Live) -> Self {
        Self { store, live }
    }

    /// The operator's notices of the last thirty days, dismissed or not.
    pub async fn list(&self, operator: &Scoped<may::View>) -> Result<NoticeList, ServerError> {
        let now = self.store.now().await?;
        let since = Timestamp(now.0 - LISTED_FOR.as_millis() as i64);
        let rows = self.store.recent_notices(&operator.name, since).await?;
        Ok(NoticeList { rows, now })
    }

    /// Marks the operator's notices up to this one as seen, on every open page.
    pub async fn see(&self, operator: &Scoped<may::View>, up_to: u32) -> Result<(), ServerError> {
        let now = self.store.now().await?;
        self.store.see_notices(&operator.name, up_to, now).await?;
        for notice in self.store.open_notices(&operator.name).await? {
            let message = LiveMessage::Notice(notice);
            self.live.tell_one(operator.name.clone(), message);
        }
        Ok(())
    }
}
