//! The site: the browser part, the stylesheet and the files of `public/`.
//!
//! Two ways to build it. While developing, speed counts, and a second run does
//! nothing when nothing changed. As shipped, bytes count: every visitor downloads
//! them. What takes long is kept under a stamp of what it was made from.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow};
use wasm_bindgen_cli_support::Bindgen;

use crate::command::{cargo, run, step};
use crate::pack::{Folder, digest, write_if_changed};
use crate::{css, paths, tools};

/// What `wasm-opt` may use: what Rust and wasm-bindgen emit, and every browser of
/// the last years runs. Said aloud because the module's own list can get lost.
///
/// What counts is what is sent, and brotli is good at what is said twice. Inlining
/// and ordering by use hide that two functions are alike: with them the module is
/// smaller by 3 % and, once compressed, larger by 11 %. By name, instances of one
/// generic function stand together.
const WASM_OPT: &[&str] = &[
    "-Oz",
    "--skip-pass=inlining-optimizing",
    "--skip-pass=code-pushing",
    "--skip-pass=local-cse",
    "--skip-pass=reorder-functions",
    "--reorder-functions-by-name",
    "--enable-bulk-memory",
    "--enable-bulk-memory-opt",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-reference-types",
    "--enable-multivalue",
    "--enable-call-indirect-overlong",
];

/// Builds the site for developing, into `<target>/site`, and tells the server in
/// `<target>/debug`.
pub fn build_for_development() -> Result<()> {
    let stylesheet = css::bundle(false)?;
    step("Building the browser part");
    let wasm = compile("wasm-dev")?;
    let _lock = lock()?;
    let folder = paths::scratch().join("dev");
    when_changed(&folder, &digest(&wasm), || bind(&wasm, &folder))?;

    let mut site = Folder::new(paths::target().join("site"));
    let mut hashes = site.write_hashed("js", &fs::read(folder.join("sunset.js"))?)?;
    hashes += &site.write_hashed("wasm", &fs::read(folder.join("sunset_bg.wasm"))?)?;
    hashes += &site.write_hashed("css", stylesheet.css.as_bytes())?;
    site.copy(&folder.join("snippets"), "pkg/snippets")?;
    site.copy(&paths::root().join("public"), "")?;
    write_if_changed(&paths::target().join("debug/hash.txt"), hashes.as_bytes())?;
    site.finish()
}

/// The browser part as shipped.
pub struct Assets {
    pub js: Vec<u8>,
    pub wasm: Vec<u8>,
    pub css: Vec<u8>,
}

/// Builds the browser part as shipped.
pub fn build_for_release() -> Result<Assets> {
    let modules = tools::npm_packages(&paths::root().join("xtask/npm"))?;
    step("Building the browser part, optimised");
    let wasm = compile("wasm-release")?;
    let _lock = lock()?;
    let folder = paths::scratch().join("release");
    let tools = fs::read(paths::root().join("xtask/npm/package-lock.json"))?;
    let stamp = digest(&wasm) + &digest(&tools) + &digest(WASM_OPT.concat().as_bytes());
    when_changed(&folder, &stamp, || {
        bind(&wasm, &folder)?;
        shrink(&folder, &modules)
    })?;

    Ok(Assets {
        js: fs::read(folder.join("sunset.min.js"))?,
        wasm: fs::read(folder.join("sunset.min.wasm"))?,
        css: css::bundle(true)?.css.into_bytes(),
    })
}

fn compile(profile: &str) -> Result<Vec<u8>> {
    tools::wasm_target()?;
    run(cargo()
        .args(["build", "--package", "sunset", "--lib"])
        .args(["--target", tools::WASM, "--profile", profile])
        .args(["--no-default-features", "--features", "hydrate"]))?;

    let wasm = paths::target()
        .join(tools::WASM)
        .join(profile)
        .join("sunset.wasm");
    fs::read(&wasm).with_context(|| format!("could not read {}", wasm.display()))
}

/// Writes `sunset.js`, `sunset_bg.wasm` and, if a crate brings scripts of its own,
/// `snippets/`. The module names its functions; [`shrink`] drops that.
fn bind(wasm: &[u8], folder: &Path) -> Result<()> {
    step("Binding it to JavaScript");
    Bindgen::new()
        .input_bytes("sunset", wasm.to_vec())
        .web(true)?
        .typescript(false)
        // leptos says where the module is; a default would be a second address.
        .omit_default_module_path(true)
        .generate(folder)
        .map_err(|error| anyhow!("wasm-bindgen: {error:#}"))
}

/// Writes `sunset.min.js`, with the snippets inside, and `sunset.min.wasm`.
fn shrink(folder: &Path, modules: &Path) -> Result<()> {
    step("Shrinking it");
    run(tools::npm_program(modules, "wasm-opt")
        .args(WASM_OPT)
        .arg(folder.join("sunset_bg.wasm"))
        .arg("-o")
        .arg(folder.join("sunset.min.wasm")))?;
    run(tools::npm_program(modules, "esbuild")
        .args(["--bundle", "--minify", "--format=esm", "--target=es2022"])
        .arg("--log-level=warning")
        .arg(format!(
            "--outfile={}",
            folder.join("sunset.min.js").display()
        ))
        .arg(folder.join("sunset.js")))
}

/// Makes a folder anew unless it was made from the same before.
fn when_changed(folder: &Path, stamp: &str, make: impl FnOnce() -> Result<()>) -> Result<()> {
    let stamp_file = folder.join("stamp");
    if fs::read_to_string(&stamp_file).is_ok_and(|old| old == stamp) {
        return Ok(());
    }
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    fs::create_dir_all(folder)?;
    make()?;
    Ok(fs::write(stamp_file, stamp)?)
}

/// One build at a time: two terminals may share a target folder.
fn lock() -> Result<File> {
    fs::create_dir_all(paths::scratch())?;
    let path: PathBuf = paths::scratch().join("lock");
    let file = File::create(&path)?;
    file.lock()
        .with_context(|| format!("could not lock {}", path.display()))?;
    Ok(file)
}
