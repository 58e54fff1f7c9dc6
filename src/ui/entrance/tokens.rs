//! One's own API tokens: what scripts read with.

use leptos::prelude::*;

use super::words;
use crate::domain::api_token::{DAYS, LONGEST_NAME, USUAL_DAYS};
use crate::domain::time::Timestamp;
use crate::ui::components::{LocalTime, Precision, Table};

/// A token, as its row shows it.
#[derive(Clone, Debug)]
pub struct TokenRow {
    pub id: String,
    pub name: String,
    pub created_at: Timestamp,
    pub ends_at: Timestamp,
    pub used_at: Option<Timestamp>,
    /// The address that it was used from last.
    pub address: String,
}

/// The tokens there are, one that was just made, and a form for another.
#[component]
pub fn Tokens(
    tokens: Vec<TokenRow>,
    /// It is shown this once; empty where none was made.
    new: String,
) -> impl IntoView {
    let new = (!new.is_empty()).then(|| {
        view! {
            <div class="entrance__link" role="status">
                <p>{words::TOKEN_ONCE}</p>
                <code class="entrance__key" id="new-token">
                    {new}
                </code>
            </div>
        }
    });
    let has_tokens = !tokens.is_empty();
    let rows = tokens.into_iter().map(|row| view! { <Row row /> });
    let table = has_tokens.then(|| {
        view! {
            <Table
                labelled_by="tokens"
                headings=&[
                    words::TOKEN_NAME,
                    words::TOKEN_CREATED,
                    words::TOKEN_ENDS,
                    words::LAST_USED,
                    words::ACTION,
                ]
            >
                {rows.collect_view()}
            </Table>
        }
    });
    let days = DAYS.map(|days| {
        view! {
            <option value=days selected=days == USUAL_DAYS>
                {words::days(days)}
            </option>
        }
    });
    view! {
        <h2 id="tokens">{words::TOKENS}</h2>
        <p class="hint">{words::TOKENS_HINT}</p>
        {new}
        {table}
        <form class="entrance__form" method="post" action="/account/tokens/create">
            <label class="labeled">
                {words::TOKEN_NAME}
                <input
                    class="field"
                    type="text"
                    name="name"
                    maxlength=LONGEST_NAME
                    autocomplete="off"
                    required
                />
            </label>
            <label class="labeled">
                {words::TOKEN_DAYS} <select class="field" name="days">
                    {days}
                </select>
            </label>
            <button type="submit" class="button">
                {words::CREATE_TOKEN}
            </button>
        </form>
    }
}

#[component]
fn Row(row: TokenRow) -> impl IntoView {
    let label = words::revoke_token_of(&row.name);
    let used = row.used_at.map(|at| {
        view! {
            <LocalTime at precision=Precision::Minute />
            {format!(" ({})", row.address)}
        }
    });
    view! {
        <tr>
            <th scope="row">{row.name}</th>
            <td>
                <LocalTime at=row.created_at precision=Precision::Day />
            </td>
            <td>
                <LocalTime at=row.ends_at precision=Precision::Day />
            </td>
            <td>{used.map_or_else(|| words::NEVER.into_any(), IntoAny::into_any)}</td>
            <td>
                <form method="post" action="/account/tokens/revoke">
                    <input type="hidden" name="token" value=row.id />
                    <button type="submit" class="button button--small" aria-label=label>
                        {words::REVOKE_TOKEN}
                    </button>
                </form>
            </td>
        </tr>
    }
}
