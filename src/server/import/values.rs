//! Reading one cell: serial numbers, statuses, licenses and the rest, as admins'
//! tools write them.

use crate::domain::action::license::LicenseType;
use crate::domain::chrome_os::{self, OsType};
use crate::domain::field::Field;
use crate::domain::identifier::{Damage, clean, damage, is_invisible, is_placeholder};
use crate::domain::status::DeviceStatus;

/// Words with which the rows below a list begin.
const TOTALS: [&str; 16] = [
    "TOTAL",
    "TOTALS",
    "SUBTOTAL",
    "SUB-TOTAL",
    "SUM",
    "COUNT",
    "AVERAGE",
    "SUMME",
    "GESAMT",
    "GESAMTERGEBNIS",
    "ANZAHL",
    "TOTALE",
    "SOMME",
    "GESAMTSUMME",
    "INSGESAMT",
    "SUMMA",
];

/// Words of the lines that programs write around a list.
const REPORT: [&str; 12] = [
    "ROW",
    "ROWS",
    "DEVICE",
    "DEVICES",
    "RECORD",
    "RECORDS",
    "PAGE",
    "REPORT",
    "END",
    "GENERATED",
    "EXPORTED",
    "AFFECTED",
];

/// A serial number as it is compared: cleaned, in upper case.
///
/// # Errors
/// Why it cannot be one.
pub fn serial(text: &str) -> Result<String, &'static str> {
    let is_break = |c: char| c.is_control() && c.is_whitespace();
    if text.trim().chars().any(is_break) {
        return Err("it holds a line break or a tab");
    }
    let serial = clean(text).to_uppercase();
    if serial.chars().count() > 128 {
        return Err("it is too long");
    }
    if serial.contains([',', ';']) && damage(&serial).is_none() {
        return Err("it holds several cells");
    }
    // No column is called by a number, and most serial numbers have one.
    if !serial.contains(|c: char| c.is_ascii_digit()) && Field::named(&serial).is_some() {
        return Err("it is the name of a column");
    }
    if is_total(&serial) {
        return Err("it is the title of a total");
    }
    if serial.starts_with('#') {
        return Err("it is a spreadsheet's error");
    }
    if serial.starts_with(['=', '+', '@']) {
        return Err("it is a spreadsheet's formula");
    }
    if is_placeholder(&serial) || !serial.chars().any(char::is_alphanumeric) {
        return Err("it is a placeholder for an unknown value");
    }
    if damage(&serial) == Some(Damage::Rounded) {
        return Err("a spreadsheet has rounded it; format the column as text before pasting");
    }
    let is_used = |c: char| c.is_ascii_alphanumeric() || " -_./:#".contains(c);
    if let Some(odd) = serial.chars().find(|c| !is_used(*c)) {
        return Err(match odd.is_ascii() {
            true => "it holds a sign that no serial number has",
            false => "it holds a letter that no serial number has",
        });
    }
    Ok(serial)
}

/// `TOTAL`, `Grand total`, `Total(2)`, `Total devices: 2`, `Page 1 of 2`.
fn is_total(serial: &str) -> bool {
    let words = || {
        let words = serial.split(|c: char| !c.is_alphanumeric());
        words.filter(|word| !word.is_empty())
    };
    if 1 < words().count() && words().any(|word| REPORT.contains(&word)) {
        return true;
    }
    let mut words = words();
    let first = words.next().unwrap_or_default();
    let first = match first {
        "GRAND" | "SUB" => words.next().unwrap_or_default(),
        first => first,
    };
    TOTALS.contains(&first) || (serial.contains(": ") || serial.ends_with(':'))
}

/// A device id, which has the shape of a UUID.
pub fn device_id(text: &str) -> Option<String> {
    let text = clean(text);
    let shaped = text.len() == 36
        && text.bytes().enumerate().all(|(at, b)| match at {
            8 | 13 | 18 | 23 => b == b'-',
            _ => b.is_ascii_hexdigit(),
        });
    shaped.then(|| text.to_ascii_lowercase())
}

/// A status: the directory's word, the Admin console's, or one nobody has heard
/// of, which is kept. `None` where it cannot be a word for a status.
pub fn status(text: &str) -> Option<DeviceStatus> {
    let text = clean(text);
    let word = text.to_uppercase().replace([' ', '-'], "_");
    if word == "PROVISIONED" || word == "ENROLLED" {
        return Some(DeviceStatus::Active);
    }
    let known = DeviceStatus::from(word.as_str());
    if !matches!(known, DeviceStatus::Other(_)) {
        return Some(known);
    }
    let is_word = text.chars().count() <= 64
        && text.starts_with(char::is_alphabetic)
        && text
            .chars()
            .all(|c| c.is_alphanumeric() || matches!(c, ' ' | '_' | '-' | '/' | '&' | '(' | ')'));
    is_word.then(|| DeviceStatus::Other(text.into_owned()))
}

/// Whether a cell is a status by itself, and not that of an active device.
pub fn is_not_active(text: &str) -> bool {
    const RETIRED: [&str; 4] = ["RETIRED", "DISPOSED", "RECYCLED", "DECOMMISSIONED"];
    let word = clean(text).to_uppercase();
    let known = status(text).filter(|it| !matches!(it, DeviceStatus::Other(_)));
    RETIRED.contains(&word.as_str())
        || known.is_some_and(|it| !matches!(it, DeviceStatus::Active | DeviceStatus::Unknown))
}

/// A license: the directory's word, or what a person or the Admin console calls it.
/// `None` where nobody knows the word.
pub fn license(text: &str) -> Option<LicenseType> {
    let squeezed = |text: &str| -> String {
        text.chars()
            .filter(|c| c.is_alphanumeric())
            .flat_map(char::to_lowercase)
            .collect()
    };
    let text = clean(text);
    let word = squeezed(&text);
    if word.is_empty() {
        return Some(LicenseType::Unspecified);
    }
    // "Chrome Education Upgrade", but not "Chrome Enterprise", which may be anything.
    let word = match word.strip_prefix("chrome") {
        Some(rest) if rest.contains("upgrade") => rest,
        _ => &word,
    };
    let known = LicenseType::ALL
        .into_iter()
        .find(|license| squeezed(license.as_str()) == word || squeezed(license.label()) == word);
    known.or_else(|| match word {
        // Google describes it as perpetual.
        "educationupgrade" => Some(LicenseType::EducationPerpetual),
        "enterpriseupgradeannual" => Some(LicenseType::EnterpriseFixedTerm),
        "educationupgradeannual" => Some(LicenseType::EducationFixedTerm),
        "kioskandsignageupgrade" => Some(LicenseType::Kiosk),
        _ => Some(LicenseType::from(&*text)).filter(|it| *it != LicenseType::Unspecified),
    })
}

/// What a device runs: Google's word, or what a person calls it.
pub fn os_type(text: &str) -> Option<OsType> {
    let is = |word: &str| text.eq_ignore_ascii_case(word);
    if text.is_empty() || is("chromeOsTypeUnspecified") || is(OsType::Unknown.label()) {
        return Some(OsType::Unknown);
    }
    let known = [OsType::ChromeOs, OsType::Flex];
    known
        .into_iter()
        .find(|known| is(known.as_str()) || is(known.label()))
}

/// A flag. A blank cell says that it is not known.
pub fn flag(text: &str) -> Option<Option<bool>> {
    match text {
        "" => Some(None),
        text => chrome_os::flag(text).map(Some),
    }
}

/// The directory reads a reason as `deprovisionReasonRetiringDevice` and is told
/// it as `DEPROVISION_REASON_RETIRING_DEVICE`; we keep the latter.
pub fn deprovision_reason(text: &str) -> String {
    let text = text.trim();
    let Some(camel) = text.strip_prefix("deprovisionReason") else {
        return text.to_owned();
    };
    let mut out = "DEPROVISION_REASON".to_owned();
    for c in camel.chars() {
        if c.is_uppercase() {
            out.push('_');
        }
        out.extend(c.to_uppercase());
    }
    out
}

/// An org unit's path, with its leading slash and no other at the end. `None`
/// for an org unit's id.
pub fn org_unit(text: &str) -> Option<String> {
    let path: String = text.chars().filter(|c| !is_invisible(*c)).collect();
    let path = path.trim();
    if path.starts_with("id:") {
        return None;
    }
    Some(format!("/{}", path.trim_matches('/')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_serial_is_compared_trimmed_and_in_upper_case() {
        assert_eq!(serial(" 5cd1234xyz ").unwrap(), "5CD1234XYZ");
        assert_eq!(serial("0012").unwrap(), "0012");
        assert_eq!(serial("12E5").unwrap(), "12E5");
        assert_eq!(serial("=\"0012\"").unwrap(), "0012");
        assert_eq!(serial("“5cd\u{200B}1”").unwrap(), "5CD1");
        for bad in [
            "5.01234E+12",
            "1E+09",
            "#N/A",
            "a\nb",
            "=A1",
            "+1+1",
            "null",
            "N/A",
            "-",
            "--",
            "5,01235E+12",
            "Serial Number",
            "TOTAL",
            "Grand total",
            "Total devices: 2",
            "A1;B2",
            "Total(2)",
            "Total=2",
            "Total-2",
            "Totals.",
            "Gesamtsumme",
            "Insgesamt",
            "合計",
            "Σ",
            "2 devices",
            "Rows 2",
            "(2 rows affected)",
            "*** 2 rows ***",
            "End of report",
            "Page 1 of 2",
            "Report generated 2026-11-01",
            "5012345678901.0",
            "5.01235E12",
            "5CD1*",
        ] {
            assert!(serial(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_status_is_read_in_the_words_of_the_api_and_of_the_console() {
        for (text, expected) in [
            ("ACTIVE", DeviceStatus::Active),
            ("Provisioned", DeviceStatus::Active),
            (" deprovisioned ", DeviceStatus::Deprovisioned),
            ("Pre-provisioned", DeviceStatus::PreProvisioned),
            ("Return requested", DeviceStatus::ReturnRequested),
            ("QUARANTINED", DeviceStatus::Other("QUARANTINED".into())),
            ("Lost/Stolen", DeviceStatus::Other("Lost/Stolen".into())),
        ] {
            assert_eq!(status(text), Some(expected), "{text}");
        }
        for bad in ["2026-01-31", "a@b.example", "/Staff", "12"] {
            assert_eq!(status(bad), None, "{bad}");
        }
    }

    #[test]
    fn licenses_and_reasons_are_read_in_both_spellings() {
        for (text, expected) in [
            ("educationUpgradePerpetual", LicenseType::EducationPerpetual),
            (
                "Education Upgrade, perpetual",
                LicenseType::EducationPerpetual,
            ),
            ("educationUpgrade", LicenseType::EducationPerpetual),
            ("Chrome Education Upgrade", LicenseType::EducationPerpetual),
            (
                "Chrome Education Upgrade (Perpetual)",
                LicenseType::EducationPerpetual,
            ),
            ("enterpriseUpgrade", LicenseType::EnterpriseFixedTerm),
            ("kioskAndSignageUpgrade", LicenseType::Kiosk),
            ("", LicenseType::Unspecified),
        ] {
            assert_eq!(license(text), Some(expected), "{text}");
        }
        for unknown in [
            "Chrome Enterprise",
            "Chrome Enterprise Upgrade",
            "soon",
            "7",
        ] {
            assert_eq!(license(unknown), None, "{unknown}");
        }
        assert_eq!(
            deprovision_reason("deprovisionReasonSameModelReplacement"),
            "DEPROVISION_REASON_SAME_MODEL_REPLACEMENT"
        );
        assert_eq!(deprovision_reason("OTHER"), "OTHER");
    }

    #[test]
    fn an_org_unit_is_a_path() {
        assert_eq!(
            org_unit("Staff/Loaners/").as_deref(),
            Some("/Staff/Loaners")
        );
        assert_eq!(org_unit("/").as_deref(), Some("/"));
        assert_eq!(org_unit("id:03ph8a2z1"), None);
    }
}
