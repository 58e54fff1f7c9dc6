//! How a console is connected to Google's directory, in short.

use leptos::prelude::*;

const SCOPES: &str = "https://www.googleapis.com/auth/admin.directory.device.chromeos,\
                      https://www.googleapis.com/auth/admin.directory.orgunit.readonly";

const COMMAND: &str = "sunset serve --directory google --google-key key.json \
                       --google-subject sunset@school.example";

/// The steps, and where all of it is written.
#[component]
pub fn ToGoogle() -> impl IntoView {
    view! {
        <section class="import__part" id="google">
            <h2>"Connect to Google"</h2>
            <p>
                "With Google's directory, devices come from your Admin console and nothing is
                uploaded. You need a super administrator of your Google Workspace account and
                about twenty minutes."
            </p>
            <ol class="causes">
                <li>
                    "In the Google Cloud console, make a project, enable the Admin SDK API, make a
                    service account, and create a JSON key for it."
                </li>
                <li>
                    "In the Admin console, under Security > Access and data control > API controls >
                    Manage domain-wide delegation, add the service account's client ID with these
                    scopes: " <code class="wrap-anywhere">{SCOPES}</code>
                </li>
                <li>
                    "Give an administrator account that nobody signs in with a role with Manage
                    Devices and Organizational Units > Read."
                </li>
                <li>
                    "Start Sunset with the key and that administrator, on a database of its own: "
                    <code class="wrap-anywhere">{COMMAND}</code>
                </li>
            </ol>
            <p>
                "The file docs/google.md that comes with Sunset has every step, and
                sunset directory check says what is still missing."
            </p>
        </section>
    }
}
