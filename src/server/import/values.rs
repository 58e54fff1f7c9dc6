//! Reading one cell: serial numbers, statuses, licences and the rest, as admins'
//! tools write them.

use crate::domain::licence::LicenceType;
use crate::domain::status::DeviceStatus;

/// What is written where a serial number is not known.
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

/// A serial number as it is compared: trimmed, in upper case.
///
/// # Errors
/// Why it cannot be one.
pub fn serial(text: &str) -> Result<String, &'static str> {
    let serial = text.trim().to_uppercase();
    if serial.chars().count() > 128 {
        return Err("it is too long");
    }
    if serial.chars().any(char::is_control) {
        return Err("it holds a line break or another control character");
    }
    if serial.starts_with('#') {
        return Err("it is a spreadsheet's error");
    }
    if serial.starts_with(['=', '+', '@']) {
        return Err("it is a spreadsheet's formula");
    }
    if PLACEHOLDERS.contains(&serial.as_str()) || !serial.chars().any(char::is_alphanumeric) {
        return Err("it only stands where none is known");
    }
    if is_rounded_number(&serial) {
        return Err("a spreadsheet has rounded it; format the column as text before pasting");
    }
    Ok(serial)
}

/// `5.01E+12`: what a spreadsheet leaves of a long number.
fn is_rounded_number(text: &str) -> bool {
    let Some((number, exponent)) = text.split_once("E+") else {
        return false;
    };
    !number.is_empty()
        && number
            .bytes()
            .all(|b| b.is_ascii_digit() || matches!(b, b'.' | b','))
        && !exponent.is_empty()
        && exponent.bytes().all(|b| b.is_ascii_digit())
}

/// A device id, which has the shape of a UUID.
pub fn device_id(text: &str) -> Option<String> {
    let text = text.trim();
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
    let text = text.trim();
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
            .all(|c| c.is_alphanumeric() || matches!(c, ' ' | '_' | '-'));
    is_word.then(|| DeviceStatus::Other(text.to_owned()))
}

/// A licence: the directory's word, or what a person calls it.
pub fn licence(text: &str) -> LicenceType {
    let text = text.trim();
    let squeezed = |text: &str| -> String {
        text.chars()
            .filter(|c| c.is_alphanumeric())
            .flat_map(char::to_lowercase)
            .collect()
    };
    let wanted = squeezed(text);
    LicenceType::ALL
        .into_iter()
        .find(|licence| squeezed(licence.as_str()) == wanted || squeezed(licence.label()) == wanted)
        .unwrap_or_else(|| LicenceType::from(text))
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
    let path = text.trim();
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
        ] {
            assert_eq!(status(text), Some(expected), "{text}");
        }
        for bad in ["2026-01-31", "a@b.example", "/Staff", "12"] {
            assert_eq!(status(bad), None, "{bad}");
        }
    }

    #[test]
    fn licences_and_reasons_are_read_in_both_spellings() {
        assert_eq!(
            licence("educationUpgradePerpetual"),
            LicenceType::EducationPerpetual
        );
        assert_eq!(
            licence("Education Upgrade, perpetual"),
            LicenceType::EducationPerpetual
        );
        assert_eq!(licence("educationUpgrade"), LicenceType::EducationPerpetual);
        assert_eq!(licence(""), LicenceType::Unspecified);
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
