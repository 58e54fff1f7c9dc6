//! Who may use the console: a list, and forms to invite, to change roles and to disable.

use leptos::prelude::*;

use super::{Entrance, words};
use crate::domain::permission::{Grants, Role};
use crate::domain::time::Timestamp;
use crate::ui::components::{LocalTime, Precision, Table};

/// What the form to invite sends for somebody who signs in with the identity provider.
pub const BY_PROVIDER: &str = "provider";

/// An operator, as their row shows them.
#[derive(Clone, Debug)]
pub struct OperatorRow {
    pub login: String,
    /// `invited`, `active` or `disabled`.
    pub state: String,
    /// They sign in with the identity provider.
    pub is_sso: bool,
    pub grants: Grants,
    pub seen_at: Option<Timestamp>,
    /// Browsers in which they are signed in.
    pub sessions: u32,
    /// API tokens that are good.
    pub tokens: u32,
    /// It is who asks.
    pub is_self: bool,
}

#[component]
pub fn Operators(
    operators: Vec<OperatorRow>,
    /// The identity provider's name, if there is one.
    provider: Option<String>,
    /// What was just done, in a sentence; empty where nothing was.
    done: String,
    /// Who was invited, and their link.
    link: Option<(String, String)>,
    error: String,
) -> impl IntoView {
    let done = (!done.is_empty()).then(|| view! { <p role="status">{done}</p> });
    let link = link.map(|(login, href)| {
        let link = href.clone();
        view! {
            <div class="callout" role="status">
                <p class="callout__title">{words::invited(&login)}</p>
                <p>{words::SEND_LINK}</p>
                <p>
                    // Its whole address is where the browser is.
                    <a class="entrance__key" id="link" href=href>
                        {link}
                    </a>
                </p>
            </div>
        }
    });
    let rows = operators.into_iter().map(|row| view! { <Row row /> });
    view! {
        <Entrance title=words::OPERATORS error>
            {done} {link} <p>
                <a class="button" href="/overview">
                    {words::BACK}
                </a>
                " "
                <a class="button" href="/audit">
                    {words::AUDIT}
                </a>
            </p>
            <h2 id="operators">{words::WHO_THERE_IS}</h2>
            <Table
                labelled_by="operators"
                headings=&[
                    words::LOGIN,
                    words::STATE,
                    words::ROLES,
                    words::LAST_USED,
                    words::ACTION,
                ]
            >
                {rows.collect_view()}
            </Table>
            <h2>{words::INVITE}</h2>
            <form class="entrance__form" method="post" action="/operators/invite">
                <label class="labeled">
                    {words::LOGIN}
                    <input
                        class="field"
                        type="text"
                        name="login"
                        autocomplete="off"
                        autocapitalize="none"
                        spellcheck="false"
                        required
                    />
                </label>
                {provider.map(|provider| view! { <WaysIn provider /> })}
                <RoleFields id="new".to_owned() grants=Grants::default() />
                <button type="submit" class="button">
                    {words::INVITE}
                </button>
            </form>
            <p class="hint">{words::ON_THE_SERVER}</p>
            <h2>{words::STOP_ALL}</h2>
            <form class="entrance__form" method="post" action="/operators/stop-all">
                <p class="hint">{words::STOP_ALL_HINT}</p>
                <button type="submit" class="button">
                    {words::STOP_ALL}
                </button>
            </form>
        </Entrance>
    }
}

#[component]
fn Row(row: OperatorRow) -> impl IntoView {
    let roles: Vec<String> = row.grants.list().iter().map(words::grant).collect();
    let roles = match roles.is_empty() {
        true => vec![words::NO_ROLE.to_owned()],
        false => roles,
    };
    let roles = roles.into_iter().map(|role| view! { <li>{role}</li> });
    let seen = row
        .seen_at
        .map(|at| view! { <LocalTime at precision=Precision::Minute /> });
    let invite_again = (row.state == "invited").then(|| {
        let label = words::invite_again(&row.login, row.is_sso);
        view! {
            <form method="post" action="/operators/invite-again">
                <input type="hidden" name="login" value=row.login.clone() />
                <button type="submit" class="button button--small" aria-label=label>
                    {words::invite_again_short(row.is_sso)}
                </button>
            </form>
        }
    });
    let disable = (row.state != "disabled" && !row.is_self).then(|| {
        let label = words::disable(&row.login);
        view! {
            <form method="post" action="/operators/disable">
                <input type="hidden" name="login" value=row.login.clone() />
                <button type="submit" class="button button--small" aria-label=label>
                    {words::DISABLE}
                </button>
            </form>
        }
    });
    let has_access = row.sessions + row.tokens != 0;
    let sign_out = (has_access && !row.is_self).then(|| {
        let label = words::sign_out(&row.login);
        view! {
            <form method="post" action="/operators/sign-out">
                <input type="hidden" name="login" value=row.login.clone() />
                <button type="submit" class="button button--small" aria-label=label>
                    {words::SIGN_OUT_EVERYWHERE}
                </button>
            </form>
        }
    });
    let access = has_access.then(|| {
        view! { <p class="hint">{words::access(row.sessions, row.tokens)}</p> }
    });
    view! {
        <tr>
            <th scope="row">{row.login.clone()}</th>
            <td>{words::state(&row.state)} {row.is_sso.then_some(words::BY_SSO)}</td>
            <td>
                <ul class="entrance__roles">{roles.collect_view()}</ul>
            </td>
            <td>{seen} {access}</td>
            <td>
                <div class="entrance__acts">
                <details>
                    <summary aria-label=words::change_roles(&row.login)>
                        {words::CHANGE_ROLES}
                    </summary>
                    <form class="entrance__form" method="post" action="/operators/roles">
                        <input type="hidden" name="login" value=row.login.clone() />
                        <RoleFields id=row.login.clone() grants=row.grants />
                        <button type="submit" class="button button--small">
                            {words::SAVE_ROLES}
                        </button>
                    </form>
                </details>
                {invite_again}
                {sign_out}
                {disable}
                </div>
            </td>
        </tr>
    }
}

/// How somebody who is invited signs in.
#[component]
fn WaysIn(provider: String) -> impl IntoView {
    view! {
        <fieldset class="entrance__ways">
            <legend>{words::SIGNS_IN}</legend>
            <label>
                <input type="radio" name="by" value=BY_PROVIDER checked />
                {words::by_provider(&provider)}
            </label>
            <label>
                <input type="radio" name="by" value="link" />
                {words::BY_LINK}
            </label>
            <p class="hint">{words::WAYS_HINT}</p>
        </fieldset>
    }
}

/// The org units of each role that an administrator gives.
#[component]
fn RoleFields(id: String, grants: Grants) -> impl IntoView {
    let field = move |role: Role, label: &'static str| {
        let units = grants.list().iter().filter(|grant| grant.role == role);
        let units: Vec<String> = units.map(|grant| grant.org_unit.clone()).collect();
        let hint_id = format!("{id}-{}-hint", role.as_str());
        view! {
            <label class="labeled">
                {label}
                <textarea
                    class="field"
                    name=role.as_str()
                    rows="2"
                    spellcheck="false"
                    aria-describedby=hint_id.clone()
                >
                    {units.join("\n")}
                </textarea>
            </label>
            <p class="hint" id=hint_id>
                {words::ORG_UNITS_HINT}
            </p>
        }
    };
    let viewer = field(Role::Viewer, words::SEES_DEVICES_IN);
    let operator = field(Role::Operator, words::RUNS_JOBS_IN);
    view! { {viewer} {operator} }
}
