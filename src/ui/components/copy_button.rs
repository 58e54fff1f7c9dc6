//! A button that copies lines.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::words;
use crate::api::plans::plan_serials;
use crate::domain::eligibility::Rule;
use crate::domain::error::ApiError;
use crate::domain::job::JobId;
use crate::ui::browser;

/// What is copied.
#[derive(Clone, Debug)]
pub enum Lines {
    These(Vec<String>),
    /// Serials of a plan: of those that this rule leaves out, or of those that would
    /// be deprovisioned.
    OfPlan(JobId, Option<Rule>),
}

impl Lines {
    async fn read(self) -> Result<Vec<String>, ApiError> {
        match self {
            Self::These(lines) => Ok(lines),
            Self::OfPlan(plan, rule) => plan_serials(plan, rule).await,
        }
    }
}

/// Copies lines, and says beside itself whether that worked.
#[component]
pub fn CopyButton(
    label: &'static str,
    /// What it copies, in words: for those who hear the button by itself.
    what: String,
    lines: Lines,
) -> impl IntoView {
    let said = RwSignal::new("");
    let copy = move |_| {
        let lines = lines.clone();
        spawn_local(async move {
            match lines.read().await {
                Ok(lines) => browser::copy(&lines.join("\n"), move |done| {
                    said.try_set(if done {
                        words::COPIED
                    } else {
                        words::COPY_BLOCKED
                    });
                }),
                Err(_) => {
                    said.try_set(words::COPY_FAILED);
                }
            }
        });
    };
    view! {
        <button
            type="button"
            class="link-button"
            aria-label=words::copy_label(label, &what)
            on:click=copy
        >
            {label}
        </button>
        <span class="hint" role="status">
            {said}
        </span>
    }
}
