//! Paths that documents name: a file that moved must not leave them behind.

use std::fs;
use std::path::Path;

use super::{assert_none, rust_files};

const DOCUMENTS: [&str; 4] = [
    "ARCHITECTURE.md",
    "CONTRIBUTING.md",
    "README.md",
    "tests/FAULTS.md",
];

/// The paths of Rust files that stand between backticks.
fn paths(text: &str) -> impl Iterator<Item = &str> {
    let quoted = text.split('`').skip(1).step_by(2);
    quoted.filter(|it| {
        let is_path = |c: char| c.is_ascii_alphanumeric() || "_/.-".contains(c);
        it.ends_with(".rs") && it.chars().all(is_path)
    })
}

#[test]
fn every_file_that_a_document_names_is_here() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut known = Vec::new();
    for folder in ["src", "tests", "benches", "xtask"] {
        known.extend(
            rust_files(folder)
                .into_iter()
                .map(|(name, _)| format!("/{name}")),
        );
    }
    let mut documents: Vec<_> = DOCUMENTS.iter().map(|name| root.join(name)).collect();
    let pages = fs::read_dir(root.join("docs")).unwrap();
    let pages = pages.map(|entry| entry.unwrap().path());
    documents.extend(pages.filter(|path| path.extension().is_some_and(|kind| kind == "md")));
    let mut lost = Vec::new();
    for document in documents {
        let text = fs::read_to_string(&document).unwrap();
        for path in paths(&text) {
            let end = format!("/{path}");
            if !known.iter().any(|name| name.ends_with(&end)) {
                lost.push(format!("{}: {path}", document.display()));
            }
        }
    }
    assert_none("documents name files that are not here", &lost);
}
