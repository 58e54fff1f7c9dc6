//! Browsers that somebody has signed in with. Guesses from elsewhere slow each other down,
//! but not these: else anybody could keep an operator out by guessing all the time
//! (<https://owasp.org/www-community/Slow_Down_Online_Guessing_Attacks_with_Device_Cookies>).

use super::seal::{KeyError, SealKey};
use super::secret::{Fingerprint, Token};
use crate::domain::time::{MS_PER_DAY, Timestamp};

/// Days for which a browser is known.
pub const KNOWN_DAYS: i64 = 90;

/// What a browser keeps to be known again: `until.token.signature`.
///
/// # Errors
/// The key cannot be used.
pub fn device_cookie(key: &SealKey, login: &str, now: Timestamp) -> Result<String, KeyError> {
    let until = now.0 + KNOWN_DAYS * MS_PER_DAY;
    let token = Token::new();
    let signed = format!("{until}.{}", token.as_str());
    let signature = key.sign_device(&about(login, &signed))?;
    Ok(format!("{signed}.{signature}"))
}

/// Under what the failures to sign in are counted: a known browser's by itself, those of
/// all others together. A login that nobody has is counted like any other.
///
/// # Errors
/// The key cannot be used.
pub fn throttle_key(
    key: &SealKey,
    login: &str,
    cookie: Option<&str>,
    now: Timestamp,
) -> Result<String, KeyError> {
    let known = match cookie.and_then(|cookie| cookie.rsplit_once('.')) {
        Some((signed, signature)) if is_current(signed, now) => {
            key.is_device(&about(login, signed), signature)?
        }
        _ => false,
    };
    let who = match cookie {
        Some(cookie) if known => about(login, cookie),
        _ => login.to_owned(),
    };
    // Whatever was typed as a login may be a password.
    Ok(Fingerprint::of(&who).as_str().to_owned())
}

fn is_current(signed: &str, now: Timestamp) -> bool {
    let until = signed.split('.').next().and_then(|it| it.parse().ok());
    until.is_some_and(|until: i64| now.0 < until)
}

fn about(login: &str, signed: &str) -> String {
    format!("{login} {signed}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_is_known_for_the_login_it_signed_in_with_and_for_a_while() {
        let folder = tempfile::tempdir().unwrap();
        let key = SealKey::at(folder.path().join("seal.key"));
        key.make().unwrap();
        let now = Timestamp(1_800_000_000_000);
        let cookie = device_cookie(&key, "ada", now).unwrap();
        let count = |login, cookie, now| throttle_key(&key, login, cookie, now).unwrap();

        let elsewhere = count("ada", None, now);
        assert_ne!(count("ada", Some(&cookie), now), elsewhere);
        assert_eq!(
            count("ada", Some(&cookie), now),
            count("ada", Some(&cookie), now)
        );
        assert_ne!(count("bob", None, now), elsewhere);
        assert_eq!(
            count("bob", Some(&cookie), now),
            count("bob", None, now),
            "it is no cookie of Bob's"
        );
        let later = Timestamp(now.0 + KNOWN_DAYS * MS_PER_DAY);
        assert_eq!(count("ada", Some(&cookie), later), elsewhere);
        let longer = cookie.replacen("18", "28", 1);
        for forged in [&longer, "x", "", "1.2.3", "99999999999999..", &cookie[..80]] {
            assert_eq!(count("ada", Some(forged), now), elsewhere, "{forged}");
        }
    }
}
