//! Finds in code what a person would read.

/// What a person reads or hears of a control.
const LABELS: [&str; 9] = [
    "alt",
    "aria-description",
    "aria-label",
    "aria-valuetext",
    "label",
    "placeholder",
    "text",
    "title",
    "what",
];

/// Names of keys: they look like texts.
const KEYS: [&str; 5] = ["ArrowDown", "ArrowUp", "Enter", "Escape", "Tab"];

/// The string literals in code, each after what comes before it. Comments have none.
pub fn literals(code: &str) -> Vec<(&str, &str)> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(next) = code[at..].find(['"', '/', '\'']) {
        let start = at + next;
        let rest = &code[start..];
        at = start + 1;
        if rest.starts_with("//") {
            at = start + rest.find('\n').unwrap_or(rest.len());
        } else if rest.starts_with("'\"'") {
            at = start + 3;
        } else if let Some(text) = rest.strip_prefix('"') {
            let mut is_escaped = false;
            let ends = |c: char| {
                let ends = c == '"' && !is_escaped;
                is_escaped = c == '\\' && !is_escaped;
                ends
            };
            let literal = &text[..text.find(ends).unwrap()];
            found.push((&code[..start], literal));
            at = start + literal.len() + 2;
        }
    }
    found
}

/// Whether a literal is a text: a label or a text node with two letters in a row, or else
/// what begins with a capital and a small letter, has two words in a row, or is the piece
/// of a sentence that ends with a blank.
pub fn is_text(before: &str, literal: &str) -> bool {
    // Why a lint is expected.
    if before.trim_end().ends_with("reason =") {
        return false;
    }
    let mut depth = 0;
    let is_outside = |c: &char| {
        depth += i32::from(*c == '{') - i32::from(*c == '}');
        depth == 0 && *c != '}'
    };
    let plain: String = literal.chars().filter(is_outside).collect();
    let has_letters = plain
        .split(|c: char| !c.is_alphabetic())
        .any(|part| 1 < part.chars().count());
    if let Some(attribute) = before.strip_suffix('=') {
        let name = attribute.rsplit(|c: char| !c.is_alphanumeric() && c != '-');
        return has_letters && name.take(1).any(|name| LABELS.contains(&name));
    }
    if before.ends_with('>') && !before.ends_with("=>") {
        return has_letters;
    }
    let is_word = |part: &str| {
        let word = part.trim_end_matches(['.', ',', ':', ';', '?', '!', '…']);
        1 < word.chars().count() && word.chars().all(|c| c.is_alphabetic() || c == '\'')
    };
    let words: Vec<bool> = plain.split_whitespace().map(is_word).collect();
    let is_piece = plain.starts_with(' ') || plain.ends_with(' ');
    let mut letters = plain.chars().skip_while(|c| !c.is_alphabetic());
    let is_capital = letters.next().is_some_and(char::is_uppercase)
        && letters.next().is_some_and(char::is_lowercase);
    let is_sentence = words.windows(2).any(|pair| pair[0] && pair[1]);
    !KEYS.contains(&literal) && (is_capital || is_sentence || is_piece && words.contains(&true))
}
