//! A server that is told to stop is gone in time, whatever its jobs wait for, and goes on
//! where it was.

use std::fs;
use std::io::Read;
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use sunset::server::store::{Database, Store};

use crate::program::{Program, over_google};

/// In which a service manager expects a program to end.
const IN_TIME: Duration = Duration::from_secs(25);

#[test]
fn a_server_whose_jobs_wait_for_long_stops_in_time() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    fs::create_dir(folder.join("pkg")).unwrap();
    // One call without an answer, and then a wait of ten minutes: when it is time to read
    // the devices back, there is no turn to do it.
    let faults = [
        "--fault",
        "batchChangeStatus=answer-lost",
        "--fault",
        "batchChangeStatus=rate-limit,value=600,times=0",
    ];
    let directory = Program::simulate(folder, 200, &faults);
    let database = folder.join("sunset.db");
    let mut program = Program::spawn(&mut over_google(folder, &database, &directory));
    program.until_read();
    let job = program.start_job(200);
    program.until(&job, |job| {
        job["counts"]["unconfirmed"] != 0 && job["waits"].as_u64() > Some(60)
    });
    sleep(Duration::from_secs(33));

    let pid = program.process.id().to_string();
    let begun = Instant::now();
    let message = Command::new("kill").args(["-TERM", &pid]).status().unwrap();
    assert!(message.success());
    while program.process.try_wait().unwrap().is_none() {
        assert!(begun.elapsed() < IN_TIME, "it does not stop");
        sleep(Duration::from_millis(50));
    }
}

#[test]
fn an_import_that_is_interrupted_leaves_everything_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let mut file = "serialNumber,status,orgUnitPath\n".to_owned();
    for number in 0..300_000 {
        file += &format!("SN{number},ACTIVE,/School {}\n", number % 90);
    }
    let path = folder.join("devices.csv");
    fs::write(&path, file).unwrap();
    let database = folder.join("sunset.db");
    let mut import = Command::new(env!("CARGO_BIN_EXE_sunset"))
        .arg("import")
        .arg(&path)
        .arg(format!("--database=sqlite:{}", database.display()))
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // It is at work on the file when the log has more than what makes the tables.
    let log = folder.join("sunset.db-wal");
    let begun = Instant::now();
    while fs::metadata(&log).is_ok_and(|log| log.len() < 5_000_000) || !log.exists() {
        assert!(begun.elapsed() < IN_TIME, "it does not begin");
        sleep(Duration::from_millis(20));
    }
    let pid = import.id().to_string();
    let message = Command::new("kill").args(["-INT", &pid]).status().unwrap();
    assert!(message.success());
    assert_eq!(import.wait().unwrap().code(), Some(130));
    let mut said = String::new();
    import.stderr.unwrap().read_to_string(&mut said).unwrap();
    assert!(said.contains("Stopped. Nothing was changed."), "{said}");
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let store = Store::open(&Database::Sqlite(database)).await.unwrap();
        assert_eq!(store.count_directory_devices().await.unwrap(), 0);
    });
}
