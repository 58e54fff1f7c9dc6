//! The page of all settings, made from what the program says of itself: docs/settings.md.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use clap::{Arg, Command, CommandFactory};

use super::Cli;

const HEAD: &str = "\
# Settings

This page is what `sunset settings` prints.

What is typed comes first, then a file or credential, then the variable, then the default. A flag
without a value is set by a variable that says `true`.

## Secrets

A secret is read from a file that only its owner can read, from a credential of the service
manager (`LoadCredential=`, a file in `$CREDENTIALS_DIRECTORY`), or from a variable. Never type one:
`ps` shows it to everybody on the computer.

| Secret | File | Credential | Variable |
|---|---|---|---|
| key of Google's service account | `--google-key` | `google-key` | `SUNSET_GOOGLE_KEY` |
| address of the database, with its password | `--database-file` | `database-url` | `SUNSET_DATABASE` |
| secret of the client at the identity provider | `--oidc-client-secret` | `oidc-secret` | |
| key that seals operators' authenticators | `--seal-key` | `seal-key` | |
| key that signs the audit | `--signing-key` | `signing-key` | |

A file that everybody can read is refused, and one that its group can read is warned of; the seal
key and the signing key are refused then as well.
";

/// The page, in Markdown.
pub fn settings_page() -> String {
    let mut cli = Cli::command();
    cli.build();
    let mut page = HEAD.to_owned();
    let mut seen = BTreeSet::new();
    let global = |arg: &&Arg| arg.is_global_set();
    page.push_str("\n## Every command\n\n");
    table(&mut page, cli.get_arguments().filter(global), &mut seen);
    for command in cli.get_subcommands() {
        section(&mut page, command, &mut seen);
    }
    page
}

fn section(page: &mut String, command: &Command, seen: &mut BTreeSet<String>) {
    if command.get_name() == "help" || command.is_hide_set() {
        return;
    }
    if command.has_subcommands() {
        for command in command.get_subcommands() {
            section(page, command, seen);
        }
        return;
    }
    let name = command.get_bin_name().unwrap_or_default();
    let about = sentence(command.get_about());
    // Writing to a string cannot fail.
    let _ = write!(page, "\n## {name}\n\n{about}\n");
    let is_ours = |arg: &&Arg| !arg.is_global_set() && arg.get_id() != "help";
    let (new, known): (Vec<&Arg>, Vec<&Arg>) = command
        .get_arguments()
        .filter(is_ours)
        .partition(|arg| arg.is_positional() || !seen.contains(arg.get_id().as_str()));
    if !new.is_empty() {
        page.push('\n');
        table(page, new.into_iter(), seen);
    }
    if !known.is_empty() {
        let names: Vec<String> = known.iter().map(|arg| option(arg)).collect();
        let _ = write!(page, "\nAs above: {}.\n", names.join(", "));
    }
}

fn table<'a>(page: &mut String, args: impl Iterator<Item = &'a Arg>, seen: &mut BTreeSet<String>) {
    page.push_str("| Setting | Variable | Default | |\n|---|---|---|---|\n");
    for arg in args {
        seen.insert(arg.get_id().to_string());
        let variable = arg.get_env().map(|name| code(&name.to_string_lossy()));
        let defaults = arg.get_default_values().iter();
        let defaults: Vec<String> = defaults.map(|it| code(&it.to_string_lossy())).collect();
        let takes_value = arg.get_action().takes_values();
        let defaults = match takes_value {
            true => defaults.join(", "),
            false => String::new(),
        };
        let mut about = sentence(arg.get_long_help().or(arg.get_help()));
        let values: Vec<String> = match takes_value {
            true => arg
                .get_possible_values()
                .iter()
                .map(|it| code(it.get_name()))
                .collect(),
            false => Vec::new(),
        };
        if !values.is_empty() {
            let _ = write!(about, " One of {}.", values.join(", "));
        }
        let _ = writeln!(
            page,
            "| {} | {} | {defaults} | {about} |",
            option(arg),
            variable.unwrap_or_default()
        );
    }
}

/// `--listen LISTEN`, or the name of what is typed by its place.
fn option(arg: &Arg) -> String {
    let values = arg.get_value_names().unwrap_or_default().join(" ");
    match (arg.get_long(), arg.get_action().takes_values()) {
        (Some(name), true) => code(&format!("--{name} {values}")),
        (Some(name), false) => code(&format!("--{name}")),
        (None, _) => code(&values),
    }
}

fn code(text: &str) -> String {
    format!("`{text}`")
}

/// The help in one line, with a full stop.
fn sentence(help: Option<&clap::builder::StyledStr>) -> String {
    let text = help.map(ToString::to_string).unwrap_or_default();
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let text = text.replace('|', "\\|");
    match text.ends_with(['.', '!', '?']) || text.is_empty() {
        true => text,
        false => text + ".",
    }
}
