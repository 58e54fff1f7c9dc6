//! The embedded directory: tables in our own database. The authority where no other
//! is configured, and what `sunset import` fills. A job's effect on it is
//! `Store::run_local_batch`, because effect and record are one transaction.

use std::sync::Arc;

use super::{Answer, Directory, DirectoryPage};
use crate::domain::action::effect::EffectKind;
use crate::server::store::Store;

/// Devices in a page, each a transaction of the inventory.
const PAGE: u32 = 2000;

#[derive(Clone, Debug)]
pub struct LocalDirectory(Arc<Store>);

impl LocalDirectory {
    pub fn new(store: Arc<Store>) -> Self {
        Self(store)
    }
}

impl Directory for LocalDirectory {
    fn name(&self) -> String {
        "the embedded directory".to_owned()
    }

    fn can(&self, effect: EffectKind) -> bool {
        !effect.is_command()
    }

    fn size(&self) -> Answer<'_, Option<u64>> {
        Box::pin(async { Ok(Some(self.0.count_directory_devices().await?)) })
    }

    fn list(&self, page: Option<String>) -> Answer<'_, DirectoryPage> {
        Box::pin(async move {
            let after = page.unwrap_or_default();
            let devices = self.0.directory_devices_after(&after, PAGE).await?;
            let next = devices
                .last()
                .filter(|_| devices.len() == PAGE as usize)
                .map(|last| last.device_id.clone());
            Ok(DirectoryPage {
                devices,
                unclear: Vec::new(),
                next,
            })
        })
    }
}
