//! Where things are.

use std::env;
use std::path::{Path, PathBuf};

/// The checkout.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("xtask lies in the checkout")
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

/// Our own corner of the target folder, for what cargo knows nothing about.
pub fn scratch() -> PathBuf {
    target().join("xtask")
}

pub fn end2end() -> PathBuf {
    root().join("end2end")
}
