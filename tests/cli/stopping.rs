//! A server that is told to stop is gone in time, whatever its jobs wait for, and goes on
//! where it was.

use std::fs;
use std::process::Command;
use std::thread::sleep;
use std::time::{Duration, Instant};

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
    let told = Command::new("kill").args(["-TERM", &pid]).status().unwrap();
    assert!(told.success());
    while program.process.try_wait().unwrap().is_none() {
        assert!(begun.elapsed() < IN_TIME, "it does not stop");
        sleep(Duration::from_millis(50));
    }
}
