//! `/audit`: what was done, a page at a time, with filters.

use leptos::prelude::*;

use super::words;
use crate::domain::audit::{Act, AuditRow};
use crate::domain::time::Timestamp;
use crate::ui::components::{LocalTime, Precision, Table};

/// The fields of the form, as they were typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditForm {
    pub actor: String,
    pub action: String,
    pub target: String,
    pub from: String,
    pub until: String,
}

impl AuditForm {
    /// The query of an address that shows the rows before this one.
    pub fn query(&self, before: Option<i64>) -> String {
        let fields = [
            ("actor", &self.actor),
            ("action", &self.action),
            ("target", &self.target),
            ("from", &self.from),
            ("until", &self.until),
        ];
        let mut query = form_urlencoded::Serializer::new(String::new());
        for (name, value) in fields.into_iter().filter(|field| !field.1.is_empty()) {
            query.append_pair(name, value);
        }
        if let Some(before) = before {
            query.append_pair("before", &before.to_string());
        }
        query.finish()
    }
}

#[component]
pub fn AuditPage(
    form: AuditForm,
    rows: Vec<AuditRow>,
    /// The last row, if there are older ones.
    older: Option<i64>,
    /// Why nothing is shown; empty where nothing is wrong.
    error: String,
) -> impl IntoView {
    let href = |path: &str, before| format!("{path}?{}", form.query(before));
    let older = older.map(|before| {
        view! {
            <a class="button" href=href("/audit", Some(before))>
                {words::OLDER}
            </a>
        }
    });
    let newest = href("/audit", None);
    let (csv, lines) = (
        href("/audit/export.csv", None),
        href("/audit/export.jsonl", None),
    );
    let nothing = (rows.is_empty() && error.is_empty()).then(|| {
        view! { <p role="status">{words::NOTHING}</p> }
    });
    let error = (!error.is_empty()).then(|| {
        view! {
            <p class="callout" data-tone="danger" role="alert">
                {error}
            </p>
        }
    });
    let rows = rows.into_iter().map(|row| view! { <Row row /> });
    view! {
        <main class="entrance entrance--wide" id="main">
            <h1>{words::AUDIT}</h1>
            {error}
            <p class="entrance__buttons">
                <a class="button" href="/overview">
                    {words::BACK}
                </a>
            </p>
            <Filters form />
            <h2 id="rows">{words::ROWS}</h2>
            {nothing}
            <Table
                labelled_by="rows"
                headings=&[
                    words::NUMBER,
                    words::WHEN,
                    words::WHO,
                    words::ADDRESS,
                    words::WHAT,
                    words::TARGET,
                    words::OUTCOME,
                    words::DETAILS,
                ]
            >
                {rows.collect_view()}
            </Table>
            <p class="entrance__buttons">
                <a class="button" href=newest>
                    {words::NEWEST}
                </a>
                {older}
            </p>
            <h2>{words::TAKE_AWAY}</h2>
            <p class="hint">{words::TAKE_AWAY_HINT}</p>
            <p class="entrance__buttons">
                <a class="button" href=csv download>
                    {words::AS_CSV}
                </a>
                <a class="button" href=lines download>
                    {words::AS_JSON_LINES}
                </a>
            </p>
        </main>
    }
}

#[component]
fn Filters(form: AuditForm) -> impl IntoView {
    let chosen = form.action.clone();
    let acts = Act::ALL.iter().map(|act| {
        let is_chosen = act.as_str() == chosen;
        view! {
            <option value=act.as_str() selected=is_chosen>
                {act.label()}
            </option>
        }
    });
    let acts = acts.collect_view();
    let text = |name: &'static str, label: &'static str, value: String, hint: &'static str| {
        let hint_id = format!("{name}-hint");
        let described_by = (!hint.is_empty()).then(|| hint_id.clone());
        let hint = (!hint.is_empty()).then(|| view! { <p class="hint" id=hint_id>{hint}</p> });
        view! {
            <div>
                <label class="labeled">
                    {label}
                    <input
                        class="field"
                        type="text"
                        name=name
                        value=value
                        maxlength="200"
                        autocapitalize="none"
                        spellcheck="false"
                        aria-describedby=described_by
                    />
                </label>
                {hint}
            </div>
        }
    };
    view! {
        <form class="audit__filters" method="get" action="/audit">
            {text("actor", words::WHO, form.actor, "")}
            <label class="labeled">
                {words::WHAT}
                <select class="field" name="action">
                    <option value="">{words::ANYTHING}</option>
                    {acts}
                </select>
            </label>
            {text("target", words::TARGET, form.target, words::TARGET_HINT)}
            {text("from", words::FROM, form.from, words::DAY_HINT)}
            {text("until", words::UNTIL, form.until, words::DAY_HINT)}
            <p class="entrance__buttons">
                <button type="submit" class="button">
                    {words::SHOW}
                </button>
                <a class="button" href="/audit">
                    {words::SHOW_ALL}
                </a>
            </p>
        </form>
    }
}

#[component]
fn Row(row: AuditRow) -> impl IntoView {
    let act = Act::from_word(&row.action).map_or("", Act::label);
    let act = if act.is_empty() {
        row.action.clone()
    } else {
        act.to_owned()
    };
    let details = match row.detail.as_str() {
        "{}" => String::new(),
        detail => detail.to_owned(),
    };
    view! {
        <tr>
            <th scope="row">{row.n}</th>
            <td>
                <LocalTime at=Timestamp(row.at) precision=Precision::Minute />
            </td>
            <td>
                <bdi>{row.actor}</bdi>
            </td>
            <td>{row.ip}</td>
            <td>{act}</td>
            <td class="audit__detail">
                <bdi>{row.target}</bdi>
            </td>
            <td>{words::outcome(&row.outcome)}</td>
            <td class="audit__detail">
                <bdi>{details}</bdi>
            </td>
        </tr>
    }
}
