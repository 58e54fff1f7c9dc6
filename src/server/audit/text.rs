//! Text from elsewhere on a terminal: what could move the cursor, color, or turn the direction
//! of reading is shown, not done.

/// The text with every control and every mark of direction as an escape such as `\u{1b}`.
pub fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        let turns = matches!(
            c,
            '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
                | '\u{61c}' | '\u{feff}'
        );
        if c.is_control() || turns {
            out.extend(c.escape_unicode());
        } else {
            out.push(c);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_moves_the_cursor_or_turns_the_text() {
        assert_eq!(escaped("a\r\nb\u{1b}[31m"), r"a\u{d}\u{a}b\u{1b}[31m");
        assert_eq!(escaped("x\u{202e}y\u{9b}"), r"x\u{202e}y\u{9b}");
        assert_eq!(escaped("Zoë – ö"), "Zoë – ö");
    }
}
