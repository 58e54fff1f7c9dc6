//! `/devices/{device_id}`: one device.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;

use super::device_facts::DeviceFacts;
use super::device_jobs::DeviceJobs;
use super::eligibility::Eligibility;
use super::select_button::SelectButton;
use super::words;
use crate::api::devices::read_device;
use crate::api::resource::resource;
use crate::domain::device_detail::DeviceDetail;
use crate::domain::error::ApiError;
use crate::domain::visible::shown;
use crate::status::set_status;
use crate::ui::components::{Badge, LoadError, PageHeading, Tone};
use crate::ui::derived::memo;
use crate::ui::state::use_console;

/// One device: what is known of it, and what may be done with it.
#[component]
pub fn DevicePage() -> impl IntoView {
    let console = use_console();
    let params = use_params_map();
    let id = memo(move || params.read().get("device_id").unwrap_or_default());
    let detail = resource(
        move || (id.get(), console.inventory_version.get()),
        |(id, _)| read(id),
    );

    let content = |detail: DeviceDetail| {
        let DeviceDetail { device, jobs, now } = detail;
        let status = device.directory.status.clone();
        let name = shown(device.directory.name());
        view! {
            <Title text=name.clone() />
            <div class="device-page__top">
                <Badge
                    tone=Signal::stored(Tone::from(&status))
                    label=Signal::stored(status.label().to_owned())
                />
                <SelectButton id=device.id name />
            </div>
            <Eligibility device=device.clone() />
            <h2>{words::DETAILS}</h2>
            <DeviceFacts device now />
            <h2>{words::JOBS}</h2>
            <DeviceJobs jobs />
        }
    };

    view! {
        <Title text=words::DEVICE />
        <PageHeading>
            <Transition fallback=|| words::DEVICE>
                {move || Suspend::new(async move {
                    detail
                        .await
                        .map_or_else(
                            |_| words::DEVICE.to_owned(),
                            |detail| words::device(&shown(detail.device.directory.name())),
                        )
                })}
            </Transition>
        </PageHeading>
        <Transition fallback=|| {
            view! { <p class="hint">{words::LOADING}</p> }
        }>
            <div class="device-page">
                {move || Suspend::new(async move {
                    match detail.await {
                        Ok(detail) => content(detail).into_any(),
                        Err(error) => view! { <LoadError error /> }.into_any(),
                    }
                })}
            </div>
        </Transition>
        <p>
            <a href="/devices">{words::BACK}</a>
        </p>
    }
}

async fn read(id: String) -> Result<DeviceDetail, ApiError> {
    read_device(id)
        .await
        .inspect_err(|error| set_status(error.status()))
}
