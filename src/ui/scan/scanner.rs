//! The field that scans go into, and what came of them.

use leptos::ev;
use leptos::html;
use leptos::prelude::*;

use super::answer::{Answer, Last};
use super::camera::Camera;
use super::scan_button::DIALOG_ID;
use super::session::Session;
use super::words;
use crate::domain::scan::ScanResult;
use crate::ui::browser;

const FIELD_ID: &str = "scan-code";
const HINT_ID: &str = "scan-hint";

/// One field. A scan ends with Enter and leaves the field empty before the next one's first
/// character comes, however fast that is.
#[component]
pub fn Scanner(session: Session) -> impl IntoView {
    let field = NodeRef::<html::Input>::new();
    let take = move || {
        if let Some(field) = field.get_untracked() {
            let code = field.value();
            field.set_value("");
            session.scan(&code);
        }
    };
    // A scanner types wherever the focus is: what comes from it goes into the field.
    let steer = move |event: ev::KeyboardEvent| {
        let is_text = event.key().chars().count() == 1 && event.key() != " ";
        if is_text && !event.ctrl_key() && !event.meta_key() && !browser::has_focus_within(FIELD_ID)
        {
            browser::focus(FIELD_ID);
        }
    };
    let undo = move |_| {
        session.undo();
        browser::focus(FIELD_ID);
    };
    let failed = move || session.log.read().count(ScanResult::Failed) != 0;
    view! {
        <div class="scan" on:keydown=steer>
            <form
                class="scan__form"
                on:submit=move |event| {
                    event.prevent_default();
                    take();
                }
            >
                <label for=FIELD_ID>{words::FIELD}</label>
                <input
                    type="text"
                    id=FIELD_ID
                    class="field mono"
                    node_ref=field
                    autocomplete="off"
                    autocapitalize="characters"
                    spellcheck="false"
                    enterkeyhint="next"
                    aria-describedby=HINT_ID
                />
                <p class="hint" id=HINT_ID>
                    {words::HINT}
                </p>
            </form>
            <Answer session />
            <Camera session />
            <p class="paste__summary" role="status" aria-label=words::COUNT>
                {move || session.log.read().counts()}
            </p>
            <div class="controls">
                <button
                    type="button"
                    class="button"
                    aria-disabled=move || session.log.read().is_empty().then_some("true")
                    on:click=undo
                >
                    {words::UNDO}
                </button>
                <Show when=failed>
                    <button type="button" class="button" on:click=move |_| session.retry()>
                        {words::RETRY}
                    </button>
                </Show>
                <label class="scan__sound">
                    <input
                        type="checkbox"
                        role="switch"
                        prop:checked=move || !session.muted.get()
                        on:change=move |event| session.set_muted(!event_target_checked(&event))
                    />
                    <span>{words::SOUND}</span>
                </label>
                <button
                    type="button"
                    class="button button--primary scan__done"
                    on:click=move |_| browser::show_dialog(DIALOG_ID, false)
                >
                    {words::DONE}
                </button>
            </div>
            <Last session />
        </div>
    }
}
