//! A table of a page that the server writes whole. It scrolls sideways by itself where it is
//! wider than the page, by keyboard as well.

use leptos::prelude::*;

/// A table whose heading on the page has the id `labelled_by`.
#[component]
pub fn Table(
    labelled_by: &'static str,
    headings: &'static [&'static str],
    /// Its rows.
    children: Children,
) -> impl IntoView {
    let heading = |heading: &'static str| view! { <th scope="col">{heading}</th> };
    view! {
        <div class="table-region" role="region" aria-labelledby=labelled_by tabindex="0">
            <table class="table">
                <thead>
                    <tr>{headings.iter().copied().map(heading).collect_view()}</tr>
                </thead>
                <tbody>{children()}</tbody>
            </table>
        </div>
    }
}
