//! Why a call failed, in words an operator can act on.

use serde::{Deserialize, Serialize};

use super::number;

/// One type crosses the wire. It never holds what only a log should.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
pub enum ApiError {
    /// The request itself is wrong.
    #[error("{message}")]
    Invalid { message: String },
    #[error("{what} was not found.")]
    NotFound { what: String },
    #[error("Your session has ended. Sign in again.")]
    SignedOut,
    #[error("{message}")]
    Forbidden { message: String },
    /// "Select all matching" was asked for a number that is no longer true.
    #[error(
        "{} match now. Review and try again.",
        number::devices(*count)
    )]
    CountChanged { count: u64 },
    #[error("Select at least one device.")]
    EmptySelection,
    #[error(
        "{} of the selection {} no longer in the inventory. Remove them and try again.",
        number::devices(*count),
        if *count == 1 { "is" } else { "are" }
    )]
    UnknownDevices { count: u64 },
    #[error("None of the selected devices can be deprovisioned.")]
    NothingEligible,
    #[error("This review is older than 60 minutes. Recheck devices.")]
    PlanExpired,
    #[error("Devices changed since your review. Recheck them.")]
    PlanChanged,
    /// It contradicts what was done before.
    #[error("{message}")]
    Conflict { message: String },
    /// The server cannot do it now; nothing was changed.
    #[error("{message}")]
    Unavailable { message: String },
    /// The answer never came: the network, or an old page on a new server.
    #[error("The server could not be reached.")]
    Unreachable,
    /// Nothing the operator can fix. The log has the cause under `reference`.
    #[error("Something went wrong (reference {reference}).")]
    Internal { reference: String },
}

impl ApiError {
    /// The HTTP status that goes with it.
    pub fn status(&self) -> u16 {
        match self {
            Self::Invalid { .. } | Self::EmptySelection | Self::NothingEligible => 422,
            Self::NotFound { .. } => 404,
            Self::SignedOut => 401,
            Self::Forbidden { .. } => 403,
            Self::CountChanged { .. }
            | Self::UnknownDevices { .. }
            | Self::Conflict { .. }
            | Self::PlanExpired
            | Self::PlanChanged => 409,
            Self::Unavailable { .. } | Self::Unreachable => 503,
            Self::Internal { .. } => 500,
        }
    }
}

impl ApiError {
    /// The server has decided: nothing was done, and asking again changes nothing.
    pub fn is_final(&self) -> bool {
        self.status() < 500
    }

    /// The plan cannot be executed any more; a new one can.
    pub fn spoils_the_plan(&self) -> bool {
        matches!(self, Self::PlanExpired | Self::PlanChanged)
    }
}
