//! How a console is connected to Google's directory, in short.

use leptos::prelude::*;

use super::words;

const SCOPES: &str = "https://www.googleapis.com/auth/admin.directory.device.chromeos,\
                      https://www.googleapis.com/auth/admin.directory.orgunit.readonly";

/// The steps, and where all of it is written.
#[component]
pub fn ToGoogle() -> impl IntoView {
    view! {
        <section class="import__part" id="google">
            <h2>{words::TO_GOOGLE}</h2>
            <p>{words::TO_GOOGLE_LEAD}</p>
            <ol class="causes">
                <li>{words::TO_GOOGLE_KEY}</li>
                <li>
                    {words::TO_GOOGLE_SCOPES} <code class="wrap-anywhere">{SCOPES}</code>
                </li>
                <li>{words::TO_GOOGLE_ROLE}</li>
                <li>
                    {words::TO_GOOGLE_START}
                    <code class="wrap-anywhere">{words::TO_GOOGLE_COMMAND}</code>
                </li>
            </ol>
            <p>{words::TO_GOOGLE_MORE}</p>
        </section>
    }
}
