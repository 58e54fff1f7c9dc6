//! When a job waits for a second person: said on the host, so that nobody takes it away in the
//! browser.

use clap::{Args, ValueEnum};

use crate::domain::job::approval::{ApprovalRule, ApproveAbove};

const HOUR_MS: i64 = 3_600_000;

/// When a job waits for a second person.
#[derive(Clone, Copy, Debug, Args)]
pub struct ApprovalArgs {
    /// Jobs of an operator who starts jobs of more devices than so many within an hour wait
    /// until an approver agrees: a number, never, or auto. Auto is 200 as soon as two people
    /// have the role approver, and before that never.
    #[arg(
        long,
        env = "SUNSET_APPROVE_ABOVE",
        default_value_t = ApproveAbove::Automatic,
        value_name = "DEVICES"
    )]
    pub approve_above: ApproveAbove,
    /// Which jobs that erase devices or user data wait for an approver, where jobs wait at
    /// all.
    #[arg(
        long,
        env = "SUNSET_APPROVE_ERASE",
        default_value = "always",
        value_name = "WHICH"
    )]
    pub approve_erase: ApproveErase,
    /// Hours after which a job is stopped that nobody has approved.
    #[arg(
        long,
        env = "SUNSET_APPROVE_WITHIN_HOURS",
        default_value_t = 72,
        value_name = "HOURS",
        value_parser = clap::value_parser!(u32).range(1..=720)
    )]
    pub approve_within_hours: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ApproveErase {
    /// All of them.
    Always,
    /// Those that are large enough, like other jobs.
    Above,
}

impl ApprovalArgs {
    /// No job waits.
    pub const NEVER: Self = Self {
        approve_above: ApproveAbove::Never,
        approve_erase: ApproveErase::Above,
        approve_within_hours: 72,
    };

    pub fn rule(&self) -> ApprovalRule {
        ApprovalRule {
            above: self.approve_above,
            erase: self.approve_erase == ApproveErase::Always,
            waits_ms: i64::from(self.approve_within_hours) * HOUR_MS,
        }
    }
}
