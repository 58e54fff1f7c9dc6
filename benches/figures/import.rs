//! A file as large as they come, imported by the program as it is shipped, until every
//! row of it can be searched for.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::report::{alone, ms};
use crate::server::memory_of;

const BYTES: usize = 200_000_000;

/// Measures the program named by `SUNSET_BENCH_SERVER`, if there is one.
pub fn measure(folder: &Path) {
    let Ok(program) = std::env::var("SUNSET_BENCH_SERVER") else {
        return;
    };
    let file = folder.join("large.csv");
    let database = folder.join("large.db");
    let devices = write(&file, "Building").expect("a large file can be written");
    let (took, peak) = import(&program, &file, &database);
    let name = format!("import of 200 MB and refresh, {devices} new devices");
    alone(&name, &format!("{}, at most {peak:.0} MB", ms(took)));
    // The worst case: every device is there, and every one has changed.
    let devices = write(&file, "House").expect("a large file can be written");
    let (took, peak) = import(&program, &file, &database);
    let name = format!("the same again and refresh, {devices} devices, each changed");
    alone(&name, &format!("{}, at most {peak:.0} MB", ms(took)));
    let _ = fs::remove_file(&file);
}

/// Imports the file, which ends with a refresh of the inventory. Returns how long it took
/// until all could be searched for, and the memory that it needed, in MB.
fn import(program: &str, file: &Path, database: &Path) -> (Duration, f64) {
    let begun = Instant::now();
    let mut import = Command::new(program)
        .arg("import")
        .arg(file)
        .arg("--database")
        .arg(format!("sqlite:{}", database.display()))
        .stdout(Stdio::null())
        .spawn()
        .expect("the program starts");
    let mut peak = 0.0_f64;
    let status = loop {
        // The last look before its end: there is nothing to see afterwards.
        peak = peak.max(memory_of(import.id(), "VmHWM:").unwrap_or_default());
        match import.try_wait().expect("it can be waited for") {
            Some(status) => break status,
            None => thread::sleep(Duration::from_millis(20)),
        }
    };
    assert!(status.success(), "{status}");
    (begun.elapsed(), peak)
}

/// Writes devices until the file is large enough, each in a building of this kind, and
/// says how many.
fn write(path: &Path, building: &str) -> std::io::Result<usize> {
    let mut out = BufWriter::new(File::create(path)?);
    let mut written = out.write(
        b"deviceId,serialNumber,status,annotatedAssetId,annotatedUser,annotatedLocation,notes,\
          orgUnitPath,model\n",
    )?;
    let mut devices = 0;
    while written < BYTES {
        let row = format!(
            "5f1e7a9c-0000-4000-8000-{devices:012},5CD{devices:09},ACTIVE,{devices:07},\
             student{devices}@students.district.example,{building} {} Room {},\"Issued with a \
             case, screen replaced\",/District/School {}/Students/Grade {},Lenovo 300e \
             Chromebook Gen 3\n",
            devices % 40,
            devices % 300,
            devices % 90,
            devices % 12,
        );
        out.write_all(row.as_bytes())?;
        written += row.len();
        devices += 1;
    }
    out.flush()?;
    Ok(devices)
}
