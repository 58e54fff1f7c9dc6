//! The storm itself, and what must be true after it.

use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use sunset::domain::action::fields::FieldChanges;
use sunset::domain::action::follow_up::FollowUp;
use sunset::domain::action::reason::DeprovisionReason;
use sunset::domain::action::{Action, ActionKind};
use sunset::domain::job::{ItemState, JobId};
use sunset::domain::plan::Execution;
use sunset::domain::selection::Selection;
use sunset::server::config::Rules;
use sunset::server::store::{Database, Store};
use sunset::server::{App, Scoped};

use crate::dice::Dice;
use crate::postgres::{cut_connections, restart, restarts};
use crate::upstream::{NOTE, RETIRED, TcpDirectory, Upstream};
use crate::{STEPS, number};

/// Of no step.
const NEVER: u64 = u64::MAX;

/// How long the job may take once nothing fails any more.
const CALM: Duration = Duration::from_secs(180);

/// Starts a job and kills whoever works on it, again and again.
pub async fn run(name: &str, database: String, workers: usize) {
    let kills = number("SUNSET_CHAOS_KILLS", 20);
    let restarts = if workers == 1 { 0 } else { restarts() };
    let devices = number("SUNSET_CHAOS_DEVICES", 3_000) as u32;
    let seed = number("SUNSET_CHAOS_SEED", 0x5eed_5eed);
    let mut dice = Dice::new(seed);
    let (upstream, port) = Upstream::start(devices).await;
    let job = start_job(&database, port, devices).await;

    let spawn = |abort: u64| worker(&database, port, devices, abort);
    let mut working: Vec<Child> = (0..workers).map(|_| spawn(NEVER)).collect();
    let (mut killed, mut frozen, mut cut, mut aborted, mut restarted) = (0, 0, 0, 0, 0);
    let mut slowest = Duration::ZERO;
    let begun = Instant::now();
    while killed < kills && !is_over(&mut working) {
        tokio::time::sleep(Duration::from_millis(80 + dice.roll(320) as u64)).await;
        // Evenly over the storm, and the last one well before its end.
        if kills * (restarted + 1) / (restarts + 2) <= killed && restarted < restarts {
            restart(&database).await;
            restarted += 1;
        }
        let victim = dice.roll(working.len());
        for worker in &mut working {
            if !is_running(worker) {
                *worker = spawn(NEVER);
                aborted += 1;
            }
        }
        match dice.roll(10) {
            0 => {
                signal(&working[victim], "-STOP");
                tokio::time::sleep(Duration::from_millis(1500)).await;
                signal(&working[victim], "-CONT");
                frozen += 1;
            }
            1 if database.starts_with("postgres") => {
                cut_connections(&database).await;
                cut += 1;
            }
            _ => {
                let _ = working[victim].kill();
                let _ = working[victim].wait();
                // One in four comes back only to abort at a step of its first call.
                let abort = dice.roll(12) as u64;
                working[victim] = spawn(abort);
                killed += 1;
                if STEPS.len() as u64 <= abort {
                    slowest = slowest.max(until_next_call(&upstream).await);
                }
            }
        }
    }
    let stormy = begun.elapsed();
    let calm = Instant::now();
    while !is_over(&mut working) {
        for worker in &mut working {
            if matches!(worker.try_wait(), Ok(Some(status)) if !status.success()) {
                *worker = spawn(NEVER);
            }
        }
        assert!(
            calm.elapsed() < CALM,
            "{name}: the job does not end (seed {seed})"
        );
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let settled = calm.elapsed();
    for mut worker in working {
        let _ = worker.kill();
        let _ = worker.wait();
    }

    let verdict = interpret_answer(&database, &job, &upstream).await;
    println!(
        "{name}: {devices} devices, {killed} killed, {aborted} aborted, {frozen} frozen, {cut} times cut off, \
         {restarted} restarts of the database in {stormy:.1?}; taken over at the latest {slowest:.1?} after a kill, settled {settled:.1?} \
         after the storm; {} calls, {verdict} (seed {seed})",
        upstream.deeds().calls
    );
    assert_eq!(restarted, restarts, "{name}: the job ended too soon");
    assert_eq!(
        verdict.to_string(),
        DeviceResult::default_with(verdict.succeeded).to_string()
    );
}

/// What the database says, against what the directory did.
#[derive(Debug, Default)]
struct DeviceResult {
    succeeded: u64,
    lost: u64,
    repeated: u64,
    wrong: u64,
    broken: Vec<String>,
}

impl DeviceResult {
    /// All is well.
    fn default_with(succeeded: u64) -> Self {
        Self {
            succeeded,
            ..Self::default()
        }
    }
}

impl std::fmt::Display for DeviceResult {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{} deprovisioned, {} lost, {} repeated, {} wrong{}",
            self.succeeded,
            self.lost,
            self.repeated,
            self.wrong,
            self.broken
                .iter()
                .map(|what| format!(", {what}"))
                .collect::<String>()
        )
    }
}

async fn interpret_answer(database: &str, job: &JobId, upstream: &Upstream) -> DeviceResult {
    let store = open(database).await;
    let mut verdict = DeviceResult {
        broken: store.broken_invariants().await.expect("it answers"),
        ..DeviceResult::default()
    };
    let mut after = None;
    loop {
        let items = store
            .job_items_after(job, after, 1000)
            .await
            .expect("it answers");
        let Some(last) = items.last() else { break };
        after = Some(last.device);
        for item in &items {
            let times = upstream
                .deeds()
                .effects
                .get(&item.device_id)
                .copied()
                .unwrap_or(0);
            verdict.repeated += u64::from(1 < times);
            match item.state {
                ItemState::Succeeded if upstream.is_retired(&item.device_id) => {
                    verdict.succeeded += 1;
                }
                ItemState::Skipped if times == 0 => {}
                ItemState::Pending | ItemState::Sent | ItemState::Unconfirmed => verdict.lost += 1,
                _ => {
                    verdict.wrong += 1;
                    let deeds = upstream.deeds();
                    eprintln!("wrong: {item:?} of {:?}", deeds.devices[&item.device_id]);
                }
            }
        }
    }
    store.close().await;
    verdict
}

async fn start_job(database: &str, port: u16, devices: u32) -> JobId {
    let store = Arc::new(open(database).await);
    let directory = Arc::new(TcpDirectory { port, devices });
    let rules = Rules {
        grace_seconds: 0,
        ..Rules::default()
    };
    let app = App::with_directory(store.clone(), directory, rules);
    let operator = Scoped::at_this_computer();
    let refresher = Scoped::at_this_computer();
    app.refresher
        .run(&refresher)
        .await
        .expect("the inventory is filled");
    let everything: Selection = (1..=devices)
        .map(sunset::domain::device::DeviceId)
        .collect();
    let plan = app
        .jobs
        .plan(&operator, ActionKind::Deprovision, &everything, "")
        .await
        .expect("it plans");
    let execution = Execution {
        plan: plan.id.clone(),
        hash: plan.hash,
        action: Action::Deprovision {
            reason: DeprovisionReason::RetiringDevice,
            powerwash: false,
            follow_up: FollowUp {
                fields: FieldChanges {
                    note: Some(NOTE.to_owned()),
                    ..FieldChanges::default()
                },
                move_to: Some(RETIRED.to_owned()),
            },
        },
        note: String::new(),
        acknowledged: true,
        typed_count: Some(plan.eligible),
    };
    app.jobs
        .start(&operator, &execution)
        .await
        .expect("it starts");
    store.close().await;
    plan.id
}

async fn open(database: &str) -> Store {
    let database: Database = database.parse().expect("a database");
    Store::open(&database).await.expect("it opens")
}

/// Steps that fail or panic now and then, in every worker.
const FAULTS: &str = "claimed=2%return;answered=2%panic;recorded=2%return";

/// A worker that aborts at one of the steps, or never.
fn worker(database: &str, port: u16, devices: u32, abort: u64) -> Child {
    Command::new(std::env::current_exe().expect("this program"))
        .env("SUNSET_CHAOS_WORKER", database)
        .env("SUNSET_CHAOS_PORT", port.to_string())
        .env("SUNSET_CHAOS_DEVICES", devices.to_string())
        .env("SUNSET_CHAOS_ABORT", abort.to_string())
        .env("FAILPOINTS", FAULTS)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("a worker starts")
}

/// A worker ends by itself when there is no job left.
fn is_over(workers: &mut [Child]) -> bool {
    workers
        .iter_mut()
        .any(|worker| matches!(worker.try_wait(), Ok(Some(status)) if status.success()))
}

fn is_running(child: &mut Child) -> bool {
    matches!(child.try_wait(), Ok(None))
}

fn signal(child: &Child, signal: &str) {
    let _ = Command::new("kill")
        .args([signal, &child.id().to_string()])
        .status();
}

/// How long until anybody asks the directory for anything again.
async fn until_next_call(upstream: &Upstream) -> Duration {
    let (begun, before) = (Instant::now(), upstream.deeds().requests);
    while upstream.deeds().requests == before && begun.elapsed() < Duration::from_secs(5) {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    begun.elapsed()
}
