//! A folder of files for browsers: named by content, some of them compressed.
//!
//! The layout is cargo-leptos's with `hash-files`: `pkg/sunset.<hash>.js`, and a
//! `hash.txt` beside the server from which leptos takes the hashes at run time.
//! A browser may then keep a file for ever.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use flate2::{Compression, GzBuilder};
use sha2::{Digest, Sha256};

/// A folder being brought up to date. Files that already say the right thing are
/// left alone, and those nobody wrote this time are removed at the end.
pub struct Folder {
    root: PathBuf,
    written: BTreeSet<PathBuf>,
}

impl Folder {
    pub fn new(root: PathBuf) -> Folder {
        Folder {
            root,
            written: BTreeSet::new(),
        }
    }

    pub fn write(&mut self, name: impl AsRef<Path>, content: &[u8]) -> Result<()> {
        let path = self.root.join(name);
        write_if_changed(&path, content)?;
        self.written.insert(path);
        Ok(())
    }

    /// Writes `pkg/sunset.<hash>.<extension>` and returns its line of `hash.txt`.
    pub fn write_hashed(&mut self, extension: &str, content: &[u8]) -> Result<String> {
        let hash = &digest(content)[..16];
        self.write(format!("pkg/sunset.{hash}.{extension}"), content)?;
        Ok(format!("{extension}: {hash}\n"))
    }

    /// Copies the files below `from` to below `to`.
    pub fn copy(&mut self, from: &Path, to: &str) -> Result<()> {
        for path in files_below(from)? {
            let name = Path::new(to).join(path.strip_prefix(from)?);
            self.write(name, &fs::read(&path)?)?;
        }
        Ok(())
    }

    /// Puts a brotli and a gzip copy beside every file that gets smaller by it.
    pub fn precompress(&mut self) -> Result<()> {
        for path in self.written.clone() {
            let content = fs::read(&path)?;
            for (suffix, small) in [("br", brotli(&content)?), ("gz", gzip(&content)?)] {
                if small.len() < content.len() {
                    self.write(with_suffix(&path, suffix), &small)?;
                }
            }
        }
        Ok(())
    }

    /// Removes what earlier builds left.
    pub fn finish(self) -> Result<()> {
        for path in files_below(&self.root)? {
            if !self.written.contains(&path) {
                fs::remove_file(&path)?;
            }
        }
        Ok(())
    }
}

pub fn brotli(content: &[u8]) -> Result<Vec<u8>> {
    let mut small = Vec::new();
    let settings = brotli::enc::BrotliEncoderParams {
        quality: 11,
        lgwin: 22,
        size_hint: content.len(),
        ..Default::default()
    };
    brotli::BrotliCompress(&mut &content[..], &mut small, &settings)?;
    Ok(small)
}

pub fn gzip(content: &[u8]) -> Result<Vec<u8>> {
    let mut encoder = GzBuilder::new().write(Vec::new(), Compression::best());
    encoder.write_all(content)?;
    Ok(encoder.finish()?)
}

/// The content's SHA-256, in hexadecimal.
pub fn digest(content: &[u8]) -> String {
    let mut hex = String::with_capacity(64);
    for byte in Sha256::digest(content) {
        let _ = write!(hex, "{byte:02x}");
    }
    hex
}

/// Leaves the file alone when it already says that. It is whole at every moment,
/// because a running server may be reading it.
pub fn write_if_changed(path: &Path, content: &[u8]) -> Result<()> {
    if fs::read(path).is_ok_and(|old| old == content) {
        return Ok(());
    }
    let folder = path.parent().expect("a file lies in a folder");
    let partial = with_suffix(path, "partial");
    fs::create_dir_all(folder)
        .and_then(|()| fs::write(&partial, content))
        .and_then(|()| fs::rename(&partial, path))
        .with_context(|| format!("could not write {}", path.display()))
}

/// Every file below a folder, in order. None if there is no such folder.
pub fn files_below(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    if folder.is_dir() {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() {
                files.extend(files_below(&path)?);
            } else {
                files.push(path);
            }
        }
    }
    files.sort();
    Ok(files)
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(suffix);
    name.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_changes_with_the_content_and_the_old_file_goes() {
        let root = std::env::temp_dir().join(format!("sunset-pack-{}", std::process::id()));
        let build = |content: &[u8]| {
            let mut folder = Folder::new(root.clone());
            let line = folder.write_hashed("css", content).unwrap();
            folder.precompress().unwrap();
            folder.finish().unwrap();
            line
        };

        build(b"a { color: red }");
        let line = build(&b"a { color: blue }".repeat(9));

        let hash = line.trim().strip_prefix("css: ").unwrap();
        let names = ["", ".br", ".gz"].map(|end| root.join(format!("pkg/sunset.{hash}.css{end}")));
        assert_eq!(files_below(&root).unwrap(), names);
        fs::remove_dir_all(&root).unwrap();
    }
}
