//! The account menu: who is signed in, and how this browser shows the console.

mod density;
mod nav_toggle;
mod session_ending;
mod sign_in_again;
mod theme;
mod words;
mod zone;

use leptos::prelude::*;

use self::density::Density;
pub use self::nav_toggle::NavToggle;
pub use self::session_ending::SessionEnding;
pub use self::sign_in_again::{OPERATOR, SignInAgain};
use self::theme::ThemeChoice;
use self::zone::ZoneChoice;
use super::components::{Disclosure, page_link};
use super::keyboard::SHORTCUTS_BUTTON_ID;
use crate::domain::permission::Permission;
use crate::ui::browser;
use crate::ui::may::why_not;

/// Who is signed in, theme, time zone, density and shortcuts.
#[component]
pub fn AccountMenu() -> impl IntoView {
    let operator = browser::root_data(OPERATOR);
    let is_signed_in = operator.is_some();
    view! {
        <span class="account__operator">{operator}</span>
        <div class="account disclosure-picture">
            <Disclosure label=words::TITLE at_end=true>
                <div class="account__choices">
                    <ThemeChoice />
                    <ZoneChoice />
                    <Density />
                    <button
                        type="button"
                        class="button"
                        on:click=move |_| browser::click(&format!("#{SHORTCUTS_BUTTON_ID}"))
                    >
                        {words::SHORTCUTS}
                    </button>
                    {is_signed_in.then(SignedIn)}
                </div>
            </Disclosure>
        </div>
    }
}

/// What only somebody has who is signed in. The account is a page of its own.
#[component]
fn SignedIn() -> impl IntoView {
    view! {
        {page_link("/account".to_owned(), words::SESSIONS_AND_PASSWORD)}
        {for_those_who(Permission::Approve, "/approvals", words::APPROVALS)}
        {for_those_who(Permission::Administer, "/operators", words::OPERATORS)}
        <form class="account__choices" method="post" action="/sign-out">
            <button type="submit" class="button">
                {words::SIGN_OUT}
            </button>
        </form>
    }
}

/// A link to a page of those who may do this.
fn for_those_who(may: Permission, href: &str, label: &'static str) -> Option<AnyView> {
    why_not(may)
        .is_none()
        .then(|| page_link(href.to_owned(), label))
}
