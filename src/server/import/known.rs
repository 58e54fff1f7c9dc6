//! Which of the directory's devices a row means: by its id, else by its serial number.

use std::collections::HashMap;

use super::change::{DeviceChange, made_up_id};
use super::error::Refusal;
use crate::domain::device::DirectoryDevice;
use crate::server::store::{StoreError, Tx, matching_directory_devices};

/// The directory's devices that a batch may be about.
pub struct Known {
    by_id: HashMap<String, DirectoryDevice>,
    ids_by_serial: HashMap<String, Vec<String>>,
}

impl Known {
    pub async fn read(tx: &mut Tx, rows: &[(u64, DeviceChange)]) -> Result<Self, StoreError> {
        let ids: Vec<_> = rows
            .iter()
            .filter_map(|(_, row)| row.device_id.as_deref())
            .collect();
        let serials: Vec<_> = rows
            .iter()
            .filter_map(|(_, row)| row.serial.as_deref())
            .collect();
        let mut known = Self {
            by_id: HashMap::new(),
            ids_by_serial: HashMap::new(),
        };
        for device in matching_directory_devices(tx, &ids, &serials).await? {
            let ids = known
                .ids_by_serial
                .entry(device.serial.clone())
                .or_default();
            ids.push(device.device_id.clone());
            known.by_id.insert(device.device_id.clone(), device);
        }
        Ok(known)
    }

    /// The device that a row is about: by its id, else by its exact serial number.
    /// `None`: a new one.
    pub fn device_meant(&self, change: &DeviceChange) -> Result<Option<&DirectoryDevice>, Refusal> {
        let same_serial: &[String] = change
            .serial
            .as_ref()
            .and_then(|serial| self.ids_by_serial.get(serial))
            .map_or(&[], Vec::as_slice);
        let serial = || change.serial.clone().unwrap_or_default();
        let Some(id) = &change.device_id else {
            return match same_serial {
                [] => Ok(None),
                [only] => Ok(self.by_id.get(only)),
                several => {
                    let count = several.len() as u64;
                    Err(Refusal::Ambiguous {
                        serial: serial(),
                        count,
                    })
                }
            };
        };
        match same_serial.iter().find(|same| *same != id) {
            None => Ok(self.by_id.get(id)),
            // Known until now by its serial number alone: it keeps the id it was given.
            Some(other) if *other == made_up_id(&serial()) && !self.by_id.contains_key(id) => {
                Ok(self.by_id.get(other))
            }
            Some(other) => Err(Refusal::SerialTaken {
                serial: serial(),
                device_id: other.clone(),
            }),
        }
    }
}
