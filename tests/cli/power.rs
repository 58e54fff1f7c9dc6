//! The power goes, again and again, while a job runs over the wire: what a disk has that
//! forgets all that was not synced is enough to end with the truth (tests/FAULTS.md 4).

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread::sleep;
use std::time::Duration;

use serde_json::Value;

use crate::program::{Program, over_google};

const DEVICES: u32 = 600;

/// How often the power goes.
const LOSSES: u64 = 6;

/// What makes a disk forget, compiled.
fn forgetful(folder: &Path) -> PathBuf {
    let library = folder.join("power_loss.so");
    if !library.exists() {
        let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
        let compiled = Command::new(rustc)
            .args(["--edition", "2024", "--crate-type", "cdylib", "-o"])
            .arg(&library)
            .arg(concat!(
                env!("CARGO_MANIFEST_DIR"),
                "/tests/cli/power_loss.rs"
            ))
            .status()
            .unwrap();
        assert!(compiled.success());
    }
    library
}

/// Starts the server on a disk that forgets.
fn server(folder: &Path, directory: &Program) -> Program {
    Program::spawn(
        over_google(folder, &database(folder), directory)
            .args(["--devices-per-second", "100"])
            .env("LD_PRELOAD", forgetful(folder))
            .env("SUNSET_TEST_DURABLE", folder.join("durable")),
    )
}

fn database(folder: &Path) -> PathBuf {
    folder.join("disk/sunset.db")
}

/// Puts in the database's place what was synced of it.
fn forget(folder: &Path) {
    let database = database(folder);
    for suffix in ["", "-wal", "-shm"] {
        let _ = fs::remove_file(format!("{}{suffix}", database.display()));
    }
    let mut kept = 0;
    for file in fs::read_dir(folder.join("durable")).unwrap() {
        let file = file.unwrap();
        if !file.file_name().to_string_lossy().ends_with(".new") {
            let place = database.with_file_name(file.file_name());
            fs::copy(file.path(), &place).unwrap();
            fs::set_permissions(&place, PermissionsExt::from_mode(0o600)).unwrap();
            kept += 1;
        }
    }
    assert_eq!(kept, 2, "the database and its log were synced");
}

fn succeeded(job: &Value) -> u64 {
    job["counts"]["succeeded"].as_u64().unwrap()
}

#[test]
fn what_was_synced_when_the_power_went_is_enough_to_end_with_the_truth() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    for made in ["pkg", "disk", "durable"] {
        fs::create_dir(folder.join(made)).unwrap();
    }
    let directory = Program::simulate(folder, DEVICES, &["--latency-ms", "100"]);
    let mut program = server(folder, &directory);
    program.until_read();
    let job = program.start_job(DEVICES);
    let mut before = 0;
    for loss in 0..LOSSES {
        // At another moment each time, and only once there is something to lose.
        program.until(&job, |job| {
            before < succeeded(job) || job["state"] == "completed"
        });
        sleep(Duration::from_millis(37 * loss));
        before = succeeded(&program.job(&job));
        program.kill();
        forget(folder);
        program = server(folder, &directory);
        let now = succeeded(&program.job(&job));
        assert!(
            before <= now,
            "{before} were told to be done, and {now} are"
        );
    }
    program.until(&job, |job| {
        job["state"] != "running" && job["state"] != "queued"
    });
    let ended = program.job(&job);
    assert_eq!(ended["state"], "completed", "{ended}");
    program.kill();

    // A call of which no intent was left would have been made again.
    let ledger = directory.get("/control/ledger");
    let mut times: BTreeMap<&str, u32> = BTreeMap::new();
    for entry in ledger["entries"].as_array().unwrap() {
        *times
            .entry(entry["deviceId"].as_str().unwrap())
            .or_default() += 1;
    }
    assert!(times.values().all(|times| *times == 1), "{times:?}");
    assert_eq!(times.len() as u64, succeeded(&ended));
    let check = Command::new(env!("CARGO_BIN_EXE_sunset"))
        .arg("check")
        .arg(format!("--database=sqlite:{}", database(folder).display()))
        .output()
        .unwrap();
    assert!(check.status.success(), "{check:?}");
}
