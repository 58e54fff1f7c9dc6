//! In place of something that could not be had.

use leptos::prelude::*;

use super::words;
use crate::domain::error::ApiError;

/// Says what went wrong, and offers to try again where that can help.
#[component]
pub fn LoadError(error: ApiError) -> impl IntoView {
    let again = !error.is_final();

    view! {
        <div class="callout" data-tone="danger" role="alert">
            <p>{error.to_string()}</p>
            {again
                .then(|| {
                    view! {
                        <p>
                            <a href="" rel="external">
                                {words::TRY_AGAIN}
                            </a>
                        </p>
                    }
                })}
        </div>
    }
}
