//! Plans and jobs on the local directory, beside the same rows changed by plain SQL
//! in batches of 500.

use std::time::{Duration, Instant};

use sunset::domain::action::reason::DeprovisionReason;
use sunset::domain::action::{Action, ActionKind};
use sunset::domain::audit::{Act, Actor, Event};
use sunset::domain::filter::DeviceFilter;
use sunset::domain::job::JobId;
use sunset::domain::plan::Execution;
use sunset::domain::selection::Selection;
use sunset::domain::status::DeviceStatus;
use sunset::domain::time::Timestamp;
use sunset::server::Scoped;
use sunset::server::store::{Batch, PlanDraft, Start, Starting};

use crate::report::{alone, median, ms, row};
use crate::setting::Setting;

const BATCH: u32 = 500;

pub async fn measure(setting: &Setting) {
    for size in [10_000, 100_000] {
        if size <= setting.size / 4 * 3 {
            measure_job(setting, size).await;
        }
    }
}

async fn measure_job(setting: &Setting, size: u32) {
    let store = &setting.store;
    let active = DeviceFilter {
        statuses: vec![DeviceStatus::Active],
        ..DeviceFilter::default()
    };
    let now = Timestamp::now();
    let who = Scoped::at_this_computer();
    let all = setting.app.inventory.matching(&who, &active).await;
    let all = all.expect("it answers");
    let selection: Selection = all.iter().take(size as usize).collect();
    let bare = bare_job(setting, all.iter().skip(size as usize).map(|id| id.0), size).await;

    let id = JobId(uuid::Uuid::new_v4().simple().to_string());
    let on_record = store.audit_end().await.expect("it answers");
    let begun = Instant::now();
    let draft = PlanDraft {
        id: id.clone(),
        by: &Actor::named("bench"),
        action: ActionKind::Deprovision,
        selection: &selection,
        outside: &Selection::default(),
        provenance: "",
        made_at: now,
        expires_at: Timestamp(now.0 + 3_600_000),
    };
    store
        .make_plan(&draft)
        .await
        .expect("it plans")
        .expect("every device is known");
    let plan = store
        .plan(&id, "bench")
        .await
        .expect("it answers")
        .expect("the plan is there");
    alone(&format!("plan of {size}"), &ms(begun.elapsed()));
    assert_eq!(plan.eligible, u64::from(size));

    let begun = Instant::now();
    let execution = Execution {
        plan: id.clone(),
        hash: plan.hash,
        action: Action::deprovision(DeprovisionReason::RetiringDevice),
        note: String::new(),
        acknowledged: true,
        typed_count: None,
    };
    let start = store
        .start_job("bench", &execution, Starting::default(), Timestamp::now())
        .await
        .expect("it starts");
    assert_eq!(start, Start::Started);
    alone(&format!("start of {size}"), &ms(begun.elapsed()));

    let begun = Instant::now();
    let mut call = 0;
    loop {
        call += 1;
        let name = format!("{}-{call}", id.as_str());
        let batch = store
            .run_local_batch(&id, &name, BATCH, Timestamp::now())
            .await;
        if batch.expect("a batch runs") == Batch::Finished {
            break;
        }
    }
    row(&format!("job of {size}"), begun.elapsed(), bare);

    let events = store.audit_end().await.expect("it answers") - on_record;
    let event = || Event::new(&Actor::named("bench"), Act::ServerStarted);
    let one = median(20, async || {
        store.record(event()).await.expect("it is kept");
    })
    .await;
    alone(
        &format!("audit of a job of {size}"),
        &format!("{events} events, {} for one by itself", ms(one)),
    );
}

/// The floor: the same changes to directory and inventory and nothing on record, in
/// as many transactions. The devices are put back.
async fn bare_job(setting: &Setting, ids: impl Iterator<Item = u32>, size: u32) -> Duration {
    let mut ids: Vec<u32> = ids.take(size as usize).collect();
    if ids.len() < size as usize {
        // A fleet of little more than the job: the same devices serve twice.
        let active = DeviceFilter {
            statuses: vec![DeviceStatus::Active],
            ..Default::default()
        };
        let who = Scoped::at_this_computer();
        let all = setting.app.inventory.matching(&who, &active).await;
        let all = all.expect("it answers");
        ids = all.iter().take(size as usize).map(|id| id.0).collect();
    }
    let begun = Instant::now();
    change(setting, &ids, "DEPROVISIONED").await;
    let took = begun.elapsed();
    change(setting, &ids, "ACTIVE").await;
    took
}

async fn change(setting: &Setting, ids: &[u32], status: &str) {
    for batch in ids.chunks(BATCH as usize) {
        let list: Vec<String> = batch.iter().map(u32::to_string).collect();
        let list = if setting.bare.is_sqlite() {
            format!("(SELECT value FROM json_each('[{}]'))", list.join(","))
        } else {
            format!("(SELECT unnest('{{{}}}'::int[]))", list.join(","))
        };
        let inventory = format!(
            "UPDATE device SET status = '{status}', version = version + 1 WHERE id IN {list}"
        );
        let directory = format!(
            "UPDATE directory_device SET status = '{status}' WHERE device_id IN
                 (SELECT device_id FROM device WHERE id IN {list})"
        );
        setting.bare.transaction(&[directory, inventory]).await;
    }
}
