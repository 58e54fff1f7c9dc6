//! What is wrong with a field, next to it.

use leptos::prelude::*;

use crate::domain::review::Problem;

/// Shows a problem if it is about this field. The field names it with
/// `aria-describedby` and takes the focus, so it needs no live region.
#[component]
pub fn FieldError(
    id: &'static str,
    #[prop(into)] problem: Signal<Option<Problem>>,
    /// The problems that this field can have.
    about: &'static [Problem],
) -> impl IntoView {
    let text = move || {
        problem
            .get()
            .filter(|problem| about.contains(problem))
            .map(Problem::text)
    };

    view! {
        <p class="field-error" id=id>
            {text}
        </p>
    }
}
