//! Asks for the number of devices before the failed ones of a job are sent again: they
//! are deprovisioned for good, as with Execute.

use leptos::prelude::*;

use super::words;
use crate::domain::number;
use crate::domain::permission::Permission;
use crate::ui::browser;
use crate::ui::may::why_not;

/// The id of the field for the number.
const FIELD_ID: &str = "retry-count";

const ERROR_ID: &str = "retry-count-error";

/// A button, then a field for the number of devices and a button that retries them.
#[component]
pub fn RetryFailed(
    devices: u64,
    #[prop(into)] busy: Signal<bool>,
    /// Called with the number once it is right.
    on_retry: Callback<u64>,
) -> impl IntoView {
    let asking = RwSignal::new(false);
    let typed = RwSignal::new(String::new());
    let wrong = RwSignal::new(false);
    let why_not = why_not(Permission::Run);
    let ask = move |_| {
        if why_not.is_none() {
            asking.set(true);
            browser::focus_soon(FIELD_ID);
        }
    };
    let retry = move || {
        let right = number::typed(&typed.read_untracked()) == Some(devices);
        wrong.set(!right);
        if right {
            asking.set(false);
            on_retry.run(devices);
        } else {
            browser::focus_soon(FIELD_ID);
        }
    };
    let form = move || {
        view! {
            <form
                class="controls"
                on:submit=move |event| {
                    event.prevent_default();
                    retry();
                }
            >
                <div class="labeled">
                    <label for=FIELD_ID>
                        {words::TYPE_BEFORE_NUMBER} <strong class="mono">{number::grouped(devices)}</strong>
                        {words::TYPE_TO_RETRY}
                    </label>
                    <input
                        id=FIELD_ID
                        class="field mono"
                        type="text"
                        inputmode="numeric"
                        autocomplete="off"
                        prop:value=move || typed.get()
                        aria-invalid=move || wrong.get().then_some("true")
                        aria-describedby=move || wrong.get().then_some(ERROR_ID)
                        on:input=move |event| typed.set(event_target_value(&event))
                    />
                </div>
                <button
                    type="submit"
                    class="button"
                    aria-disabled=move || busy.get().to_string()
                >
                    {words::retry(devices)}
                </button>
                <button type="button" class="button" on:click=move |_| asking.set(false)>
                    {words::CANCEL}
                </button>
                <p class="field-error" id=ERROR_ID role="status">
                    {move || wrong.get().then(|| words::wrong_count(devices))}
                </p>
            </form>
        }
    };

    view! {
        <Show
            when=move || asking.get()
            fallback=move || {
                view! {
                    <button
                        type="button"
                        class="button"
                        title=why_not
                        aria-disabled=why_not.map(|_| "true")
                        on:click=ask
                    >
                        {words::retry_failed(devices)}
                    </button>
                }
            }
        >
            {form}
        </Show>
    }
}
