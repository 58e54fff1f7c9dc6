//! The stylesheets: `style/main.css` and `style/later.css`, each with everything it
//! imports, as one file.

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

/// What Device Search looks like.
pub const MAIN: &str = "style/main.css";

/// The look of everything else.
pub const LATER: &str = "style/later.css";

/// Bundles a stylesheet. A mistake anywhere is an error with file and line: a
/// browser would skip the rule and say nothing.
pub fn bundle(name: &str, minify: bool) -> Result<Stylesheet> {
    let main = paths::root().join(name);
    if !main.is_file() {
        bail!("{name} is missing");
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
    let mut reached = bundle(MAIN, false)?.sources;
    reached.extend(bundle(LATER, false)?.sources);
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
        bail!("imported by no stylesheet: {}", forgotten.join(", "));
    }
    Ok(())
}
