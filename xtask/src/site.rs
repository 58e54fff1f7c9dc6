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
    "-Os",
    "--skip-pass=inlining-optimizing",
    "--skip-pass=code-pushing",
    "--skip-pass=local-cse",
    "--skip-pass=simplify-locals",
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

/// Of the second half only: what these passes make of two alike functions is less alike, and
/// saves less than brotli does. The first half is larger without it.
const LATER_OPT: &[&str] = &[
    "--skip-pass=optimize-instructions",
    "--skip-pass=precompute-propagate",
];

/// The half that the first screen needs, as wasm-bindgen calls it.
const FIRST: &str = "sunset_bg.wasm";

/// The other half, as the split calls it.
const LATER: &str = "split_later.wasm";

/// Builds the site for developing, into `<target>/site`, and tells the server in
/// `<target>/debug`.
pub fn build_for_development() -> Result<()> {
    let modules = tools::npm_packages(&paths::root().join("xtask/npm"))?;
    let sheets = sheets(false)?;
    step("Building the browser part");
    let wasm = compile("wasm-dev")?;
    let _lock = lock()?;
    let folder = paths::scratch().join("dev");
    when_changed(&folder, &digest(&wasm), || {
        bind(&wasm, &folder)?;
        bundle(&folder, &modules, &[])
    })?;

    let mut site = Folder::new(paths::target().join("site"));
    let hashes = read(&folder, sheets)?.write(&mut site)?;
    write_if_changed(&paths::target().join("debug/hash.txt"), hashes.as_bytes())?;
    site.finish()
}

/// The browser part. The module is in two halves: the script fetches the second,
/// `later`, by its name, once the first is alive.
pub struct Assets {
    pub js: Vec<u8>,
    pub wasm: Vec<u8>,
    pub later: Vec<u8>,
    pub css: Vec<u8>,
    pub later_css: Vec<u8>,
}

impl Assets {
    /// Writes the files and `public/`, and returns the lines of `hash.txt`.
    pub fn write(&self, site: &mut Folder) -> Result<String> {
        let mut hashes = site.write_hashed("wasm", &self.wasm)?;
        hashes += &site.write_hashed("css", &self.css)?;
        site.write(format!("pkg/{}", later_name(&self.later)), &self.later)?;
        hashes += &site.write_hashed("js", &self.js)?;
        // The server links it itself; leptos passes over its line.
        let hash = &digest(&self.later_css)[..16];
        site.write(format!("pkg/sunset-later.{hash}.css"), &self.later_css)?;
        hashes += &format!("later: {hash}\n");
        site.copy(&paths::root().join("public"), "")?;
        Ok(hashes)
    }
}

/// Builds the browser part as shipped.
pub fn build_for_release() -> Result<Assets> {
    let modules = tools::npm_packages(&paths::root().join("xtask/npm"))?;
    step("Building the browser part, optimized");
    let wasm = compile("wasm-release")?;
    let _lock = lock()?;
    let folder = paths::scratch().join("release");
    let tools = fs::read(paths::root().join("xtask/npm/package-lock.json"))?;
    let stamp = digest(&wasm)
        + &digest(&tools)
        + &digest((WASM_OPT.concat() + &LATER_OPT.concat()).as_bytes());
    when_changed(&folder, &stamp, || {
        bind(&wasm, &folder)?;
        for half in [FIRST, LATER] {
            let named = folder.join(half).with_extension("named.wasm");
            fs::rename(folder.join(half), &named)?;
            let more = if half == LATER { LATER_OPT } else { &[] };
            shrink(&named, &folder.join(half), &modules, more)?;
        }
        bundle(&folder, &modules, &["--minify"])
    })?;
    read(&folder, sheets(true)?)
}

/// The stylesheets: of Device Search, and of everything else.
fn sheets(minify: bool) -> Result<[Vec<u8>; 2]> {
    let sheet = |name| Ok::<_, anyhow::Error>(css::bundle(name, minify)?.css.into_bytes());
    Ok([sheet(css::MAIN)?, sheet(css::LATER)?])
}

fn read(folder: &Path, [css, later_css]: [Vec<u8>; 2]) -> Result<Assets> {
    Ok(Assets {
        js: fs::read(folder.join("bundle.js"))?,
        wasm: fs::read(folder.join(FIRST))?,
        later: fs::read(folder.join(LATER))?,
        css,
        later_css,
    })
}

fn compile(profile: &str) -> Result<Vec<u8>> {
    tools::wasm_target()?;
    let mut command = cargo();
    if profile == "wasm-release" {
        command.env("RUSTC_BOOTSTRAP", "1").args([
            "--config",
            &format!("target.{}.rustflags={:?}", tools::WASM, release_flags()),
        ]);
    }
    run(command
        .args(["build", "--package", "sunset", "--lib"])
        .args(["--target", tools::WASM, "--profile", profile])
        .args(["--no-default-features", "--features", "hydrate"]))?;

    let wasm = paths::target()
        .join(tools::WASM)
        .join(profile)
        .join("sunset.wasm");
    fs::read(&wasm).with_context(|| format!("could not read {}", wasm.display()))
}

/// What the compiler is told for the browser part as shipped.
fn release_flags() -> Vec<String> {
    // The module names the files it panics in. Where they lie on this machine is nobody's
    // business, and would make the download differ from machine to machine.
    let registries = fs::read_dir(paths::cargo_home().join("registry/src"));
    let remapped = registries
        .into_iter()
        .flatten()
        .flatten()
        .map(|registry| format!("--remap-path-prefix={}=", registry.path().display()));
    let flags = [
        // Sorted by these names, functions of the same types stand together: 2 % less is sent.
        "-Csymbol-mangling-version=v0",
        // A panic names its file, not its line: each line that may panic is 16 bytes of data,
        // 2 % of all that is sent. The flag is not stable yet (`RUSTC_BOOTSTRAP`); it changes
        // nothing else, and `rust-toolchain.toml` pins the compiler.
        "-Zlocation-detail=file",
        // Nothing that is shown is written by `Debug`, and a panic says less for it.
        "-Zfmt-debug=none",
    ];
    remapped.chain(flags.map(str::to_owned)).collect()
}

/// Cuts the module in two and writes `sunset.js`, the halves, the script that links
/// them, and, if a crate brings scripts of its own, `snippets/`. The halves name their
/// functions; [`shrink`] drops that.
fn bind(wasm: &[u8], folder: &Path) -> Result<()> {
    step("Cutting it in two and binding it to JavaScript");
    let first = folder.join("first.wasm");
    let mut options = wasm_split_cli_support::Options::new(wasm);
    options.output_dir = folder;
    options.main_out_path = &first;
    options.main_module = "./sunset.js";
    wasm_split_cli_support::transform(options).map_err(|error| anyhow!("wasm-split: {error:#}"))?;

    Bindgen::new()
        .input_bytes("sunset", fs::read(first)?)
        .web(true)?
        .typescript(false)
        // The second half finds what it shares with the first by name.
        .keep_lld_exports(true)
        // leptos says where the module is; a default would be a second address.
        .omit_default_module_path(true)
        .generate(folder)
        .map_err(|error| anyhow!("wasm-bindgen: {error:#}"))
}

fn shrink(from: &Path, to: &Path, modules: &Path, more: &[&str]) -> Result<()> {
    step("Shrinking it");
    run(tools::npm_program(modules, "wasm-opt")
        .args(WASM_OPT)
        .args(more)
        .arg(from)
        .arg("-o")
        .arg(to))
}

/// Writes `bundle.js`: one script, which knows the second half by its content.
fn bundle(folder: &Path, modules: &Path, options: &[&str]) -> Result<()> {
    let link = folder.join("__wasm_split.js");
    let name = later_name(&fs::read(folder.join(LATER))?);
    fs::write(&link, fs::read_to_string(&link)?.replace(LATER, &name))?;
    run(tools::npm_program(modules, "esbuild")
        .args(["--bundle", "--format=esm", "--target=es2022"])
        .args(options)
        .arg("--log-level=warning")
        .arg(format!("--outfile={}", folder.join("bundle.js").display()))
        .arg(folder.join("sunset.js")))
}

fn later_name(later: &[u8]) -> String {
    format!("sunset-later.{}.wasm", &digest(later)[..16])
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
