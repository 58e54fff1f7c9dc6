//! One request to approve a job: all that would run, as the server has reviewed it, and what
//! can be decided.

use leptos::prelude::*;

use super::devices::{Devices, Groups};
use super::words;
use crate::domain::job::approval::{Approval, ApprovalState};
use crate::domain::job::{ItemPage, JobSummary};
use crate::domain::visible::shown;
use crate::ui::components::{LocalTime, Precision};
use crate::ui::entrance::Entrance;

/// Whether who asks may decide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    Theirs,
    /// They started the job.
    Own,
    /// They are no approver of all of its org units.
    OfOthers,
}

/// A request, as its page shows it.
#[derive(Clone, Debug)]
pub struct RequestView {
    pub job: JobSummary,
    pub approval: Approval,
    /// The devices by org unit, by model and by status, most devices first.
    pub groups: [Vec<(String, u64)>; 3],
    pub items: ItemPage,
    pub page: u32,
    pub pages: u32,
    pub decision: Decision,
    /// What was just done, in a sentence; empty where nothing was.
    pub done: &'static str,
    pub error: String,
}

#[component]
pub fn ApprovalRequest(request: RequestView) -> impl IntoView {
    let RequestView {
        job,
        approval,
        groups,
        items,
        page,
        pages,
        decision,
        done,
        error,
    } = request;
    let path = format!("/approvals/{}", job.id.as_str());
    let done = (!done.is_empty()).then(|| view! { <p role="status">{done}</p> });
    let is_open = approval.state == ApprovalState::Open;
    let decide = is_open.then(|| {
        view! { <Decide path=path.clone() digest=approval.digest.clone() decision /> }
    });
    let verdict = job.action.label();
    let csv = format!("/jobs/{}/results.csv", job.id.as_str());
    let job_path = format!("/jobs/{}", job.id.as_str());
    let [org_units, models, statuses] = groups;
    let to_page = |page: u32, label: &'static str| {
        let href = format!("{path}?page={page}#devices");
        view! {
            <a class="button" href=href>
                {label}
            </a>
        }
    };
    let previous = (1 < page).then(|| to_page(page - 1, words::PREVIOUS));
    let next = (page < pages).then(|| to_page(page + 1, words::NEXT));
    view! {
        <Entrance title=words::request(job.number) error>
            {done}
            <p class="entrance__buttons">
                <a class="button" href="/approvals">
                    {words::ALL_REQUESTS}
                </a>
                <a class="button" href=job_path>
                    {words::OPEN_JOB}
                </a>
            </p>
            <h2>{words::WHAT_WOULD_RUN}</h2>
            <Facts job approval />
            {decide}
            <Groups title=words::BY_ORG_UNIT term=words::ORG_UNIT rows=org_units />
            <Groups title=words::BY_MODEL term=words::MODEL rows=models />
            <Groups title=words::BY_STATUS term=words::STATUS rows=statuses />
            <h2 id="devices">{words::THE_DEVICES}</h2>
            <p>
                <a class="button" href=csv download="">
                    {words::AS_CSV}
                </a>
            </p>
            <Devices items=items.rows verdict />
            <p class="entrance__buttons">{previous} {words::page_of(page, pages)} {next}</p>
        </Entrance>
    }
}

#[component]
fn Facts(job: JobSummary, approval: Approval) -> impl IntoView {
    let fact = |term: String, text: String| {
        view! {
            <div>
                <dt>{term}</dt>
                <dd>{text}</dd>
            </div>
        }
    };
    let when = |term: &'static str, at| {
        view! {
            <div>
                <dt>{term}</dt>
                <dd>
                    <LocalTime at precision=Precision::Minute />
                </dd>
            </div>
        }
    };
    let said = |term: &'static str, text: &str| {
        (!text.is_empty()).then(|| fact(term.to_owned(), shown(text)))
    };
    let choices = job.choices.iter();
    let choices = choices.map(|it| fact(it.term.clone(), shown(&it.text)));
    view! {
        <dl class="facts">
            {fact(words::STATE.to_owned(), words::state(approval.state).to_owned())}
            {approval.decided_at.map(|at| when(words::DECIDED, at))}
            {said(words::DECIDED_BY, &approval.decided_by)}
            {said(words::WHY_REFUSED, &approval.why)}
            {fact(words::ACTION.to_owned(), job.action.label().to_owned())}
            {fact(words::DEVICES.to_owned(), words::would_change(job.eligible, job.counts.total))}
            {choices.collect_view()}
            {said(words::NOTE, &job.note)}
            {fact(words::ASKED_BY.to_owned(), job.operator.clone())}
            {when(words::ASKED, approval.asked_at)}
            {when(words::EXPIRES, approval.expires_at)}
            {said(words::REQUESTERS_PAGE, &job.provenance)}
        </dl>
        <details>
            <summary>{words::DETAILS}</summary>
            <dl class="facts">
                <div>
                    <dt>{words::DIGEST}</dt>
                    <dd class="mono wrap-anywhere">{approval.digest}</dd>
                </div>
            </dl>
        </details>
    }
}

#[component]
fn Decide(path: String, digest: String, decision: Decision) -> impl IntoView {
    let forms = match decision {
        Decision::Own => view! { <p>{words::OWN}</p> }.into_any(),
        Decision::OfOthers => view! { <p>{words::NOT_YOURS}</p> }.into_any(),
        Decision::Theirs => view! {
            <form class="entrance__form" method="post" action=format!("{path}/approve")>
                <input type="hidden" name="digest" value=digest />
                <p class="hint" id="approve-hint">
                    {words::APPROVE_HINT}
                </p>
                <button
                    type="submit"
                    class="button button--primary"
                    aria-describedby="approve-hint"
                >
                    {words::APPROVE}
                </button>
            </form>
            <form class="entrance__form" method="post" action=format!("{path}/refuse")>
                <label class="labeled">
                    {words::WHY_REFUSED}
                    <input
                        class="field"
                        type="text"
                        name="why"
                        maxlength="300"
                        autocomplete="off"
                        aria-describedby="why-hint"
                        required
                    />
                </label>
                <p class="hint" id="why-hint">
                    {words::WHY_HINT}
                </p>
                <button type="submit" class="button">
                    {words::REFUSE}
                </button>
            </form>
        }
        .into_any(),
    };
    view! {
        <h2>{words::DECIDE}</h2>
        {forms}
    }
}
