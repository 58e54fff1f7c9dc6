//! Google's directory over the wire: how near a refresh and a job come to what the
//! quota allows, with a simulator that takes 100 ms for every call.

use std::sync::Arc;
use std::time::{Duration, Instant};

use sunset::domain::action::reason::DeprovisionReason;
use sunset::domain::action::{Action, ActionKind};
use sunset::domain::filter::DeviceFilter;
use sunset::domain::plan::Execution;
use sunset::domain::status::DeviceStatus;
use sunset::domain::time::Timestamp;
use sunset::server::config::Rules;
use sunset::server::directory::google::{GoogleDirectory, Options, ServiceAccount, Times};
use sunset::server::simulator::settings::Settings;
use sunset::server::simulator::{Simulator, key, serve};
use sunset::server::store::{Database, Store};
use sunset::server::{App, Scoped, demo};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::report::{alone, ms};
use crate::server::memory_of;

/// Calls in a minute that the simulator takes, as Google does by default.
const QUOTA: u32 = 2400;

pub async fn measure(database: &Database, size: u32) {
    let today = Timestamp::now().date();
    let fleet = demo::fleet(size, today).map(|mut device| {
        device.status = DeviceStatus::Active;
        device
    });
    let settings = Settings {
        latency_ms: 100,
        queries_per_minute: QUOTA as usize,
        ..Settings::default()
    };
    let simulator = Simulator::new(fleet, settings);
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let root = format!("http://{}", listener.local_addr().expect("it listens"));
    let stop = CancellationToken::new();
    tokio::spawn(serve::serve(listener, simulator.clone(), stop.clone()));

    let store = Arc::new(Store::open(database).await.expect("the database opens"));
    let account = key::service_account(&root).to_string();
    let account = ServiceAccount::from_json(&account).expect("a key");
    let options = Options {
        subject: Some("admin@riverbend.example".to_owned()),
        customer: "my_customer".to_owned(),
        url: root,
        queries_per_minute: QUOTA,
        trust: None,
        times: Times::default(),
    };
    let directory = GoogleDirectory::new(account, options, Some(store.clone()));
    let directory = Arc::new(directory.expect("it can be called"));
    let rules = Rules {
        grace_seconds: 0,
        ..Rules::default()
    };
    let app = App::with_directory(store.clone(), directory, rules);

    let operator = Scoped::at_this_computer();
    let before = forget_peak();
    let begun = Instant::now();
    let state = app.refresher.run(&operator).await.expect("it refreshes");
    let last = state.last.expect("a refresh");
    assert_eq!((last.read, last.failure.as_str()), (u64::from(size), ""));
    let took = begun.elapsed();
    alone(
        &format!("refresh of {size}"),
        &format!(
            "{}, {:.0} devices a second",
            ms(took),
            f64::from(size) / took.as_secs_f64()
        ),
    );
    let peak = memory_of(std::process::id(), "VmHWM:").unwrap_or(f64::NAN);
    alone(
        "memory, what the refresh takes at most",
        &format!("{:.0} MB, its simulator included", peak - before),
    );

    run_job(&app, size).await;
    let ledger = simulator.ledger();
    assert_eq!(ledger.effects().len(), size as usize);
    assert!(ledger.effects().values().all(|times| *times == 1));
    let at = |entry: &sunset::server::simulator::ledger::Entry| entry.at.0;
    let first = ledger.entries.first().map_or(0, at);
    let last = ledger.entries.last().map_or(0, at);
    let calls = (ledger.batches().len() - 1) as f64;
    let allowed = calls / f64::from(QUOTA) * 60_000.0;
    let took = (last - first) as f64;
    alone(
        &format!("job of {size}, from its first call to its last"),
        &format!(
            "{took:.0} ms, {:.0} % of what the quota allows; refused by it: {}",
            100.0 * allowed / took,
            ledger.refused_by_quota
        ),
    );
    stop.cancel();
    store.close().await;
}

/// Lets the kernel begin anew with the most that we have used, and returns what we use
/// now, in MB.
fn forget_peak() -> f64 {
    let _ = std::fs::write("/proc/self/clear_refs", "5");
    memory_of(std::process::id(), "VmRSS:").unwrap_or(f64::NAN)
}

async fn run_job(app: &App, size: u32) {
    let operator = &Scoped::at_this_computer();
    let all = DeviceFilter::default();
    let begun = Instant::now();
    let selection = app
        .inventory
        .select_matching(&Scoped::at_this_computer(), &all, u64::from(size))
        .await
        .expect("they match");
    let plan = app
        .jobs
        .plan(operator, ActionKind::Deprovision, &selection, "")
        .await
        .expect("a plan");
    let execution = Execution {
        plan: plan.id.clone(),
        hash: plan.hash.clone(),
        action: Action::deprovision(DeprovisionReason::RetiringDevice),
        note: String::new(),
        acknowledged: true,
        typed_count: Some(plan.eligible),
    };
    app.jobs.start(operator, &execution).await.expect("a job");
    let stop = CancellationToken::new();
    let runner = app.start(stop.clone()).await.expect("it runs");
    let begun_at = begun.elapsed();
    loop {
        let job = app
            .jobs
            .read(&operator.viewing(), &plan.id)
            .await
            .expect("the job");
        if job.state.is_over() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    alone(
        &format!("job of {size}, with the check before it"),
        &ms(begun.elapsed() - begun_at),
    );
    stop.cancel();
    runner.await.expect("it ends");
}
