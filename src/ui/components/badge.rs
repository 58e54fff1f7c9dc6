//! A state in a word, with a color that repeats it.

use leptos::prelude::*;

use crate::domain::job::{ItemState, JobState};
use crate::domain::status::DeviceStatus;
use crate::ui::static_element::StaticElement;

/// What a state means for the operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    Plain,
    Quiet,
    Good,
    Warning,
    Bad,
}

impl Tone {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Quiet => "quiet",
            Self::Good => "good",
            Self::Warning => "warning",
            Self::Bad => "bad",
        }
    }
}

impl From<&DeviceStatus> for Tone {
    fn from(status: &DeviceStatus) -> Self {
        match status {
            DeviceStatus::Active => Self::Good,
            DeviceStatus::Disabled | DeviceStatus::Delinquent => Self::Warning,
            DeviceStatus::Deprovisioned => Self::Quiet,
            _ => Self::Plain,
        }
    }
}

impl From<JobState> for Tone {
    fn from(state: JobState) -> Self {
        match state {
            JobState::Completed => Self::Good,
            JobState::CompletedWithErrors => Self::Bad,
            JobState::AwaitingApproval | JobState::Paused | JobState::Cancelling => Self::Warning,
            JobState::Cancelled => Self::Quiet,
            JobState::Planned | JobState::Queued | JobState::Running => Self::Plain,
        }
    }
}

impl From<ItemState> for Tone {
    fn from(state: ItemState) -> Self {
        match state {
            ItemState::Succeeded => Self::Good,
            ItemState::Failed => Self::Bad,
            ItemState::Unconfirmed => Self::Warning,
            ItemState::Skipped | ItemState::NotAttempted => Self::Quiet,
            ItemState::Planned | ItemState::Pending | ItemState::Sent => Self::Plain,
        }
    }
}

/// A state in a word.
#[component]
pub fn Badge(
    #[prop(into)] tone: Signal<Tone>,
    #[prop(into)] label: Signal<String>,
) -> impl IntoView {
    view! {
        <span class="badge" data-tone=move || tone.get().as_str()>
            {label}
        </span>
    }
}

/// The same for what does not change.
pub fn badge(tone: Tone, label: String) -> StaticElement {
    StaticElement::new("span")
        .with("class", "badge")
        .with("data-tone", tone.as_str())
        .text(label)
}
