//! The account menu: how this browser shows the console. Nothing in it leaves the browser.

mod density;
mod nav_toggle;
mod theme;
mod words;
mod zone;

use leptos::prelude::*;

use self::density::Density;
pub use self::nav_toggle::NavToggle;
use self::theme::ThemeChoice;
use self::zone::ZoneChoice;
use super::components::Disclosure;
use super::keyboard::SHORTCUTS_BUTTON_ID;
use crate::ui::browser;

/// Theme, time zone, density and shortcuts.
#[component]
pub fn AccountMenu() -> impl IntoView {
    view! {
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
                </div>
            </Disclosure>
        </div>
    }
}
