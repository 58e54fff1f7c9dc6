//! The stylesheet: `style/main.css` with everything it imports, as one file.

use std::collections::BTreeSet;
use std::path::PathBuf;

use anyhow::{Result, anyhow, bail};
use lightningcss::bundler::{Bundler, FileProvider};
use lightningcss::stylesheet::{MinifyOptions, ParserOptions, PrinterOptions};

use crate::{pack, paths};

/// A stylesheet in one piece, and the files it came from.
pub struct Stylesheet {
    pub css: String,
    sources: BTreeSet<PathBuf>,
}

/// Bundles the stylesheet. A mistake anywhere is an error with file and line: a
/// browser would skip the rule and say nothing.
pub fn bundle(minify: bool) -> Result<Stylesheet> {
    let main = paths::root().join("style/main.css");
    if !main.is_file() {
        bail!("style/main.css is missing");
    }
    let files = FileProvider::new();
    let mut bundler = Bundler::new(&files, None, ParserOptions::default());
    let mut sheet = bundler
        .bundle(&main)
        .map_err(|e| anyhow!("stylesheet: {e}"))?;
    if minify {
        sheet
            .minify(MinifyOptions::default())
            .map_err(|e| anyhow!("stylesheet: {e}"))?;
    }
    let css = sheet
        .to_css(PrinterOptions {
            minify,
            ..PrinterOptions::default()
        })
        .map_err(|e| anyhow!("stylesheet: {e}"))?
        .code;
    let sources = sheet.sources.iter().map(PathBuf::from).collect();
    Ok(Stylesheet { css, sources })
}

/// Fails on a mistake, and on a file below `style/` that nothing imports.
pub fn check() -> Result<()> {
    let reached = bundle(false)?.sources;
    let forgotten: Vec<String> = pack::files_below(&paths::root().join("style"))?
        .into_iter()
        .filter(|path| path.extension().is_some_and(|e| e == "css"))
        .filter(|path| !reached.contains(path))
        .map(|path| {
            path.strip_prefix(paths::root())
                .unwrap_or(&path)
                .display()
                .to_string()
        })
        .collect();
    if !forgotten.is_empty() {
        bail!("not imported by style/main.css: {}", forgotten.join(", "));
    }
    Ok(())
}
