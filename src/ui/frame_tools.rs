//! What the frame gains once the page is alive: nothing here makes sense in a page
//! that does not react.

use leptos::prelude::*;
use leptos_router::components::A;

use super::account::{AccountMenu, SessionEnding, SignInAgain};
use super::action::ActionPanel;
use super::bell::Bell;
use super::browser;
use super::components::LinkState;
use super::derived::memo;
use super::keyboard::Keyboard;
use super::live;
use super::print_head::PrintHead;
use super::refresh;
use super::state::use_console;
use super::words;

/// The right-hand side of the header.
#[component]
pub fn HeaderTools() -> impl IntoView {
    // Narrow, or while it says more, it has two rows: what sticks below it has to know.
    Effect::new(|_| browser::publish_height(".header", "--height-header"));

    view! {
        <RunningJobs />
        <LinkState />
        <Bell />
        <Keyboard />
        <AccountMenu />
        <PrintHead />
    }
}

/// The panel, and what keeps every screen up to date.
#[component]
pub fn LivePanel() -> impl IntoView {
    let console = use_console();
    live::start(console);
    refresh::start(console);
    view! {
        <ActionPanel />
        <SessionEnding />
        <SignInAgain />
    }
}

/// How many jobs are under way, as a link to them; nothing when there are none.
#[component]
fn RunningJobs() -> impl IntoView {
    let console = use_console();
    let running = memo(move || {
        console
            .jobs
            .read()
            .iter()
            .filter(|job| !job.state.is_over())
            .count() as u64
    });

    view! {
        <Show when=move || running.get() != 0>
            <A href="/jobs" attr:class="header__jobs">
                {move || words::jobs_running(running.get())}
            </A>
        </Show>
    }
}
