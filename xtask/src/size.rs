//! What a first visit downloads, and whether that is still within budget.

use anyhow::{Result, bail};

use crate::pack::brotli;
use crate::site;

/// Bytes of script, stylesheet and first half of the module, as sent. With more than
/// that, the first page takes seconds to come alive on a school's connection.
const FIRST: usize = 300_000;

/// Bytes of all of it: of these, and of the second half and its stylesheet, which follow
/// while the operator reads the first page.
const ALL: usize = 560_000;

pub fn size() -> Result<()> {
    let assets = site::build_for_release()?;
    let files = [
        ("js", assets.js),
        ("wasm", assets.wasm),
        ("css", assets.css),
    ];
    let later = brotli(&assets.later)?.len() + brotli(&assets.later_css)?.len();

    println!("{:<6}{:>12}{:>12}", "", "raw", "brotli");
    let (mut raw, mut sent) = (0, 0);
    for (name, content) in &files {
        let small = brotli(content)?.len();
        println!("{name:<6}{:>12}{small:>12}", content.len());
        raw += content.len();
        sent += small;
    }
    println!("{:<6}{raw:>12}{sent:>12}  of {FIRST}", "first");
    println!(
        "{:<6}{:>12}{later:>12}",
        "later",
        assets.later.len() + assets.later_css.len()
    );
    let all = sent + later;
    println!("{:<6}{:>12}{all:>12}  of {ALL}", "all", "");

    if FIRST < sent {
        bail!(
            "the first visit downloads {sent} bytes, {} too many",
            sent - FIRST
        );
    }
    if ALL < all {
        bail!("all of it is {all} bytes, {} too many", all - ALL);
    }
    Ok(())
}
