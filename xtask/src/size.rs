//! What a first visit downloads, and whether that is still within budget.

use anyhow::{Result, bail};

use crate::pack::brotli;
use crate::site;

/// Bytes of script, module and stylesheet as sent that we aim at. More than that,
/// and the first page takes seconds to come alive on a school's connection.
const AIM: usize = 300_000;

/// What may not be exceeded on the way there: today's size and a little. It only
/// ever goes down.
const BUDGET: usize = 418_000;

pub fn size() -> Result<()> {
    let assets = site::build_for_release()?;
    let files = [
        ("js", assets.js),
        ("wasm", assets.wasm),
        ("css", assets.css),
    ];
    let later = brotli(&assets.later)?.len();

    println!("{:<6}{:>12}{:>12}", "", "raw", "brotli");
    let (mut raw, mut sent) = (0, 0);
    for (name, content) in &files {
        let small = brotli(content)?.len();
        println!("{name:<6}{:>12}{small:>12}", content.len());
        raw += content.len();
        sent += small;
    }
    println!(
        "{:<6}{raw:>12}{sent:>12}  of {BUDGET}, aiming at {AIM}",
        "sum"
    );

    println!(
        "{:<6}{:>12}{later:>12}  afterwards",
        "later",
        assets.later.len()
    );

    if BUDGET < sent {
        bail!(
            "the first visit downloads {sent} bytes, {} too many",
            sent - BUDGET
        );
    }
    Ok(())
}
