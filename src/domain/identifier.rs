//! Identifiers as they are compared: serial numbers, asset ids, device ids.
//!
//! Copying, scanners and spreadsheets add characters that nobody sees, and values that look
//! alike would be different devices. Every identifier that comes in is cleaned here:
//! imported, pasted or read from the directory.

use std::borrow::Cow;

/// Returns the identifier without invisible characters, and without the blanks, quotation
/// marks and `="…"` around it. Characters that look like those of ASCII become those, and a
/// line break or a tab becomes a blank, so that two values are never joined to one.
pub fn clean(text: &str) -> Cow<'_, str> {
    let is_plain = |c: char| !is_invisible(c) && ascii_like(c) == c;
    if text.chars().all(is_plain) {
        return bare(text).into();
    }
    let shown = text.chars().filter(|c| !is_invisible(*c));
    let shown: String = shown.map(ascii_like).collect();
    bare(&shown).to_owned().into()
}

/// The character of ASCII that is meant: blanks, hyphens and full-width forms are many.
fn ascii_like(c: char) -> char {
    match c {
        _ if c.is_whitespace() => ' ',
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{FE58}' | '\u{FE63}' => '-',
        '\u{FF01}'..='\u{FF5E}' => {
            char::from_u32(u32::from(c) - 0xFF01 + u32::from('!')).unwrap_or(c)
        }
        _ => c,
    }
}

/// The text within whatever is wrapped around it, as often as it is.
fn bare(text: &str) -> &str {
    let text = trimmed(text);
    let formula = text
        .strip_prefix('=')
        .map(|rest| rest.trim_start_matches(|c: char| c.is_whitespace() || is_invisible(c)));
    match formula {
        Some(rest) if rest.starts_with(is_quote) && !rest.contains(['&', '+', '(']) => bare(rest),
        _ => text,
    }
}

/// Whether a character shows nothing: zero-width and direction characters, byte order
/// marks, soft hyphens, empty patterns, and control characters but for line breaks and tabs.
pub fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}'
        | '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}'
        | '\u{2060}'..='\u{206F}' | '\u{2800}' | '\u{3164}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}'
        | '\u{FFA0}' | '\u{FFF9}'..='\u{FFFB}' | '\u{1D173}'..='\u{1D17A}' | '\u{E0000}'..='\u{E0FFF}')
        || (c.is_control() && !c.is_whitespace())
}

/// Returns the text without the blanks and quotation marks around it.
fn trimmed(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_whitespace() || is_invisible(c) || is_quote(c))
}

fn is_quote(c: char) -> bool {
    "\"'`´“”„‟‘’‚‛«»‹›＂＇".contains(c)
}

/// Unwraps `="0012"`, with which spreadsheets are made to keep leading zeros.
pub fn unwrapped(text: &str) -> Cow<'_, str> {
    let formula = text.trim().strip_prefix('=').map(str::trim_start);
    match formula.and_then(|it| it.strip_prefix('"')?.strip_suffix('"')) {
        Some(inner) if inner.contains("\"\"") => inner.replace("\"\"", "\"").into(),
        Some(inner) => inner.into(),
        None => text.into(),
    }
}

/// What is written where a value is not known.
const PLACEHOLDERS: [&str; 8] = [
    "NULL",
    "NONE",
    "NIL",
    "N/A",
    "NA",
    "UNKNOWN",
    "UNDEFINED",
    "TBD",
];

/// Whether a text says only that nothing is known.
pub fn is_placeholder(text: &str) -> bool {
    let text = clean(text);
    PLACEHOLDERS.iter().any(|it| text.eq_ignore_ascii_case(it))
        || (!text.is_empty() && text.chars().all(|c| "-?".contains(c)))
}

/// What a spreadsheet has made of a value. The value itself is lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Damage {
    /// `5.01E+12`: a long number.
    Rounded,
    /// `#REF!`
    Error,
}

/// Tells a value that a spreadsheet has destroyed.
pub fn damage(text: &str) -> Option<Damage> {
    let text = text.trim();
    if is_rounded(text) {
        Some(Damage::Rounded)
    } else {
        is_error(text).then_some(Damage::Error)
    }
}

fn is_rounded(text: &str) -> bool {
    // `5012345678901.0`: it was a number, so leading zeros are lost.
    if let Some((whole, "0")) = text.split_once(['.', ','])
        && 4 <= whole.len()
        && whole.bytes().all(|b| b.is_ascii_digit())
    {
        return true;
    }
    let Some((number, exponent)) = text.split_once(['E', 'e']) else {
        return false;
    };
    // Without a sign it is one only behind a fraction: `12E5` is a serial number.
    let signed = exponent.strip_prefix(['+', '-', '−']);
    let Some(exponent) = signed.or(number.contains(['.', ',']).then_some(exponent)) else {
        return false;
    };
    let number = number.strip_prefix(['+', '-', '−']).unwrap_or(number);
    let is_number = |text: &str, also: &[char]| {
        text.starts_with(|c: char| c.is_ascii_digit())
            && text
                .chars()
                .all(|c| c.is_ascii_digit() || also.contains(&c))
    };
    is_number(number, &['.', ',']) && is_number(exponent, &[])
}

/// The errors of spreadsheets, in English, German, Spanish and French.
fn is_error(text: &str) -> bool {
    const ERRORS: [&str; 27] = [
        "#REF!",
        "#N/A",
        "#N/A!",
        "#VALUE!",
        "#DIV/0!",
        "#NAME?",
        "#NUM!",
        "#NULL!",
        "#SPILL!",
        "#CALC!",
        "#ERROR!",
        "#GETTING_DATA",
        "#FIELD!",
        "#BLOCKED!",
        "#CONNECT!",
        "#UNKNOWN!",
        "#BUSY!",
        "#NV",
        "#BEZUG!",
        "#WERT!",
        "#ZAHL!",
        "#ÜBERLAUF!",
        "#¡REF!",
        "#¡VALOR!",
        "#¿NOMBRE?",
        "#VALEUR!",
        "#NOM?",
    ];
    let is_run_of_marks = 3 <= text.len() && text.bytes().all(|b| b == b'#');
    let error = text.to_uppercase();
    text.starts_with('#') && (is_run_of_marks || ERRORS.contains(&error.as_str()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_nobody_sees_and_what_stands_around_a_value_is_left_out() {
        for text in [
            "\u{A0}0012\u{A0}",
            "00\u{200B}12",
            "\u{FEFF}0012",
            "\u{1F}0012\0",
            "\u{202E}00\u{AD}12\u{202C}",
            "“0012”",
            "'0012'",
            "\"0012\"",
            "=\"0012\"",
            " = \"0012\" ",
            "=\"=\"\"0012\"\"\"",
            "„\u{200B}0012\u{2060} “",
            "\t0012\r\n",
        ] {
            assert_eq!(clean(text), "0012", "{text:?}");
        }
        assert_eq!(clean("A\r\nB"), "A  B");
        for text in ["SP\u{A0}01", "SP\u{3000}01", "ＳＰ　０１", "SP\u{2800} 01"] {
            assert_eq!(clean(text), "SP 01", "{text:?}");
        }
        for text in [
            "PF‐2ABC",
            "PF–2ABC",
            "PF\u{2212}2ABC",
            "ＰＦ－２ＡＢＣ",
            "PF-2\u{1D173}ABC",
        ] {
            assert_eq!(clean(text), "PF-2ABC", "{text:?}");
        }
        assert_eq!(clean("=\"A\"&1"), "=\"A\"&1");
        assert_eq!(clean("=A1"), "=A1");
        assert_eq!(clean("O'Neil 5"), "O'Neil 5");
    }

    #[test]
    fn a_value_that_a_spreadsheet_has_destroyed_is_told() {
        for text in [
            "1.00235E+11",
            "5,01235e+12",
            " 1E+09 ",
            "-1.5E-05",
            "5.01235E12",
            "100235.0",
        ] {
            assert_eq!(damage(text), Some(Damage::Rounded), "{text}");
        }
        for text in ["#REF!", "#n/a", "#NV", "########"] {
            assert_eq!(damage(text), Some(Damage::Error), "{text}");
        }
        for text in ["12E5", "E+5", "1E+", "#12", "#", "5CD1E+2", "", "N/A"] {
            assert_eq!(damage(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn cleaning_twice_changes_nothing_more(text in "[a=\"'“\u{A0}\u{200B}\u{1F}\t\n ]{0,12}|\\PC{0,12}") {
            let once = clean(&text).into_owned();
            prop_assert_eq!(clean(&once), once.as_str());
            prop_assert!(!once.chars().any(|c| is_invisible(c) || c.is_control()), "{:?}", once);
            prop_assert_eq!(once.trim(), once.as_str());
        }
    }
}
