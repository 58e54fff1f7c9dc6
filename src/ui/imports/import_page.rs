//! `/import`: devices come in from a file.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_location;

use super::checked::{Checked, Imported};
use super::choose::{Choose, LastImport};
use super::follow::{Import, use_import};
use super::to_google::ToGoogle;
use super::words;
use super::working::Working;
use crate::api::imports::read_import;
use crate::api::resource::resource;
use crate::domain::error::ApiError;
use crate::domain::import::{ImportState, Phase, Source};
use crate::status::set_status;
use crate::ui::components::{LoadError, PageHeading};

/// Devices come in from a file, or from Google.
#[component]
pub fn ImportPage() -> impl IntoView {
    let search = use_location().search;
    let state = resource(move || search.get(), |_| read());
    view! {
        <Title text=words::TITLE />
        <PageHeading>{words::TITLE}</PageHeading>
        <Transition fallback=|| {
            view! { <p class="hint">{words::LOADING}</p> }
        }>
            <div class="import">
                {move || Suspend::new(async move {
                    match state.await {
                        Ok(state) => view! { <Loaded state /> }.into_any(),
                        Err(error) => view! { <LoadError error /> }.into_any(),
                    }
                })}
            </div>
        </Transition>
    }
}

#[component]
fn Loaded(state: ImportState) -> impl IntoView {
    let source = state.source;
    let closed = words::closed(source).map(|why| {
        view! {
            <p class="callout" data-tone="warning">
                {why}
            </p>
        }
    });
    view! {
        {match closed {
            Some(closed) => closed.into_any(),
            None => view! { <FromFile state /> }.into_any(),
        }}
        {(source == Source::Demonstration).then(|| view! { <ToGoogle /> })}
    }
}

/// The file, at the stage where it is.
#[component]
fn FromFile(state: ImportState) -> impl IntoView {
    let import = use_import(state, &use_location().search.read_untracked());
    let stage = move || match import.stage.get().map(|upload| upload.phase) {
        None => view! {
            <Choose import />
            <LastImport import />
            <ToGoogle />
        }
        .into_any(),
        Some(Phase::Unusable(why) | Phase::Failed(why)) => {
            view! { <Refused import why /> }.into_any()
        }
        Some(Phase::Checked(summary)) => view! { <Checked import summary /> }.into_any(),
        Some(Phase::Imported(summary, refreshed)) => {
            view! { <Imported import summary refreshed /> }.into_any()
        }
        Some(_) => view! { <Working import /> }.into_any(),
    };
    view! {
        <p>{words::LEAD}</p>
        <p class="visually-hidden" role="status">
            {move || words::announced(import.stage.read().as_ref())}
        </p>
        {stage}
    }
}

/// Why a file was not taken, and the way to another one.
#[component]
fn Refused(import: Import, why: String) -> impl IntoView {
    let name = import.name();
    view! {
        <div class="callout" data-tone="danger">
            <p class="callout__title">{words::not_imported(&name)}</p>
            <p>{why}</p>
        </div>
        <Choose import />
    }
}

async fn read() -> Result<ImportState, ApiError> {
    read_import()
        .await
        .inspect_err(|error| set_status(error.status()))
}
