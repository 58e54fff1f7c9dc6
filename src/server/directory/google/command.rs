//! Orders to one device on the wire: how one is given, and what became of it.

use serde::{Deserialize, Serialize};

use crate::domain::action::command::Command;

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct WireCommandRequest {
    command_type: &'static str,
}

/// Erases all of a device.
pub const POWERWASH: WireCommandRequest = WireCommandRequest {
    command_type: "REMOTE_POWERWASH",
};

/// Removes the profiles of all users, and keeps the enrollment.
pub const CLEAR_PROFILES: WireCommandRequest = WireCommandRequest {
    command_type: "WIPE_USERS",
};

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct WireIssuedCommand {
    /// An int64, which JSON has as text.
    pub command_id: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct WireCommand {
    state: String,
    command_result: WireCommandResult,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct WireCommandResult {
    result: String,
    error_message: String,
}

impl From<WireCommand> for Command {
    /// A word that nobody has heard of leaves it open.
    fn from(wire: WireCommand) -> Self {
        let result = wire.command_result;
        match (wire.state.as_str(), result.result.as_str()) {
            ("EXPIRED", _) => Self::Failed(
                "The device was not online in time: the command has expired.".to_owned(),
            ),
            ("CANCELLED", _) => Self::Failed("The command was canceled.".to_owned()),
            ("EXECUTED_BY_CLIENT", "SUCCESS") => Self::Done,
            ("EXECUTED_BY_CLIENT", "FAILURE" | "IGNORED") => {
                let reason = result.error_message.trim_end_matches('.').to_owned();
                let reason = if reason.is_empty() {
                    "no reason"
                } else {
                    &reason
                };
                Self::Failed(format!(
                    "The device did not carry the command out: {reason}."
                ))
            }
            _ => Self::UnderWay,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_has_come_to_what_the_device_says() {
        let command = |state: &str, result: &str| {
            let json = serde_json::json!({ "state": state, "commandResult": { "result": result } });
            Command::from(serde_json::from_value::<WireCommand>(json).unwrap())
        };
        assert_eq!(command("EXECUTED_BY_CLIENT", "SUCCESS"), Command::Done);
        for under_way in ["PENDING", "SENT_TO_CLIENT", "ACKED_BY_CLIENT", "NEWS"] {
            assert_eq!(command(under_way, ""), Command::UnderWay);
        }
        let pending: WireCommand = serde_json::from_str(r#"{"state":"PENDING"}"#).unwrap();
        assert_eq!(Command::from(pending), Command::UnderWay);
        for failed in [
            ("EXPIRED", ""),
            ("CANCELLED", ""),
            ("EXECUTED_BY_CLIENT", "FAILURE"),
        ] {
            assert!(matches!(command(failed.0, failed.1), Command::Failed(_)));
        }
    }
}
