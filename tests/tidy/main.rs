//! Holds the layers apart, so that nobody has to remember where things go.
//! The map is ARCHITECTURE.md.

#![allow(clippy::unwrap_used, reason = "a test that panics has failed")]

mod documents;
mod texts;

use std::fs;
use std::path::{Path, PathBuf};

use texts::{is_text, literals};

/// Where a file wants splitting.
const LONGEST: usize = 350;

fn rust_files(folder: &str) -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut folders = vec![root.join(folder)];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path: PathBuf = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|kind| kind == "rs") {
                let name = path.strip_prefix(root).unwrap().display().to_string();
                files.push((name, fs::read_to_string(&path).unwrap()));
            }
        }
    }
    assert!(!files.is_empty(), "{folder} has no files");
    files
}

/// The places in `folder` where one of `words` stands in code, but for files whose
/// names begin with one of `allowed`.
fn places(folder: &str, words: &[&str], allowed: &[&str]) -> Vec<String> {
    let mut places = Vec::new();
    for (name, text) in rust_files(folder) {
        if allowed.iter().any(|allowed| name.starts_with(allowed)) {
            continue;
        }
        for (number, line) in text.lines().enumerate() {
            let code = line.split("//").next().unwrap_or_default();
            if words.iter().any(|word| code.contains(word)) {
                places.push(format!("{name}:{}: {}", number + 1, line.trim()));
            }
        }
    }
    places
}

/// Where the server writes what a person sees.
const WRITES_PAGES: [&str; 7] = [
    "src/server/http/operators.rs",
    "src/server/http/page.rs",
    "src/server/http/plain.rs",
    "src/server/http/account.rs",
    "src/server/http/approvals.rs",
    "src/server/http/audit.rs",
    "src/server/http/evidence.rs",
];

fn assert_none(what: &str, places: &[String]) {
    assert!(places.is_empty(), "{what}:\n{}", places.join("\n"));
}

#[test]
fn the_domain_depends_on_nothing_of_ours() {
    let words = [
        "crate::api",
        "crate::app",
        "crate::server",
        "crate::ui",
        "leptos",
        "sqlx",
    ];
    assert_none("the domain looks up", &places("src/domain", &words, &[]));
}

#[test]
fn the_browser_never_steps_into_the_server() {
    assert_none(
        "ui looks into server",
        &places("src/ui", &["crate::server"], &[]),
    );
    let words = ["crate::ui", "crate::app"];
    assert_none("api looks up", &places("src/api", &words, &[]));
    let words = ["crate::ui", "crate::app", "crate::api"];
    assert_none(
        "server looks up",
        &places("src/server", &words, &WRITES_PAGES),
    );
}

#[test]
fn only_the_body_of_a_server_function_steps_into_the_server() {
    for (name, text) in rust_files("src/api") {
        for (number, line) in text.lines().enumerate() {
            let outside = !line.starts_with("    ") && line.contains("crate::server");
            assert!(!outside, "{name}:{} steps into the server", number + 1);
        }
    }
}

#[test]
fn every_server_function_asks_who_is_asking_and_has_a_fixed_endpoint() {
    for (name, text) in rust_files("src/api") {
        for function in text.split("#[server(").skip(1) {
            let first = function.lines().next().unwrap_or_default();
            assert!(
                first.contains("endpoint = \""),
                "{name}: no endpoint: {first}"
            );
            let body = function.split("\n}\n").next().unwrap_or_default();
            assert!(
                body.contains("authorize::<may::"),
                "{name}: nobody asks in {first}"
            );
        }
    }
}

/// What a server function asks of the application that is the same for everybody.
const FOR_EVERYBODY: [&str; 2] = ["health.state(", "jobs.can("];

#[test]
fn whoever_asks_is_passed_on_with_every_question() {
    let mut places = Vec::new();
    let mut asked = 0;
    for (name, text) in rust_files("src/api") {
        let code: String = text.split_whitespace().collect();
        for (_, call) in code
            .match_indices("app.")
            .map(|(at, _)| code.split_at(at + 4))
        {
            asked += 1;
            let (function, arguments) = call.split_once('(').unwrap();
            let is_for_all = FOR_EVERYBODY.contains(&&*format!("{function}("));
            let names_who = arguments.starts_with("&operator") || arguments.starts_with("&who");
            if !is_for_all && !names_who {
                places.push(format!("{name}: {function}"));
            }
        }
    }
    assert!(40 < asked, "the questions are found");
    assert_none("does not say who asks", &places);
}

#[test]
fn statements_stand_in_the_store_only() {
    let words = [
        "sqlx::query",
        "QueryBuilder",
        "\"SELECT ",
        "\"UPDATE ",
        "\"DELETE ",
        "\"INSERT ",
    ];
    assert_none(
        "SQL outside the store",
        &places("src", &words, &["src/server/store/"]),
    );
}

#[test]
fn what_is_put_on_record_bears_the_databases_time() {
    // Processes on several machines share no other clock. The rest are dates of the
    // grid's filters, names of files, fleets that are made up, and what a process found
    // out for itself.
    let allowed = [
        "src/server/store/lease.rs",
        "src/server/inventory.rs",
        "src/server/export.rs",
        "src/server/http/export.rs",
        "src/server/demo/",
        "src/server/directory/",
        "src/server/simulator/",
        "src/server/health.rs",
        "src/server/mod.rs",
    ];
    let places = places("src/server", &["Timestamp::now()"], &allowed);
    assert_none("a clock of our own", &places);
}

#[test]
fn the_browsers_interfaces_are_called_in_one_file() {
    let words = ["web_sys", "gloo", "js_sys", "wasm_bindgen"];
    let allowed = ["src/ui/browser", "src/lib.rs"];
    assert_none("browser calls elsewhere", &places("src", &words, &allowed));
}

#[test]
fn features_are_told_apart_in_one_file() {
    let places = places(
        "src",
        &["cfg(feature", "cfg!(feature", "cfg_attr(feature"],
        &["src/lib.rs"],
    );
    assert_none("features elsewhere", &places);
}

#[test]
fn every_module_says_what_it_is_for() {
    for folder in ["src", "tests", "xtask/src"] {
        for (name, text) in rust_files(folder) {
            assert!(text.starts_with("//!"), "{name} has no header");
        }
    }
}

#[test]
fn no_file_has_two_subjects() {
    for folder in ["src", "tests", "xtask/src"] {
        for (name, text) in rust_files(folder) {
            let lines = text.lines().count();
            assert!(lines <= LONGEST, "{name} has {lines} lines: split it");
        }
    }
}

#[test]
fn views_carry_no_inline_style_and_no_raw_html() {
    let words = [" style=\"", "inner_html"];
    assert_none(
        "against the content security policy",
        &places("src/ui", &words, &[]),
    );
}

#[test]
fn the_texts_of_a_screen_stand_in_its_words() {
    let texts = |code: &str| -> Vec<String> {
        let texts = literals(code).into_iter().filter(|it| is_text(it.0, it.1));
        texts
            .map(|(before, text)| format!("{}: {text}", before.lines().count()))
            .collect()
    };
    for code in [
        r#"<p>"OK"</p>"#,
        r#"<nav class="pages" aria-label="pages">"#,
        r#"fallback=|| "Device""#,
        r#"format!("{count} are left")"#,
        r#"{count} " selected""#,
    ] {
        assert_eq!(texts(code).len(), 1, "{code}");
    }
    for code in [
        r#"<p class="link plain" id="Main">{words::MAIN} " – "</p>"#,
        r#"match key { "Escape" => "button button--small", _ => "plain" }"#,
        r#"format!("/jobs/{id}?state={}", state) // "A comment""#,
        r#"#[expect(clippy::style, reason = "it is shorter")]"#,
    ] {
        assert_eq!(texts(code), [""; 0], "{code}");
    }
    let mut places = Vec::new();
    for (name, text) in rust_files("src/ui") {
        let holds_texts = name.ends_with("/words.rs") || name.contains("/words/");
        if !holds_texts && !name.starts_with("src/ui/browser/") {
            let code = text.split("#[cfg(test)]").next().unwrap_or_default();
            places.extend(texts(code).iter().map(|text| format!("{name}:{text}")));
        }
    }
    assert_none("texts outside words.rs", &places);
}

#[test]
fn every_page_that_a_comment_cites_is_here() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for folder in ["src", "tests", "xtask/src"] {
        for (name, text) in rust_files(folder) {
            let is_part = |c: char| !(c.is_ascii_alphanumeric() || "-_./".contains(c));
            let pages = text.split(is_part).map(|word| word.trim_end_matches('.'));
            for page in pages.filter(|word| 3 < word.len() && word.ends_with(".md")) {
                assert!(root.join(page).is_file(), "{name} cites {page}");
            }
        }
    }
}

#[test]
fn every_name_in_the_glossary_is_in_the_code() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let glossary = fs::read_to_string(root.join("docs/glossary.md")).unwrap();
    let code: String = rust_files("src").into_iter().map(|it| it.1).collect();
    let names: Vec<&str> = glossary.split('`').skip(1).step_by(2).collect();
    assert!(50 < names.len());
    for name in names.iter().map(|name| name.trim_end_matches('…')) {
        let is_path = name.contains('/') && root.join("src").join(name).exists();
        let word = |part: &str| code.contains(part);
        assert!(
            is_path || name.split(&[':', '.']).all(word),
            "no {name} in src"
        );
    }
}
