//! A disk that forgets what was not synced: preloaded into the program, it keeps a copy
//! of each file of the database as it was when it was synced last. The copies are what
//! would be there after the power had gone (tests/FAULTS.md 4). `power.rs` compiles it.

use std::ffi::{c_int, c_long};
use std::fs::{self, File};
use std::io;
use std::mem::ManuallyDrop;
use std::os::fd::FromRawFd;
use std::os::unix::fs::FileExt;
use std::path::PathBuf;

unsafe extern "C" {
    fn syscall(call: c_long, ...) -> c_long;
}

#[cfg(target_arch = "x86_64")]
const FSYNC: [c_long; 2] = [74, 75];
#[cfg(target_arch = "aarch64")]
const FSYNC: [c_long; 2] = [82, 83];

/// The variable that names the folder of the copies.
const DURABLE: &str = "SUNSET_TEST_DURABLE";

/// # Safety
/// As of the C library's.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fdatasync(fd: c_int) -> c_int {
    sync(FSYNC[1], fd)
}

/// # Safety
/// As of the C library's.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fsync(fd: c_int) -> c_int {
    sync(FSYNC[0], fd)
}

fn sync(call: c_long, fd: c_int) -> c_int {
    // SAFETY: the call takes any number for a file.
    let done = unsafe { syscall(call, fd) } as c_int;
    if done == 0 && keep(fd).is_err() {
        // A test that goes on without its copies proves nothing.
        std::process::abort();
    }
    done
}

/// Copies a file of the database. Read by the number it is open under: closing another
/// would take SQLite's locks on it away.
fn keep(fd: c_int) -> io::Result<()> {
    let Some(folder) = std::env::var_os(DURABLE).map(PathBuf::from) else {
        return Ok(());
    };
    let path = fs::read_link(format!("/proc/self/fd/{fd}"))?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    if !name.ends_with(".db") && !name.ends_with(".db-wal") {
        return Ok(());
    }
    // SAFETY: it is open, since it was synced, and is not closed here.
    let file = ManuallyDrop::new(unsafe { File::from_raw_fd(fd) });
    let mut content = vec![0; file.metadata()?.len() as usize];
    file.read_exact_at(&mut content, 0)?;
    // The copy is there whole or not at all: the power may go now.
    let new = folder.join(format!("{name}.new"));
    fs::write(&new, content)?;
    fs::rename(new, folder.join(&*name))
}
