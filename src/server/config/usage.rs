//! What is wrong with a command line, in one sentence like everything else that the
//! program cannot do.

use clap::error::{ContextKind, ContextValue, Error, ErrorKind};

use super::password::without_passwords;

/// Somebody asks what there is, which is no mistake.
pub fn is_help(error: &Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::DisplayHelp
            | ErrorKind::DisplayVersion
            | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand
    )
}

/// The first paragraph of what the parser says, as a sentence, and no password in it.
pub fn usage_sentence(mut error: Error) -> String {
    let argument = match error.get(ContextKind::InvalidArg) {
        Some(ContextValue::String(argument)) => argument.clone(),
        _ => String::new(),
    };
    if argument.starts_with("--database") {
        let value = ContextValue::String("…".to_owned());
        error.insert(ContextKind::InvalidValue, value);
    }
    let said = error.render().to_string();
    let first = said.lines().take_while(|line| !line.trim().is_empty());
    let first: Vec<&str> = first.map(str::trim).collect();
    let first = without_passwords(&first.join(" "));
    let text = first.strip_prefix("error: ").unwrap_or(&first);
    let mut letters = text.chars();
    let capital: String = letters
        .next()
        .into_iter()
        .flat_map(char::to_uppercase)
        .collect();
    format!("{capital}{}; --help tells what there is.", letters.as_str())
}
