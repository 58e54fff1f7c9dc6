//! What came of a job, where it was not plain success.

use leptos::prelude::*;
use leptos_router::components::A;

use super::words;
use crate::domain::job::JobSummary;
use crate::domain::number;
use crate::ui::derived::memo;

/// The causes of what went wrong, each with how often, and the way to the devices.
#[component]
pub fn JobResult(#[prop(into)] job: Signal<Option<JobSummary>>) -> impl IntoView {
    let causes = memo(move || {
        job.read()
            .as_ref()
            .map(|job| job.causes.clone())
            .unwrap_or_default()
    });
    let id = memo(move || {
        job.read()
            .as_ref()
            .map(|job| job.id.0.clone())
            .unwrap_or_default()
    });

    view! {
        <Show when=move || !causes.read().is_empty()>
            <div>
                <p class="hint">{words::ERRORS}</p>
                <ul class="causes">
                    {move || {
                        causes
                            .get()
                            .into_iter()
                            .map(|(cause, count)| {
                                view! { <li>{number::devices(count)} ": " {cause}</li> }
                            })
                            .collect_view()
                    }}
                </ul>
            </div>
        </Show>
        <p>
            <A href=move || format!("/jobs/{}", id.get())>{words::VIEW_DEVICES}</A>
        </p>
    }
}
