//! What stands where there are no devices yet: how they come in.

use leptos::prelude::*;

use super::words;
use crate::api::imports::read_import;
use crate::api::resource::resource;
use crate::domain::import::Source;
use crate::ui::state::use_console;

/// The ways in which devices come: a file or Google's directory, as this console has it.
#[component]
pub fn NoDevices() -> impl IntoView {
    let state = resource(|| (), |()| read_import());
    view! {
        <div class="empty">
            <h2 class="empty__title">{words::NO_DEVICES_YET}</h2>
            <Transition>
                {move || Suspend::new(async move {
                    match state.await.map(|state| state.source) {
                        Ok(Source::Google) => view! { <FromGoogle /> }.into_any(),
                        _ => from_file().into_any(),
                    }
                })}
            </Transition>
        </div>
    }
}

fn from_file() -> impl IntoView {
    view! {
        <div class="empty__buttons">
            <a class="button button--primary" href="/import">
                {words::UPLOAD_CSV}
            </a>
            <a class="button" href="/import#google" rel="external">
                {words::TO_GOOGLE}
            </a>
        </div>
    }
}

#[component]
fn FromGoogle() -> impl IntoView {
    let console = use_console();
    let asked = console.refresh_asked;
    view! {
        <p>{words::NO_DEVICES_GOOGLE}</p>
        <button
            type="button"
            class="button button--primary"
            disabled=move || !console.hydrated.get()
            aria-disabled=move || asked.get().then_some("true")
            on:click=move |_| asked.set(true)
        >
            {words::REFRESH_CACHE}
        </button>
    }
}
