//! Changes of what administrators write on devices, and of where devices are: `patch` and
//! `moveDevicesToOu`.

use axum::http::Method;
use serde::{Deserialize, Serialize};

use super::{Failure, GoogleDirectory, ORG_UNITS, failure, parse, percent_encoded};
use crate::domain::action::fields::FieldChanges;
use crate::domain::job::answer::DeviceResult;
use crate::server::directory::remote::CallError;

/// What `patch` sets. A field that is not there stays as it is; an empty one is cleared.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct WireFields<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    annotated_asset_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    annotated_user: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    annotated_location: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    notes: Option<String>,
}

/// The devices of a `moveDevicesToOu`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct WireMoved<'a> {
    device_ids: &'a [&'a str],
}

/// What is answered to a change, of which nothing is needed but that it is Google's: an
/// object, and no page that something else has sent in its place.
#[derive(Debug, Deserialize)]
struct Answered {}

impl GoogleDirectory {
    /// `patch`, of one device. Google has no call that adds to the notes, so what stands
    /// there is read first; sent twice, the note still stands there once.
    pub(super) async fn patch_fields(
        &self,
        device_id: &str,
        changes: &FieldChanges,
    ) -> Result<Vec<(String, DeviceResult)>, CallError> {
        let verdict = match self.try_patch(device_id, changes).await {
            Ok(verdict) => verdict,
            Err(failure) => failure::verdict_of_one(failure)?,
        };
        Ok(vec![(device_id.to_owned(), verdict)])
    }

    async fn try_patch(
        &self,
        device_id: &str,
        changes: &FieldChanges,
    ) -> Result<DeviceResult, Failure> {
        let mut notes = None;
        if changes.note.is_some() {
            self.limiter
                .wait()
                .await
                .map_err(|error| Failure::NotSent(error.to_string()))?;
            let Some(device) = self.device(device_id).await? else {
                return Ok(DeviceResult::Gone);
            };
            notes = changes.notes_after(&device.notes);
            if notes.is_none() {
                let message = "the notes of the device would be too long";
                return Ok(DeviceResult::Refused(message.to_owned()));
            }
        }
        let fields = WireFields {
            annotated_asset_id: changes.asset_id.as_deref(),
            annotated_user: changes.user.as_deref(),
            annotated_location: changes.location.as_deref(),
            notes,
        };
        let body = serde_json::to_vec(&fields)
            .map_err(|_| Failure::Malformed("the fields cannot be written".to_owned()))?;
        let path = format!(
            "/devices/chromeos/{}?fields=deviceId",
            percent_encoded(device_id)
        );
        let body = self.change(Method::PATCH, &path, body.into()).await?;
        parse::<Answered>(&body)?;
        Ok(DeviceResult::Done)
    }

    /// `moveDevicesToOu`. Google says nothing of single devices: those that it did not move
    /// are found when the job reads its devices before it ends.
    pub(super) async fn move_to(
        &self,
        device_ids: &[&str],
        org_unit: &str,
    ) -> Result<Vec<(String, DeviceResult)>, CallError> {
        let moved = serde_json::to_vec(&WireMoved { device_ids })
            .map_err(|_| Failure::Malformed("the call cannot be written".to_owned()))?;
        let path = format!(
            "/devices/chromeos/moveDevicesToOu?orgUnitPath={}",
            percent_encoded(org_unit)
        );
        match self.change(Method::POST, &path, moved.into()).await {
            Ok(body) if body.is_empty() => {}
            Ok(body) => {
                parse::<Answered>(&body)?;
            }
            // Wrong ids of devices go unnoticed, so it is the org unit that is wrong.
            Err(Failure::Malformed(message) | Failure::NotFound(message)) => {
                return Err(CallError::Denied(format!(
                    "Google does not accept the org unit {org_unit}: {}.",
                    message.trim_end_matches('.')
                )));
            }
            Err(failure) => return Err(failure.into()),
        }
        let done = |id: &&str| ((*id).to_owned(), DeviceResult::Done);
        Ok(device_ids.iter().map(done).collect())
    }

    /// The paths of all org units.
    pub(super) async fn list_org_units(&self) -> Result<Vec<String>, Failure> {
        let path = "/orgunits?type=all&fields=organizationUnits/orgUnitPath";
        let body = self.read_with(ORG_UNITS, path).await?;
        let units: super::wire::WireOrgUnitPaths = parse(&body)?;
        let units = units.organization_units.into_iter();
        let mut paths: Vec<String> = units.map(|unit| unit.org_unit_path).collect();
        // It lists what is below the root.
        paths.push("/".to_owned());
        Ok(paths)
    }
}
