//! `/overview`: where an operator begins.

use leptos::prelude::*;
use leptos_meta::Title;

use super::aue_card::AueCard;
use super::health_card::HealthCard;
use super::jobs_card::JobsCard;
use super::license_card::LicenseCard;
use super::retire_card::RetireCard;
use super::status_card::StatusCard;
use super::words;
use crate::api::overview::read_overview;
use crate::api::resource::resource;
use crate::domain::error::ApiError;
use crate::domain::number;
use crate::domain::overview::Overview;
use crate::status::set_status;
use crate::ui::components::{LoadError, NoDevices, PageHeading};
use crate::ui::derived::memo;
use crate::ui::state::use_console;

/// The state of the fleet, of jobs and of the cache.
#[component]
pub fn OverviewPage() -> impl IntoView {
    let console = use_console();
    // Numbers are counted again when devices or jobs change.
    let known = memo(move || console.jobs.read().len());
    let running = memo(move || {
        let cache = console.cache.read();
        cache.as_ref().is_some_and(|it| it.running().is_some())
    });
    let overview = resource(
        move || (console.inventory_version.get(), known.get(), running.get()),
        |_| read(),
    );

    view! {
        <Title text=words::OVERVIEW />
        <PageHeading>{words::OVERVIEW}</PageHeading>
        <Transition fallback=|| {
            view! { <p class="hint">{words::LOADING}</p> }
        }>
            {move || Suspend::new(async move {
                match overview.await {
                    Ok(overview) => content(overview).into_any(),
                    Err(error) => view! { <LoadError error /> }.into_any(),
                }
            })}
        </Transition>
    }
}

fn content(overview: Overview) -> impl IntoView {
    let Overview {
        figures,
        jobs,
        cache,
        directory,
    } = overview;
    let health = view! { <HealthCard cache directory /> };
    if figures.devices() == 0 {
        return view! {
            <div class="overview">
                <div class="card card--wide">
                    <NoDevices />
                </div>
                {health}
            </div>
        }
        .into_any();
    }
    let devices = number::devices(figures.devices());
    view! {
        <p class="overview__total">
            <a href="/devices">{devices}</a>
            {words::IN_INVENTORY}
        </p>
        <div class="overview">
            <StatusCard figures=figures.clone() />
            <RetireCard figures=figures.clone() />
            <AueCard figures=figures.clone() />
            <LicenseCard figures />
            <JobsCard jobs />
            {health}
        </div>
    }
    .into_any()
}

async fn read() -> Result<Overview, ApiError> {
    read_overview()
        .await
        .inspect_err(|error| set_status(error.status()))
}
