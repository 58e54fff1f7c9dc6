//! Views: addresses of this screen that the operator keeps under a name.

use std::future::Future;

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::components::A;
use leptos_router::hooks::use_location;

use super::words;
use crate::api::views::{delete_view, list_views, save_view};
use crate::domain::error::ApiError;
use crate::domain::saved_view::{MAX_NAME, SavedView};
use crate::ui::browser;
use crate::ui::components::Disclosure;

const NAME_ID: &str = "view-name";
const PROBLEM_ID: &str = "view-problem";

/// The kept views, and a field to keep the present one.
#[component]
pub fn Views() -> impl IntoView {
    let search = use_location().search;
    let views = RwSignal::new(None::<Vec<SavedView>>);
    let problem = RwSignal::new(String::new());
    let name = RwSignal::new(String::new());
    let save = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        take(
            views,
            problem,
            save_view(name.get_untracked(), search.get_untracked()),
            move || {
                name.set(String::new());
            },
        );
    };
    let delete = Callback::new(move |name: String| {
        take(views, problem, delete_view(name), || {
            browser::focus(NAME_ID);
        });
    });

    view! {
        <div class="needs-script">
            <Disclosure
                label=words::VIEWS
                at_end=true
                on_open=Callback::new(move |()| take(views, problem, list_views(), || {}))
            >
                <ul class="choices views" aria-label=words::VIEWS>
                    <For
                        each=move || views.get().unwrap_or_default()
                        key=|view| (view.name.clone(), view.query.clone())
                        let(view)
                    >
                        <Kept view on_delete=delete />
                    </For>
                </ul>
                <p class="hint" hidden=move || views.read().as_ref().is_none_or(|it| !it.is_empty())>
                    {words::NO_VIEWS}
                </p>
                <form class="labeled views__form" on:submit=save>
                    <label for=NAME_ID>{words::VIEW_NAME}</label>
                    <div class="views__row">
                        <input
                            id=NAME_ID
                            class="field"
                            type="text"
                            maxlength=MAX_NAME.to_string()
                            required
                            autocomplete="off"
                            aria-describedby=PROBLEM_ID
                            prop:value=name
                            on:input=move |event| name.set(event_target_value(&event))
                        />
                        <button type="submit" class="button">
                            {words::SAVE_VIEW}
                        </button>
                    </div>
                    <p class="field-error" id=PROBLEM_ID role="alert">
                        {problem}
                    </p>
                </form>
            </Disclosure>
        </div>
    }
}

/// Shows the answer of the server, or its refusal.
fn take(
    views: RwSignal<Option<Vec<SavedView>>>,
    problem: RwSignal<String>,
    answer: impl Future<Output = Result<Vec<SavedView>, ApiError>> + 'static,
    then: impl FnOnce() + 'static,
) {
    spawn_local(async move {
        match answer.await {
            Ok(list) => {
                // The screen may have been left meanwhile.
                if views.try_set(Some(list)).is_none() {
                    problem.set(String::new());
                    then();
                }
            }
            Err(error) => {
                problem.try_set(error.to_string());
            }
        }
    });
}

/// A link to a view, and the way to forget it.
#[component]
fn Kept(view: SavedView, on_delete: Callback<String>) -> impl IntoView {
    let href = view.href();
    let (name, label) = (view.name.clone(), words::delete_view(&view.name));
    view! {
        <li class="views__row">
            <A href attr:class="choices__item">
                {name}
            </A>
            <button
                type="button"
                class="button button--quiet button--icon"
                aria-label=label
                on:click=move |_| on_delete.run(view.name.clone())
            >
                "×"
            </button>
        </li>
    }
}
