//! What jobs have done to Google's devices: each kind of effect by its own call, and devices
//! read back.

use std::sync::atomic::Ordering;
use std::time::Duration;

use axum::http::Method;

use super::batch::{WireBatch, WireResults};
use super::command::{
    CLEAR_PROFILES, POWERWASH, WireCommand, WireCommandRequest, WireIssuedCommand,
};
use super::{BATCH, DEVICES, Failure, GoogleDirectory, failure, parse, percent_encoded};
use crate::domain::action::command::Command;
use crate::domain::action::effect::Effect;
use crate::domain::job::answer::DeviceResult;
use crate::domain::job::outcome::Found;
use crate::server::directory::remote::{CallAnswer, CallError, Ready, RemoteDirectory};
use crate::server::directory::{Answer, DirectoryError};

impl GoogleDirectory {
    /// `batchChangeStatus`.
    async fn change_status(
        &self,
        device_ids: &[&str],
        effect: &Effect,
    ) -> Result<Vec<(String, DeviceResult)>, CallError> {
        let batch = WireBatch::new(device_ids, effect)
            .and_then(|batch| serde_json::to_vec(&batch).ok())
            .ok_or_else(|| Failure::Malformed("the call cannot be written".to_owned()))?;
        let path = "/devices/chromeos:batchChangeStatus";
        let body = self.change(Method::POST, path, batch.into()).await?;
        let results: WireResults = parse(&body)?;
        Ok(results.into_verdicts())
    }

    /// `issueCommand`, to one device.
    async fn issue_command(
        &self,
        device_id: &str,
        command: &WireCommandRequest,
    ) -> Result<Vec<(String, DeviceResult)>, CallError> {
        let order = serde_json::to_vec(command)
            .map_err(|_| Failure::Malformed("the command cannot be written".to_owned()))?;
        let path = format!(
            "/devices/chromeos/{}:issueCommand",
            percent_encoded(device_id)
        );
        let verdict = match self.change(Method::POST, &path, order.into()).await {
            Ok(body) => DeviceResult::Taken(parse::<WireIssuedCommand>(&body)?.command_id),
            Err(failure) => failure::verdict_of_one(failure)?,
        };
        Ok(vec![(device_id.to_owned(), verdict)])
    }
}

impl RemoteDirectory for GoogleDirectory {
    fn batch_limit(&self) -> u32 {
        BATCH
    }

    fn interval(&self) -> Duration {
        self.limiter.interval()
    }

    fn call_ends_within(&self) -> Duration {
        self.times.call_ends
    }

    fn ready(&self) -> Ready<'_> {
        Box::pin(async {
            let token = self.tokens.get(DEVICES).await.map_err(Failure::from);
            Ok(token.map(drop)?)
        })
    }

    fn is_away(&self) -> bool {
        self.away.load(Ordering::Relaxed)
    }

    fn apply<'a>(&'a self, effect: &'a Effect, device_ids: &'a [&'a str]) -> CallAnswer<'a> {
        Box::pin(async move {
            match (effect, device_ids) {
                (Effect::Powerwash, [device_id]) => self.issue_command(device_id, &POWERWASH).await,
                (Effect::ClearProfiles, [device_id]) => {
                    self.issue_command(device_id, &CLEAR_PROFILES).await
                }
                (Effect::UpdateFields(changes), [device_id]) => {
                    self.patch_fields(device_id, changes).await
                }
                (Effect::Powerwash | Effect::ClearProfiles | Effect::UpdateFields(_), _) => Err(
                    CallError::Malformed("the call is about one device".to_owned()),
                ),
                (Effect::Move(org_unit), _) => self.move_to(device_ids, org_unit).await,
                (Effect::Deprovision(_) | Effect::Disable | Effect::Reenable, _) => {
                    self.change_status(device_ids, effect).await
                }
            }
        })
    }

    fn command<'a>(&'a self, device_id: &'a str, command_id: &'a str) -> Answer<'a, Command> {
        Box::pin(async move {
            let path = format!(
                "/devices/chromeos/{}/commands/{}",
                percent_encoded(device_id),
                percent_encoded(command_id)
            );
            let command: WireCommand = parse(&self.get(&path).await?)?;
            Ok(command.into())
        })
    }

    fn get<'a>(&'a self, device_id: &'a str) -> Answer<'a, Option<Found>> {
        Box::pin(async move {
            let device = self
                .device(device_id)
                .await
                .map_err(|failure| match failure {
                    Failure::Malformed(message) => DirectoryError::Refused(message),
                    failure => failure.into(),
                })?;
            Ok(device.as_ref().map(Found::from))
        })
    }
}
