//! What is read of devices: pages of the listing, and devices one by one.

use std::collections::HashSet;
use std::sync::atomic::Ordering;

use serde::de::DeserializeOwned;
use uuid::Uuid;

use super::failure::Failure;
use super::wire::{FIELDS, WireCount, WireDevice, WirePage};
use super::{GoogleDirectory, parse, percent_encoded};
use crate::domain::backoff;
use crate::domain::device::DirectoryDevice;
use crate::server::directory::{DirectoryError, DirectoryPage};
use crate::server::join::join_all;
use crate::server::store::StoreError;

/// Devices on a page, as asked for; Google may give fewer.
const PAGE: u32 = 200;

/// Devices that a page surely has, for reckoning what a listing costs.
const SURE_PAGE: u64 = 100;

/// Devices of a fleet whose size Google does not tell.
const LARGE: u64 = 1_000_000;

/// Where devices are counted.
pub(super) const COUNT: &str = "/devices/chromeos:countChromeOsDevices";

/// How often something is read again that may be there later: some three minutes.
const TRIES: u32 = 8;

/// How often a page is asked for again whose token is said to be bad.
const TOKEN_TRIES: u32 = 2;

/// Devices that are read at the same time.
const AT_ONCE: usize = 8;

/// Why something could not be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    #[error(transparent)]
    Failure(#[from] Failure),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<ReadError> for DirectoryError {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::Failure(failure) => failure.into(),
            ReadError::Store(error) => error.into(),
        }
    }
}

impl GoogleDirectory {
    /// A page of the listing.
    pub(super) async fn page(&self, token: Option<&str>) -> Result<DirectoryPage, ReadError> {
        let mut path = format!(
            "/devices/chromeos?projection=FULL&maxResults={PAGE}\
             &fields=nextPageToken,chromeosdevices({FIELDS})"
        );
        if let Some(token) = token {
            path.push_str("&pageToken=");
            path.push_str(&percent_encoded(token));
        }
        let mut failures = 0;
        let page: WirePage = loop {
            match self.read(&path).await {
                Err(ReadError::Failure(Failure::Malformed(told)))
                    if token.is_some() && failures < TOKEN_TRIES =>
                {
                    failures += 1;
                    tracing::warn!(told, "a page token is said to be bad");
                    // 5 and 10 seconds are what has helped others.
                    tokio::time::sleep(self.times.again * 5 * failures).await;
                }
                page => break page?,
            }
        };
        let mut devices = Vec::with_capacity(page.chromeosdevices.len());
        for device in page.chromeosdevices {
            devices.push(understood(device)?);
        }
        Ok(DirectoryPage {
            devices,
            next: page.next_page_token.filter(|token| !token.is_empty()),
        })
    }

    /// These devices as they are now, by whichever way takes fewer calls. Those that
    /// there are not any more are left out.
    pub(super) async fn devices(&self, ids: &[&str]) -> Result<Vec<DirectoryDevice>, ReadError> {
        let pages = match self.read::<WireCount>(COUNT).await {
            Ok(count) => count.count.parse().unwrap_or(LARGE).div_ceil(SURE_PAGE),
            Err(ReadError::Failure(failure)) if !failure.may_pass() => LARGE.div_ceil(SURE_PAGE),
            Err(error) => return Err(error),
        };
        if ids.len() as u64 <= pages {
            return self.devices_one_by_one(ids).await;
        }
        let wanted: HashSet<&str> = ids.iter().copied().collect();
        let mut found = Vec::new();
        let mut seen = HashSet::new();
        let mut next = None;
        loop {
            let page = self.page(next.as_deref()).await?;
            for device in page.devices {
                if wanted.contains(device.device_id.as_str())
                    && seen.insert(device.device_id.clone())
                {
                    found.push(device);
                }
            }
            next = page.next;
            if next.is_none() {
                break;
            }
        }
        // A listing can leave devices out: what is missing is asked for by name.
        let missing: Vec<&str> = ids
            .iter()
            .copied()
            .filter(|id| !seen.contains(*id))
            .collect();
        found.extend(self.devices_one_by_one(&missing).await?);
        Ok(found)
    }

    async fn devices_one_by_one(&self, ids: &[&str]) -> Result<Vec<DirectoryDevice>, ReadError> {
        let mut found = Vec::new();
        for ids in ids.chunks(AT_ONCE) {
            let paths: Vec<String> = ids.iter().map(|id| device_path(id)).collect();
            for read in join_all(paths.iter().map(|path| self.read(path))).await {
                match read {
                    Ok(device) => found.push(understood(device)?),
                    Err(ReadError::Failure(Failure::NotFound(_))) => {}
                    Err(error) => return Err(error),
                }
            }
        }
        Ok(found)
    }

    /// A device as it is now. Asked once: whoever asks comes again, and has its turn.
    pub(super) async fn device(&self, id: &str) -> Result<Option<DirectoryDevice>, Failure> {
        match self.get(&device_path(id)).await {
            Ok(body) => Ok(Some(understood(parse(&body)?)?)),
            Err(Failure::NotFound(_)) => Ok(None),
            Err(failure) => Err(failure),
        }
    }

    /// Reads, in turn, and again where that may help.
    async fn read<T: DeserializeOwned>(&self, path: &str) -> Result<T, ReadError> {
        let mut failures = 0;
        loop {
            self.line.turn().await?;
            let read = self.get(path).await.and_then(|body| parse(&body));
            let failure = match read {
                Ok(read) => {
                    self.away.store(false, Ordering::Relaxed);
                    if failures != 0 {
                        self.line.answers_again().await?;
                    }
                    return Ok(read);
                }
                Err(failure) if failure.may_pass() && failures < TRIES => failure,
                Err(failure) => return Err(failure.into()),
            };
            failures += 1;
            tracing::warn!(%failure, failures, "the directory is asked again");
            let spread = Uuid::new_v4().as_fields().0 % 1000;
            if let Failure::Throttled { wait } = failure {
                self.line.slow_down(wait, spread).await?;
            } else {
                self.away.store(true, Ordering::Relaxed);
                let seconds = backoff::wait(failures, spread) as f64 / 1000.0;
                tokio::time::sleep(self.times.again.mul_f64(seconds)).await;
            }
        }
    }
}

fn device_path(id: &str) -> String {
    let id = percent_encoded(id);
    format!("/devices/chromeos/{id}?projection=FULL&fields={FIELDS}")
}

fn understood(device: WireDevice) -> Result<DirectoryDevice, Failure> {
    device.try_into().map_err(|what| {
        Failure::Unanswered(format!("a device in the answer makes no sense: {what}"))
    })
}
