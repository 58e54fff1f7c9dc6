//! Pages outside of the application: to sign in, to set up an account, the account, and the
//! operators.
//! The server writes them whole; they are forms, and need no script.

mod account;
mod fields;
mod first;
mod operators;
mod reset_banner;
mod set_up;
mod sign_in;
mod tokens;
pub mod words;

use leptos::prelude::*;

pub use account::{Account, SessionRow};
pub use first::FirstOperator;
pub use operators::{BY_PROVIDER, OperatorRow, Operators};
pub use reset_banner::ResetBanner;
pub use set_up::{NoLink, RecoveryCodes, SetUp};
pub use sign_in::{Confirm, SignIn};
pub use tokens::TokenRow;

/// The frame of such a page: a heading, and what could not be done.
#[component]
pub fn Entrance(
    #[prop(into)] title: String,
    /// Why not, in a sentence; empty where nothing is wrong.
    error: String,
    children: Children,
) -> impl IntoView {
    let error = (!error.is_empty()).then(|| {
        view! {
            <p class="callout" data-tone="danger" role="alert" id="error">
                {error}
            </p>
        }
    });
    view! {
        <main class="entrance" id="main">
            <h1>{title}</h1>
            {error}
            {children()}
        </main>
    }
}
