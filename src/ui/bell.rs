//! The list of notices, in the header of every screen: the snackbar shows one at a
//! time and forgets what was dismissed, this does not.

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::components::A;

use super::browser;
use super::components::Disclosure;
use super::derived::{computed, memo};
use super::state::{Console, use_console};
use super::words;
use crate::api::notices::{dismiss_notice, recent_notices, see_notices};
use crate::domain::error::ApiError;
use crate::domain::job::JobId;
use crate::domain::live::{Notice, NoticeList};
use crate::domain::number::grouped;
use crate::domain::time::Timestamp;

const TITLE_ID: &str = "bell-title";

/// How many notices are new, and all of the last thirty days when it is opened.
#[component]
pub fn Bell() -> impl IntoView {
    let console = use_console();
    let list = RwSignal::new(None::<Result<NoticeList, ApiError>>);
    let unseen = memo(move || {
        let notices = console.notices.read();
        notices.iter().filter(|it| !it.seen).count() as u64
    });
    let label = computed(move || match unseen.get() {
        0 => words::NOTIFICATIONS.to_owned(),
        count => words::new_notifications(count),
    });
    let look = Callback::new(move |()| {
        spawn_local(async move {
            let answer = recent_notices().await;
            let newest = answer.as_ref().ok().and_then(|it| it.rows.first());
            let newest = newest.map(|it| it.number);
            list.try_set(Some(answer));
            if let Some(newest) = newest
                && see_notices(newest).await.is_ok()
            {
                console.notices.try_update(|notices| {
                    let seen = |it: &&mut Notice| it.number <= newest;
                    notices
                        .iter_mut()
                        .filter(seen)
                        .for_each(|it| it.seen = true);
                });
            }
        });
    });
    let dismiss_all = move |_| {
        let numbers: Vec<u32> = console
            .notices
            .read_untracked()
            .iter()
            .map(|it| it.number)
            .collect();
        // The button goes: the focus stays in the box.
        browser::focus(TITLE_ID);
        console.notices.set(Vec::new());
        spawn_local(async move {
            for number in numbers {
                // It comes back with the next reload if this did not get through.
                let _ = dismiss_notice(number).await;
            }
        });
    };
    let body = move || match list.get() {
        None => view! { <p class="hint">{words::LOADING}</p> }.into_any(),
        Some(Err(error)) => view! { <p role="alert">{error.to_string()}</p> }.into_any(),
        Some(Ok(list)) if list.rows.is_empty() => {
            view! { <p class="hint">{words::NO_NOTICES}</p> }.into_any()
        }
        Some(Ok(NoticeList { rows, now })) => {
            let rows = rows.into_iter().map(|notice| view! { <Row notice now /> });
            view! { <ul class="bell__list">{rows.collect_view()}</ul> }.into_any()
        }
    };

    view! {
        <div class="bell disclosure-picture" data-count=move || Some(unseen.get()).filter(|it| *it != 0).map(grouped)>
            <Disclosure label at_end=true on_open=look>
                <h2 class="bell__title" id=TITLE_ID tabindex="-1">
                    {words::NOTIFICATIONS}
                </h2>
                {body}
                <Show when=move || !console.notices.read().is_empty()>
                    <button type="button" class="link-button" on:click=dismiss_all>
                        {words::DISMISS_ALL}
                    </button>
                </Show>
            </Disclosure>
        </div>
    }
}

/// Dismisses what was said of the end of this job.
pub fn dismiss_of_job(console: Console, job: &JobId) {
    let is_of_job = |notice: &Notice| notice.job.as_ref() == Some(job);
    let of_job: Vec<u32> = {
        let notices = console.notices.read_untracked();
        let of_job = notices.iter().filter(|notice| is_of_job(notice));
        of_job.map(|notice| notice.number).collect()
    };
    console
        .notices
        .update(|notices| notices.retain(|notice| !of_job.contains(&notice.number)));
    spawn_local(async move {
        for number in of_job {
            // It comes back with the next reload if this did not get through.
            let _ = dismiss_notice(number).await;
        }
    });
}

/// What ended, when, and the way to it.
#[component]
fn Row(notice: Notice, now: Timestamp) -> impl IntoView {
    let link = notice.job.map(|job| {
        view! { <A href=format!("/jobs/{}", job.as_str())>{words::VIEW_RESULTS}</A> }
    });
    view! {
        <li class="bell__notice" data-good=notice.good.then_some("")>
            {(!notice.seen).then(|| view! { <strong class="bell__new">{words::NEW}</strong> })}
            <span>{notice.text}</span>
            <span class="hint">
                <time datetime=notice.at.to_string() title=words::in_utc(notice.at)>
                    {notice.at.ago(now)}
                </time>
                " "
                {link}
            </span>
        </li>
    }
}
