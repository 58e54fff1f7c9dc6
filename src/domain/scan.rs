//! Scanning devices one by one, as at a recycling bench.
//!
//! A scanner types faster than any server answers. Each scan is noted at once and answered
//! in its turn, so none is lost, and each counts against the selection as the one before it
//! has left it.

use serde::{Deserialize, Serialize};

use super::device::{Device, DeviceId};
use super::number::grouped;
use super::selection::Selection;
use super::status::DeviceStatus;

/// The longest code, in characters. No serial number is longer.
pub const MAX_CODE: usize = 200;

/// What the inventory has of a code.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scanned {
    pub devices: Vec<Device>,
    /// Several devices have what the code says.
    pub ambiguous: bool,
}

/// What came of a scan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScanResult {
    /// The server was not asked yet, or has not answered.
    Waiting,
    /// The device is selected now.
    Selected,
    /// It was selected before.
    Repeated,
    /// The device is deprovisioned already, so it is not selected.
    Deprovisioned,
    /// More than one device has this code.
    Ambiguous,
    Unknown,
    /// The server could not be asked.
    Failed,
}

impl ScanResult {
    /// What a code means while these devices are selected, and for which device.
    pub fn of<'a>(scanned: &'a Scanned, selection: &Selection) -> (Self, Option<&'a Device>) {
        let outcome = match &scanned.devices[..] {
            [] if scanned.ambiguous => Self::Ambiguous,
            [] => Self::Unknown,
            [device] if device.directory.status == DeviceStatus::Deprovisioned => {
                Self::Deprovisioned
            }
            [device] if selection.contains(device.id) => Self::Repeated,
            [_] => Self::Selected,
            _ => Self::Ambiguous,
        };
        match &scanned.devices[..] {
            [device] => (outcome, Some(device)),
            _ => (outcome, None),
        }
    }

    pub fn label(self) -> &'static str {
        match self {
            Self::Waiting => "Checking…",
            Self::Selected => "Matched",
            Self::Repeated => "Already selected",
            Self::Deprovisioned => "Already deprovisioned",
            Self::Ambiguous => "More than one device",
            Self::Unknown => "Unknown",
            Self::Failed => "Not checked",
        }
    }
}

/// One scan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scan {
    /// Counted from 1.
    pub number: u32,
    pub code: String,
    pub outcome: ScanResult,
    pub device: Option<DeviceId>,
    /// The device's serial number and model.
    pub name: String,
}

/// The scans of a session, oldest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ScanLog {
    scans: Vec<Scan>,
    last: u32,
}

impl ScanLog {
    /// Notes what was scanned. Nothing happens for a blank.
    pub fn begin(&mut self, code: &str) {
        let code: String = code.trim().chars().take(MAX_CODE).collect();
        if code.is_empty() {
            return;
        }
        self.last += 1;
        self.scans.push(Scan {
            number: self.last,
            code,
            outcome: ScanResult::Waiting,
            device: None,
            name: String::new(),
        });
    }

    /// The first scan that waits for an answer.
    pub fn first_waiting(&self) -> Option<(u32, String)> {
        let waits = |scan: &&Scan| scan.outcome == ScanResult::Waiting;
        let scan = self.scans.iter().find(waits)?;
        Some((scan.number, scan.code.clone()))
    }

    /// Notes the answer. Returns false if the scan was undone meanwhile.
    pub fn complete(&mut self, number: u32, outcome: ScanResult, device: Option<&Device>) -> bool {
        let Some(scan) = self.scans.iter_mut().find(|scan| scan.number == number) else {
            return false;
        };
        scan.outcome = outcome;
        scan.device = device.map(|device| device.id);
        scan.name = device.map_or_else(String::new, |device| {
            let it = &device.directory;
            [it.name(), &it.model].join(" ").trim().to_owned()
        });
        true
    }

    /// Takes the last scan back. If it has selected its device, that is to be undone too.
    pub fn undo(&mut self) -> Option<Scan> {
        self.scans.pop()
    }

    /// Asks again for the scans that could not be checked.
    pub fn retry(&mut self) {
        let failed = |scan: &&mut Scan| scan.outcome == ScanResult::Failed;
        for scan in self.scans.iter_mut().filter(failed) {
            scan.outcome = ScanResult::Waiting;
        }
    }

    /// The last scans, newest first.
    pub fn newest(&self, most: usize) -> Vec<Scan> {
        self.scans.iter().rev().take(most).cloned().collect()
    }

    /// The newest scan that is answered.
    pub fn newest_answered(&self) -> Option<&Scan> {
        let answered = |scan: &&Scan| scan.outcome != ScanResult::Waiting;
        self.scans.iter().rev().find(answered)
    }

    pub fn count(&self, outcome: ScanResult) -> usize {
        let has = |scan: &&Scan| scan.outcome == outcome;
        self.scans.iter().filter(has).count()
    }

    pub fn is_empty(&self) -> bool {
        self.scans.is_empty()
    }

    /// `14 scanned: 12 matched, 2 unknown`.
    pub fn counts(&self) -> String {
        const TOLD: [(ScanResult, &str); 7] = [
            (ScanResult::Selected, "matched"),
            (ScanResult::Repeated, "already selected"),
            (ScanResult::Deprovisioned, "already deprovisioned"),
            (ScanResult::Ambiguous, "ambiguous"),
            (ScanResult::Unknown, "unknown"),
            (ScanResult::Failed, "not checked"),
            (ScanResult::Waiting, "being checked"),
        ];
        let parts = TOLD.iter().filter_map(|(outcome, word)| {
            let count = self.count(*outcome);
            (count != 0).then(|| format!("{} {word}", grouped(count as u64)))
        });
        let parts: Vec<_> = parts.collect();
        let scanned = format!("{} scanned", grouped(self.scans.len() as u64));
        match parts.is_empty() {
            true => scanned,
            false => format!("{scanned}: {}", parts.join(", ")),
        }
    }
}

#[cfg(test)]
mod tests;
