//! What is read of devices: pages of the listing, and devices one by one.

use std::collections::HashSet;
use std::sync::atomic::Ordering;

use futures_util::future::join_all;
use serde::de::DeserializeOwned;
use uuid::Uuid;

use super::failure::Failure;
use super::wire::{FIELDS, WireCount, WireDevice, WirePage};
use super::{GoogleDirectory, parse, percent_encoded};
use crate::domain::backoff;
use crate::domain::device::DirectoryDevice;
use crate::server::directory::walk::ListingGuard;
use crate::server::directory::{DirectoryError, DirectoryPage, Live};
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
                Err(ReadError::Failure(Failure::Malformed(message)))
                    if token.is_some() && failures < TOKEN_TRIES =>
                {
                    failures += 1;
                    tracing::warn!(cause = message, "a page token is said to be bad");
                    // 5 and 10 seconds are what has helped others.
                    tokio::time::sleep(self.times.again * 5 * failures).await;
                }
                page => break page?,
            }
        };
        let mut devices = Vec::with_capacity(page.chromeosdevices.len());
        let mut unclear = Vec::new();
        for device in page.chromeosdevices {
            let Some(read) = device.read() else {
                tracing::warn!("a device in the answer has no id");
                unclear.push(String::new());
                continue;
            };
            if let Some(what) = read.unclear {
                let device_id = read.device.device_id.clone();
                tracing::warn!(device_id, what, "a device could not be read in full");
                unclear.push(device_id);
            }
            devices.push(read.device);
        }
        Ok(DirectoryPage {
            devices,
            unclear,
            next: page.next_page_token.filter(|token| !token.is_empty()),
        })
    }

    /// These devices as they are now, by whichever way takes fewer calls. Those that
    /// there are not any more are left out.
    pub(super) async fn devices(&self, ids: &[&str]) -> Result<Live, ReadError> {
        let pages = match self.read::<WireCount>(COUNT).await {
            Ok(count) => count.count.parse().unwrap_or(LARGE).div_ceil(SURE_PAGE),
            Err(ReadError::Failure(failure)) if !failure.is_transient() => {
                LARGE.div_ceil(SURE_PAGE)
            }
            Err(error) => return Err(error),
        };
        if ids.len() as u64 <= pages {
            return self.devices_one_by_one(ids).await;
        }
        let wanted: HashSet<&str> = ids.iter().copied().collect();
        let mut found = Vec::new();
        let mut seen = HashSet::new();
        let mut next = None;
        let mut walk = ListingGuard::default();
        loop {
            let page = self.page(next.as_deref()).await?;
            next = match walk.next(&page) {
                Ok(next) => next,
                // The rest is asked for by name.
                Err(error) => {
                    tracing::warn!(%error, "a listing is given up");
                    None
                }
            };
            for device in page.devices {
                if wanted.contains(device.device_id.as_str())
                    && seen.insert(device.device_id.clone())
                {
                    found.push(device);
                }
            }
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
        let mut live = self.devices_one_by_one(&missing).await?;
        live.devices.extend(found);
        Ok(live)
    }

    async fn devices_one_by_one(&self, ids: &[&str]) -> Result<Live, ReadError> {
        let mut live = Live::default();
        for ids in ids.chunks(AT_ONCE) {
            let paths: Vec<String> = ids.iter().map(|id| device_path(id)).collect();
            let reads = join_all(paths.iter().map(|path| self.read(path))).await;
            for (id, read) in ids.iter().zip(reads) {
                match read {
                    Ok(device) => {
                        let read = WireDevice::read(device);
                        live.devices.extend(read.map(|it| it.device));
                    }
                    Err(ReadError::Failure(Failure::NotFound(_))) => {}
                    Err(ReadError::Failure(Failure::Malformed(message))) => {
                        tracing::warn!(device_id = id, cause = message, "a device cannot be read");
                        live.refused.push(((*id).to_owned(), message));
                    }
                    Err(error) => return Err(error),
                }
            }
        }
        Ok(live)
    }

    /// A device as it is now. Asked once: whoever asks comes again, and has its turn. One
    /// that cannot be read in full does not tell what became of it.
    pub(super) async fn device(&self, id: &str) -> Result<Option<DirectoryDevice>, Failure> {
        match self.get(&device_path(id)).await {
            Ok(body) => match parse::<WireDevice>(&body)?.read() {
                Some(read) if read.unclear.is_none() => Ok(Some(read.device)),
                read => {
                    let what = read.and_then(|it| it.unclear).unwrap_or("its id");
                    let message = format!("a device in the answer makes no sense: {what}");
                    Err(Failure::Unanswered(message))
                }
            },
            Err(Failure::NotFound(_)) => Ok(None),
            Err(failure) => Err(failure),
        }
    }

    /// Reads, in turn, and again where that may help.
    async fn read<T: DeserializeOwned>(&self, path: &str) -> Result<T, ReadError> {
        let mut failures = 0;
        loop {
            self.limiter.wait().await?;
            let read = self.get(path).await.and_then(|body| parse(&body));
            let failure = match read {
                Ok(read) => {
                    self.away.store(false, Ordering::Relaxed);
                    if failures != 0 {
                        self.limiter.answers_again().await?;
                    }
                    return Ok(read);
                }
                Err(failure) if failure.is_transient() && failures < TRIES => failure,
                Err(failure) => return Err(failure.into()),
            };
            failures += 1;
            tracing::warn!(%failure, failures, "the directory is asked again");
            let spread = Uuid::new_v4().as_fields().0 % 1000;
            if let Failure::Throttled { wait } = failure {
                self.limiter.slow_down(wait, spread).await?;
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
