//! Numbers and plurals in sentences.

/// `4,812`.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i != 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// `1 device`, `4,812 devices`.
pub fn devices(number: u64) -> String {
    counted(number, "device", "devices")
}

/// The number with the noun that goes with it.
pub fn counted(number: u64, one: &str, many: &str) -> String {
    format!(
        "{} {}",
        grouped(number),
        if number == 1 { one } else { many }
    )
}

/// Reads a number as a person types it: `4812`, `4,812`, `4 812`, `4.812`.
pub fn typed(text: &str) -> Option<u64> {
    let digits: String = text
        .chars()
        .filter(|c| !matches!(c, ',' | '.' | '\'' | '_') && !c.is_whitespace())
        .collect();
    digits.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_grouped() {
        let all: Vec<_> = [0, 7, 999, 1000, 1_000_000].map(grouped).into();
        assert_eq!(all, ["0", "7", "999", "1,000", "1,000,000"]);
    }

    #[test]
    fn separators_are_accepted_and_words_are_not() {
        assert_eq!(typed(" 4,812 "), Some(4812));
        assert_eq!(typed("4 812"), Some(4812));
        assert_eq!(typed("all"), None);
        assert_eq!(typed(""), None);
        assert_eq!(typed("-5"), None);
    }
}
