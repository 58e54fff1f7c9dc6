//! Text from outside as it is shown: what would not be seen, or would turn the text
//! around it, is made visible.
//!
//! A direction override within a serial number shows another number than the one that is
//! deprovisioned. Files and the clipboard keep what the directory has.

use std::borrow::Cow;

/// Replaces control characters by their pictures (U+2400 and on), and characters that change
/// the direction of text by U+FFFD.
pub fn visible(text: &str) -> Cow<'_, str> {
    if !text.chars().any(|c| picture(c).is_some()) {
        return text.into();
    }
    text.chars()
        .map(|c| picture(c).unwrap_or(c))
        .collect::<String>()
        .into()
}

/// What stands for a character that must not be shown as it is.
fn picture(c: char) -> Option<char> {
    match c {
        '\0'..='\u{1F}' => char::from_u32(0x2400 + u32::from(c)),
        '\u{7F}' => Some('\u{2421}'),
        // Unicode Standard Annex #9, 2: explicit marks, embeddings, overrides and isolates.
        '\u{80}'..='\u{9F}'
        | '\u{61C}'
        | '\u{200E}'
        | '\u{200F}'
        | '\u{2028}'..='\u{202E}'
        | '\u{2066}'..='\u{2069}' => Some('\u{FFFD}'),
        _ => None,
    }
}

/// The same, owned.
pub fn shown(text: &str) -> String {
    visible(text).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_turns_text_around_or_is_not_seen_is_made_visible() {
        assert_eq!(
            visible("5CD\u{202E}321\u{2069}X"),
            "5CD\u{FFFD}321\u{FFFD}X"
        );
        assert_eq!(visible("a\0b\x1b[2J\tc"), "a␀b␛[2J␉c");
        assert_eq!(visible("x\u{85}y\u{200F}"), "x\u{FFFD}y\u{FFFD}");
    }

    #[test]
    fn ordinary_text_is_left_alone() {
        for text in ["", "5CD123", "Raum 7 – Ärger", "مدرسة", "ルーム", "👩‍🏫"] {
            assert!(matches!(visible(text), Cow::Borrowed(same) if same == text));
        }
    }
}
