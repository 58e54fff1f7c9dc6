//! Asks on top of everything when the session has ended. The page stays as it is, and what
//! the server refused meanwhile is sent again.

use leptos::prelude::*;

use super::words;
use crate::api::session;
use crate::domain::error::ApiError;
use crate::ui::browser;
use crate::ui::derived::memo;

const ID: &str = "sign-in-again";
const PASSWORD_ID: &str = "sign-in-again-password";

/// Where the name of who is signed in stands, as the server wrote it.
pub const OPERATOR: &str = "operator";

/// The dialog. It cannot be closed: nothing behind it works.
#[component]
pub fn SignInAgain() -> impl IntoView {
    let error = RwSignal::new(String::new());
    let has_ended = memo(session::has_ended);
    let show = move |open: bool| {
        browser::after(0, move || {
            browser::show_dialog(ID, open);
            if open {
                browser::focus(PASSWORD_ID);
            }
        });
    };
    Effect::new(move |_| {
        error.set(String::new());
        show(has_ended.get());
    });
    let before = browser::root_data(OPERATOR).unwrap_or_default();
    let login = before.clone();
    let send = move |event: leptos::ev::SubmitEvent| {
        let typed = browser::lower_case(browser::field_value(&event, "login").trim());
        let is_same = typed == before;
        browser::send_form(&event, "/sign-in", move |status, text| match status {
            204 if is_same => session::go_on(),
            // Somebody else must not find what the one before has left.
            204 => browser::open(&browser::path()),
            0 => _ = error.try_set(ApiError::Unreachable.to_string()),
            _ => _ = error.try_set(text),
        });
    };
    view! {
        <dialog
            class="dialog"
            id=ID
            aria-labelledby="sign-in-again-title"
            on:keydown=|event| {
                // What lies behind must not take it.
                event.stop_propagation();
                if event.key() == "Escape" {
                    event.prevent_default();
                }
            }
            on:close=move |_| show(has_ended.get_untracked())
        >
            <Show when=move || has_ended.get()>
                <h2 class="dialog__title" id="sign-in-again-title">
                    {words::ENDED}
                </h2>
                <p>{words::ENDED_WHY}</p>
                <p class="field-error" role="alert">
                    {error}
                </p>
                <form class="account__choices" on:submit=send.clone()>
                    <label class="labeled">
                        {words::LOGIN}
                        <input
                            class="field"
                            name="login"
                            autocomplete="username"
                            value=login.clone()
                        />
                    </label>
                    <label class="labeled">
                        {words::PASSWORD}
                        <input
                            class="field"
                            type="password"
                            name="password"
                            autocomplete="current-password"
                            id=PASSWORD_ID
                        />
                    </label>
                    <label class="labeled">
                        {words::CODE}
                        <input class="field" name="code" autocomplete="one-time-code" />
                    </label>
                    <p class="hint">{words::CODE_HINT}</p>
                    <button type="submit" class="button button--primary">
                        {words::SIGN_IN}
                    </button>
                </form>
            </Show>
        </dialog>
    }
}
