//! One device beside the list: what is known of it, without leaving the list.
//!
//! The device is in the address (`device=`), so Back closes the drawer and a link opens it.
//! The list does not know of it and stays as it is, with its filter, page and place.

use leptos::ev;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_location, use_navigate};

use super::device_facts::DeviceFacts;
use super::device_jobs::DeviceJobs;
use super::eligibility::Eligibility;
use super::select_button::SelectButton;
use super::words;
use crate::api::devices::read_device;
use crate::domain::device_detail::DeviceDetail;
use crate::domain::error::ApiError;
use crate::domain::query;
use crate::domain::visible::shown;
use crate::ui::browser;
use crate::ui::components::{Badge, ClosePicture, HEADING_ID, LoadError, Tone};
use crate::ui::derived::memo;
use crate::ui::state::use_console;

const DRAWER_ID: &str = "device-drawer";
const TITLE_ID: &str = "device-drawer-title";

/// The parameter that names the device, by the directory's id.
const PARAMETER: &str = "device";

/// The path of a device: what its row links to.
fn path_of(device_id: &str) -> String {
    format!("/devices/{device_id}")
}

/// The address of the list with this device in the drawer, or with none.
fn address(search: &str, device_id: Option<&str>) -> String {
    let kept: Vec<_> = query::pairs(search)
        .filter(|(name, _)| name != PARAMETER)
        .collect();
    let kept = kept
        .iter()
        .map(|(name, value)| (name.as_str(), value.clone()));
    let device = device_id.map(|id| (PARAMETER, id.to_owned()));
    format!("/devices?{}", query::encode(kept.chain(device)))
}

/// Shows the device of the row that is clicked, until it is closed.
#[component]
pub fn DeviceDrawer() -> impl IntoView {
    let search = use_location().search;
    let device_id = memo(move || {
        let mut pairs = query::pairs(&search.read()).collect::<Vec<_>>().into_iter();
        let device = pairs.find(|(name, value)| name == PARAMETER && !value.is_empty());
        device.map(|(_, value)| value)
    });
    let navigate = use_navigate();
    // A drawer that was opened here is closed by Back, one of a link is not.
    let opened_here = StoredValue::new(false);
    let show = Callback::new(move |path: String| {
        let id = path.strip_prefix("/devices/").map(str::to_owned);
        let Some(search) = search.try_get_untracked() else {
            return;
        };
        let replace = device_id.read_untracked().is_some();
        if !replace {
            opened_here.set_value(true);
        }
        let options = NavigateOptions {
            replace,
            scroll: false,
            ..Default::default()
        };
        navigate(&address(&search, id.as_deref()), options);
    });
    let navigate = use_navigate();
    let close = Callback::new(move |()| {
        if opened_here.get_value() {
            browser::go_back();
        } else {
            let options = NavigateOptions {
                replace: true,
                scroll: false,
                ..Default::default()
            };
            navigate(&address(&search.get_untracked(), None), options);
        }
    });

    // The effect keeps the listeners, and drops them with the screen.
    Effect::new(move |_| browser::on_row_open(move |path| show.run(path)));
    Effect::new(move |before: Option<Option<String>>| {
        let path = device_id.read().as_deref().map(path_of);
        let before = before.flatten();
        match (&before, &path) {
            (None, Some(_)) => browser::focus_soon(TITLE_ID),
            (Some(before), None) => {
                opened_here.set_value(false);
                let before = before.clone();
                browser::after(0, move || {
                    if browser::has_no_focus() && !browser::focus_row(&before) {
                        browser::focus(HEADING_ID);
                    }
                });
            }
            _ => {}
        }
        let marked = path.clone();
        browser::after(0, move || browser::mark_row(marked.as_deref()));
        path
    });
    Effect::new(move |_| {
        let handle = window_event_listener(ev::keydown, move |event| {
            let Some(device) = device_id.get_untracked() else {
                return;
            };
            let within = browser::has_focus_within(DRAWER_ID);
            match event.key().as_str() {
                "Escape" if within || browser::is_plain_key(&event) => {
                    event.prevent_default();
                    close.run(());
                }
                key @ ("ArrowDown" | "ArrowUp") if within && browser::is_plain_key(&event) => {
                    event.prevent_default();
                    let beside = browser::row_beside(&path_of(&device), key == "ArrowDown");
                    beside.into_iter().for_each(|path| show.run(path));
                }
                _ => {}
            }
        });
        on_cleanup(move || handle.remove());
    });

    view! {
        <Show when=move || device_id.read().is_some()>
            <aside class="drawer" id=DRAWER_ID aria-labelledby=TITLE_ID>
                <Content device_id />
                <button
                    type="button"
                    class="button button--quiet button--icon drawer__close"
                    aria-label=words::CLOSE
                    on:click=move |_| close.run(())
                >
                    <ClosePicture />
                </button>
            </aside>
        </Show>
    }
}

/// What is known of the device. While the next one is read the last one stays.
#[component]
fn Content(device_id: Memo<Option<String>>) -> impl IntoView {
    let console = use_console();
    let detail = RwSignal::new(None::<Result<DeviceDetail, ApiError>>);
    Effect::new(move |_| {
        console.inventory_version.track();
        let id = device_id.get();
        spawn_local(async move {
            let answer = read_device(id.clone().unwrap_or_default()).await;
            // An answer about the device before is none.
            if device_id.try_get_untracked() == Some(id) {
                detail.try_set(Some(answer));
            }
        });
    });
    let title = move || {
        let name = detail.read().as_ref().and_then(|detail| {
            let detail = detail.as_ref().ok()?;
            Some(shown(detail.device.directory.name()))
        });
        name.unwrap_or_else(|| words::DEVICE.to_owned())
    };
    let content = |detail: DeviceDetail| {
        let DeviceDetail { device, jobs, now } = detail;
        let status = device.directory.status.clone();
        let name = shown(device.directory.name());
        let href = path_of(&device.directory.device_id);
        view! {
            <div class="device-page__top">
                <Badge
                    tone=Signal::stored(Tone::from(&status))
                    label=Signal::stored(status.label().to_owned())
                />
                <SelectButton id=device.id name />
                <a href=href>{words::OPEN_PAGE}</a>
            </div>
            <Eligibility device=device.clone() />
            <h3>{words::DETAILS}</h3>
            <DeviceFacts device now />
            <h3>{words::JOBS}</h3>
            <DeviceJobs jobs />
        }
    };
    let shown_now = move || match detail.get() {
        None => view! { <p class="hint">{words::LOADING}</p> }.into_any(),
        Some(Ok(detail)) => content(detail).into_any(),
        Some(Err(error)) => view! { <LoadError error /> }.into_any(),
    };

    view! {
        <h2 class="drawer__title" id=TITLE_ID tabindex="-1">
            {title}
        </h2>
        <div class="drawer__content">{shown_now}</div>
    }
}
