//! The authenticator app: codes of six digits, each good for half a minute (RFC 6238, with
//! the parameters that every app knows).

use fast_qr::QRBuilder;
use totp_rs::{Builder, Secret, Totp};

use crate::domain::time::Timestamp;

/// What an app shows above the code.
const ISSUER: &str = "Sunset";

/// An authenticator's secret, as we and an app know it.
pub struct Authenticator(Totp);

/// The dark squares of a QR code, as the path of a picture.
#[derive(Clone, Debug)]
pub struct QrCode {
    /// Squares on a side, without the margin.
    pub size: usize,
    pub path: String,
}

impl Authenticator {
    pub fn new(secret: &[u8]) -> Self {
        let totp = Builder::new().with_secret(Secret::from(secret.to_vec()));
        Self(totp.build_noncompliant())
    }

    /// The step whose code this is: now, or half a minute before or after.
    pub fn step(&self, code: &str, now: Timestamp) -> Option<i64> {
        let code: String = code.chars().filter(|c| !c.is_whitespace()).collect();
        let seconds = u64::try_from(now.0 / 1000).ok()?;
        let step = self.0.check(&code, seconds)?;
        i64::try_from(step).ok()
    }

    /// The secret in groups of four, to be typed.
    pub fn secret(&self) -> String {
        let text = self.0.secret().to_base32();
        let groups = text.as_bytes().chunks(4);
        let groups: Vec<_> = groups.map(|it| String::from_utf8_lossy(it)).collect();
        groups.join(" ")
    }

    /// What an app reads with its camera.
    pub fn qr_code(&self, login: &str) -> QrCode {
        // A login has no other characters that mean something in an address.
        let login = login.replace('@', "%40").replace('+', "%2B");
        let secret = self.0.secret().to_base32();
        let address = format!("otpauth://totp/{ISSUER}:{login}?secret={secret}&issuer={ISSUER}");
        let code = QRBuilder::new(address)
            .build()
            .expect("a short address fits into a code");
        let mut path = String::new();
        for y in 0..code.size {
            let mut x = 0;
            for run in code[y].chunk_by(|a, b| a.value() == b.value()) {
                let length = run.len();
                if run[0].value() {
                    path.push_str(&format!("M{x} {y}h{length}v1h-{length}z"));
                }
                x += length;
            }
        }
        QrCode {
            size: code.size,
            path,
        }
    }
}

/// Whether a code is an authenticator's, and no recovery code.
pub fn is_code(typed: &str) -> bool {
    let digits: Vec<char> = typed.chars().filter(|c| !c.is_whitespace()).collect();
    digits.len() == 6 && digits.iter().all(char::is_ascii_digit)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The secret of RFC 6238's test vectors for SHA-1.
    const RFC: &[u8] = b"12345678901234567890";

    #[test]
    fn codes_are_those_of_the_standard() {
        let authenticator = Authenticator::new(RFC);
        // The last six of the eight digits in the RFC's table.
        for (seconds, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
        ] {
            let step = authenticator.step(code, Timestamp(seconds * 1000));
            assert_eq!(step, Some(seconds / 30), "{code}");
        }
    }

    #[test]
    fn a_code_is_good_half_a_minute_around_its_own() {
        let authenticator = Authenticator::new(RFC);
        let step_at = |seconds: i64| authenticator.step("005 924", Timestamp(seconds * 1000));
        let own = 1_234_567_890;
        for near in [own - 30, own, own + 59] {
            assert_eq!(step_at(near), Some(own / 30), "{near}");
        }
        for far in [own - 31, own + 60, 0] {
            assert_eq!(step_at(far), None, "{far}");
        }
        assert_eq!(authenticator.step("", Timestamp(own * 1000)), None);
        assert_eq!(
            authenticator.step("005924005924", Timestamp(own * 1000)),
            None
        );
    }

    #[test]
    fn the_secret_can_be_typed_and_photographed() {
        let authenticator = Authenticator::new(RFC);
        assert_eq!(
            authenticator.secret(),
            "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ"
        );
        let code = authenticator.qr_code("ada@school.example");
        assert!(code.path.starts_with("M0 0h7v1h-7z"), "{}", code.path);
    }
}
