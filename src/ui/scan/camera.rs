//! The camera as a scanner, where the browser can read barcodes.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::session::Session;
use super::words;
use crate::ui::browser;

const VIDEO_ID: &str = "scan-camera";

/// Milliseconds for which a code that stays in the picture counts as one scan.
const SAME_MS: f64 = 3000.0;

/// A button that turns the camera on and off, and its picture.
#[component]
pub fn Camera(session: Session) -> impl IntoView {
    let is_on = RwSignal::new(false);
    let problem = RwSignal::new(None::<&'static str>);
    // The last code, and when it was last in the picture.
    let seen = StoredValue::new((String::new(), 0.0));
    let tell = move |code: String| {
        let now = browser::now_ms();
        let before = seen.try_get_value().unwrap_or_default();
        seen.try_set_value((code.clone(), now));
        if before.0 != code || SAME_MS < now - before.1 {
            session.scan(&code);
        }
    };
    let toggle = move |_| {
        if is_on.get_untracked() {
            return is_on.set(false);
        }
        is_on.set(true);
        problem.set(None);
        spawn_local(async move {
            let goes_on = move || is_on.try_get_untracked() == Some(true);
            if let Err(why) = browser::read_barcodes(VIDEO_ID, goes_on, tell).await {
                problem.try_set(Some(words::no_camera(why)));
            }
            is_on.try_set(false);
        });
    };
    on_cleanup(move || {
        is_on.try_set(false);
    });
    browser::can_read_barcodes().then(|| {
        view! {
            <div class="controls">
                <button type="button" class="button" on:click=toggle>
                    {move || if is_on.get() { words::CAMERA_OFF } else { words::CAMERA }}
                </button>
                <p class="field-error" role="alert">
                    {move || problem.get()}
                </p>
            </div>
            <video
                id=VIDEO_ID
                class="scan__video"
                aria-label=words::CAMERA_PICTURE
                muted
                playsinline
                hidden=move || !is_on.get()
            ></video>
        }
    })
}
