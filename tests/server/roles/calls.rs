//! Every server function: who may call it, and with what.

use serde_json::{Value, json};
use sunset::domain::action::Action;
use sunset::domain::action::reason::DeprovisionReason;
use sunset::domain::grid::GridView;
use sunset::domain::job::JobId;
use sunset::domain::permission::Permission;
use sunset::domain::plan::Execution;
use sunset::domain::selection::Selection;

/// What the calls are about.
pub struct About {
    pub device_id: String,
    pub serial: String,
    pub job: JobId,
    pub plan: JobId,
    pub selection: Selection,
}

/// A server function, the permission that it asks for, and arguments.
pub type CallOf = (&'static str, Permission, Value);

pub fn calls(about: &About) -> Vec<CallOf> {
    use Permission as P;
    let About {
        device_id,
        serial,
        job,
        plan,
        selection,
    } = about;
    let view = GridView::default();
    let filter = &view.filter;
    let of_plan = json!({ "id": plan });
    let of_job = json!({ "id": job });
    let of_selection = json!({ "selection": selection });
    let execution = json!({ "execution": Execution {
        plan: plan.clone(),
        hash: "0".to_owned(),
        action: Action::deprovision(DeprovisionReason::RetiringDevice),
        note: String::new(),
        acknowledged: true,
        typed_count: Some(1),
    } });
    vec![
        ("cache/refresh", P::Refresh, json!({})),
        ("cache/state", P::View, json!({})),
        ("devices/count", P::View, json!({ "filters": [filter] })),
        (
            "devices/drift",
            P::View,
            json!({ "filter": filter, "matched": selection }),
        ),
        ("devices/eligibility", P::View, of_selection.clone()),
        (
            "devices/eligible",
            P::View,
            json!({ "action": "deprovision", "selection": selection }),
        ),
        ("devices/facets", P::View, json!({ "filter": filter })),
        ("devices/known", P::View, of_selection.clone()),
        ("devices/paste", P::View, json!({ "text": serial })),
        ("devices/read", P::View, json!({ "device_id": device_id })),
        ("devices/scan", P::View, json!({ "code": serial })),
        ("devices/search", P::View, json!({ "view": view })),
        (
            "devices/select-matching",
            P::View,
            json!({ "filter": filter, "expected": 24 }),
        ),
        (
            "devices/selected",
            P::View,
            json!({ "view": view, "selection": selection }),
        ),
        ("devices/serials", P::View, of_selection.clone()),
        ("directory/health", P::View, json!({})),
        ("imports/apply", P::Import, json!({ "token": "x" })),
        ("imports/discard", P::Import, json!({ "token": "x" })),
        ("imports/read", P::Import, json!({})),
        (
            "jobs/items",
            P::View,
            json!({ "id": job, "page": 1, "size": 50 }),
        ),
        ("jobs/list", P::View, json!({ "page": 1, "size": 50 })),
        ("jobs/pause", P::Stop, of_job.clone()),
        ("jobs/read", P::View, of_job.clone()),
        ("jobs/resume", P::Run, of_job.clone()),
        ("jobs/retry", P::Run, of_job.clone()),
        (
            "jobs/selection",
            P::View,
            json!({ "id": job, "state": "skipped" }),
        ),
        ("jobs/start", P::Run, execution),
        ("jobs/stop", P::Stop, of_job),
        ("notices/dismiss", P::View, json!({ "number": 1 })),
        ("notices/list", P::View, json!({})),
        ("notices/open", P::View, json!({})),
        ("notices/see", P::View, json!({ "up_to": 1 })),
        ("overview/read", P::View, json!({})),
        ("plans/make", P::Run, of_selection),
        ("plans/read", P::Run, of_plan.clone()),
        ("plans/recently-synced", P::Run, of_plan.clone()),
        ("plans/selection", P::Run, of_plan.clone()),
        ("plans/serials", P::Run, of_plan),
        ("views/delete", P::View, json!({ "name": "x" })),
        ("views/list", P::View, json!({})),
        ("views/save", P::View, json!({ "name": "x", "query": "" })),
    ]
}

/// Pages, files and streams: the permission, and the path.
pub fn paths(about: &About) -> Vec<(Permission, String)> {
    use Permission as P;
    vec![
        (P::View, "/overview".to_owned()),
        (P::View, "/devices?size=200".to_owned()),
        (P::View, format!("/devices/{}", about.device_id)),
        (P::View, "/jobs".to_owned()),
        (P::View, "/approvals".to_owned()),
        (P::View, format!("/approvals/{}", about.job.as_str())),
        (P::View, format!("/jobs/{}", about.job.as_str())),
        (P::Export, "/devices/export.csv".to_owned()),
        (
            P::Export,
            format!("/jobs/{}/results.csv", about.job.as_str()),
        ),
        (P::Export, "/overview/status/figures.csv".to_owned()),
        (
            P::Export,
            format!("/jobs/{}/certificate", about.job.as_str()),
        ),
        (
            P::Export,
            format!("/jobs/{}/evidence.zip", about.job.as_str()),
        ),
        (P::Administer, "/audit".to_owned()),
        (P::Administer, "/audit/export.csv".to_owned()),
        (P::Administer, "/audit/export.jsonl".to_owned()),
        (P::Import, "/import/refused.csv?token=x".to_owned()),
        (P::Administer, "/metrics".to_owned()),
    ]
}
