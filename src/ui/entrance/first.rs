//! The page that makes the first operator.

use leptos::prelude::*;

use super::{Entrance, words};

/// Asks for the login of the first operator.
#[component]
pub fn FirstOperator(
    /// The path of this page.
    path: String,
    error: String,
) -> impl IntoView {
    view! {
        <Entrance title=words::FIRST_TITLE error>
            <p>{words::FIRST_WHY}</p>
            <form class="entrance__form" method="post" action=path>
                <label class="labeled">
                    {words::LOGIN}
                    <input
                        class="field"
                        type="text"
                        name="login"
                        autocomplete="username"
                        autocapitalize="none"
                        spellcheck="false"
                        required
                        autofocus
                    />
                </label>
                <button type="submit" class="button button--primary">
                    {words::CONTINUE_TO_SET_UP}
                </button>
            </form>
        </Entrance>
    }
}
