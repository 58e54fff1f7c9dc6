//! Where things are.

use std::env;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use rustix::fs::statvfs;

/// The checkout we were started in. Two checkouts may share a target folder, so what
/// was true when this program was compiled need not be true now.
pub fn root() -> &'static Path {
    static ROOT: LazyLock<PathBuf> = LazyLock::new(|| {
        let xtask = env::var_os("CARGO_MANIFEST_DIR").unwrap_or(env!("CARGO_MANIFEST_DIR").into());
        let root = Path::new(&xtask).parent();
        root.expect("xtask lies in the checkout").to_path_buf()
    });
    &ROOT
}

/// Cargo's target folder. Cargo has just put this program there, so its place
/// is right however the folder was chosen: variable, configuration or default.
pub fn target() -> PathBuf {
    let program = env::current_exe().expect("a program knows where it is");
    program
        .ancestors()
        .nth(2)
        .expect("cargo puts programs two levels down")
        .to_path_buf()
}

/// Where cargo keeps what it fetched.
pub fn cargo_home() -> PathBuf {
    let default = || Path::new(&env::var_os("HOME").unwrap_or_default()).join(".cargo");
    env::var_os("CARGO_HOME").map_or_else(default, PathBuf::from)
}

/// Our own corner of the target folder, for what cargo knows nothing about.
pub fn scratch() -> PathBuf {
    target().join("xtask")
}

/// Where tests put what they delete again: hundreds of databases, in memory where there is room.
/// On a disk, much of what Postgres does in the tests is to create and delete their files.
pub fn temporary() -> PathBuf {
    const MEMORY: &str = "/dev/shm";
    const ROOM: u64 = 4 << 30;
    let room = statvfs(MEMORY).map_or(0, |it| it.f_bavail * it.f_frsize);
    match ROOM <= room {
        true => PathBuf::from(MEMORY),
        false => env::temp_dir(),
    }
}

pub fn end2end() -> PathBuf {
    root().join("end2end")
}
