//! All that is known of a device, as the browser gets it.

use serde::{Deserialize, Serialize};

use super::device::Device;
use super::job::{JobItem, JobSummary};
use super::time::Timestamp;

/// A device with all jobs that ever held it, newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceDetail {
    pub device: Device,
    pub jobs: Vec<(JobSummary, JobItem)>,
    pub now: Timestamp,
}
