//! `/jobs/{id}/certificate`: what was done to which devices, by whom and when, for paper.

use leptos::prelude::*;

use super::words;
use crate::domain::action::Action;
use crate::domain::job::{JobItem, JobSummary};
use crate::domain::time::Timestamp;
use crate::ui::components::{LocalTime, Precision, Table};

/// A device of a certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CertificateDevice {
    pub model: String,
    pub serial: String,
    pub asset_id: String,
    /// What was done to it, in Google's words.
    pub done: String,
    pub at: Option<Timestamp>,
}

impl From<&JobItem> for CertificateDevice {
    fn from(item: &JobItem) -> Self {
        let effects = item.effects.iter().map(|effect| effect.label());
        let done: Vec<&str> = effects.collect();
        Self {
            model: item.model.clone(),
            serial: item.name().to_owned(),
            asset_id: item.asset_id.clone(),
            done: match done.is_empty() {
                true => item.state.label().to_owned(),
                false => done.join(", "),
            },
            at: item.finished_at(),
        }
    }
}

/// What is known of a job.
#[derive(Clone, Debug)]
pub struct CertificateFacts {
    pub job: JobSummary,
    pub action: Action,
    pub authority: String,
    pub devices: Vec<CertificateDevice>,
    /// Which sheet of its devices this is, counted from 1, and how many there are.
    pub sheet: u32,
    pub sheets: u32,
    /// Who approved it, and when.
    pub approved: Option<(String, Timestamp)>,
    /// The fingerprint of the key that signs the evidence.
    pub key: String,
}

#[component]
pub fn Certificate(facts: CertificateFacts) -> impl IntoView {
    let CertificateFacts {
        job,
        action,
        authority,
        devices,
        sheet,
        sheets,
        approved,
        key,
    } = facts;
    let id = job.id.as_str().to_owned();
    let not_over = (!job.state.is_over()).then(|| {
        view! {
            <p class="callout" data-tone="warning" role="status">
                {words::NOT_OVER}
            </p>
        }
    });
    let evidence = format!("/jobs/{id}/evidence.zip");
    let evidence = job.state.is_over().then(|| {
        view! {
            <a class="button" href=evidence download>
                {words::EVIDENCE}
            </a>
        }
    });
    let mut method = vec![action.kind().label().to_owned()];
    let choices = action.choices();
    method.extend(choices.iter().map(|it| words::choice(&it.term, &it.text)));
    let approved = match approved {
        Some((by, at)) => words::approved(&by, &at.to_minute()),
        None => words::NOT_APPROVED.to_owned(),
    };
    let others = job.counts.total.saturating_sub(job.counts.succeeded);
    let rows = devices.into_iter().map(|device| view! { <Row device /> });
    let others_sheets = (1 < sheets).then(|| {
        let links = (1..=sheets).map(|number| {
            let href = format!("/jobs/{id}/certificate?page={number}");
            let current = (number == sheet).then_some("page");
            view! {
                <a class="button button--small" href=href aria-current=current>
                    {words::sheet(number)}
                </a>
            }
        });
        view! {
            <nav class="entrance__buttons" aria-label=words::SHEETS>
                {links.collect_view()}
            </nav>
        }
    });
    let started = job.started_at.map(time);
    let finished = job.finished_at.map(time);
    view! {
        <main class="entrance entrance--wide certificate" id="main">
            <h1>{words::certificate(job.number)}</h1>
            {not_over}
            <div class="certificate__screen">
                <p class="hint">{words::PRINT_HINT}</p>
                <p class="entrance__buttons">
                    <a class="button" href=format!("/jobs/{id}")>
                        {words::TO_JOB}
                    </a>
                    {evidence}
                </p>
            </div>
            <dl class="facts">
                {fact(words::METHOD, text(method.join(". ")))}
                {fact(words::OUTCOMES, text(words::counts(job.counts.succeeded, others)))}
                {fact(words::STARTED_BY, text(job.operator.clone()))}
                {fact(words::STARTED, started.into_any())}
                {fact(words::FINISHED, finished.into_any())}
                {fact(words::APPROVED_BY, text(approved))}
                {fact(words::DIRECTORY, text(authority))}
                {fact(words::NOTE, text(job.note.clone()))}
                {fact(words::PLAN_HASH, code(job.plan_hash.clone()))}
                {fact(words::SIGNING_KEY, code(key))}
            </dl>
            <h2 id="devices">{words::DEVICES}</h2>
            <p>{words::sheet_of(sheet, sheets)}</p>
            {others_sheets}
            <Table
                labelled_by="devices"
                headings=&[
                    words::SERIAL,
                    words::MODEL,
                    words::ASSET_ID,
                    words::DONE,
                    words::FINISHED,
                ]
            >
                {rows.collect_view()}
            </Table>
            <p class="certificate__signature">{words::SIGNATURE}</p>
        </main>
    }
}

/// A term and what it stands for.
fn fact(term: &'static str, value: AnyView) -> impl IntoView {
    view! {
        <div>
            <dt>{term}</dt>
            <dd>{value}</dd>
        </div>
    }
}

/// Text from elsewhere, which may be of another direction.
fn text(text: String) -> AnyView {
    view! { <bdi>{text}</bdi> }.into_any()
}

fn code(code: String) -> AnyView {
    view! { <code class="entrance__key">{code}</code> }.into_any()
}

fn time(at: Timestamp) -> impl IntoView {
    view! { <LocalTime at precision=Precision::Minute /> }
}

#[component]
fn Row(device: CertificateDevice) -> impl IntoView {
    view! {
        <tr>
            <th scope="row">
                <bdi>{device.serial}</bdi>
            </th>
            <td>
                <bdi>{device.model}</bdi>
            </td>
            <td>
                <bdi>{device.asset_id}</bdi>
            </td>
            <td>{device.done}</td>
            <td>{device.at.map(time)}</td>
        </tr>
    }
}
