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
pub fn device_cookie(
    key: &SealKey,
    epoch: &str,
    login: &str,
    now: Timestamp,
) -> Result<String, KeyError> {
    let until = now.0 + KNOWN_DAYS * MS_PER_DAY;
    let token = Token::new();
    let signed = format!("{until}.{}", token.as_str());
    let signature = key.sign_device(&about_in(epoch, login, &signed))?;
    Ok(format!("{signed}.{signature}"))
}

/// Until when a browser is known by its cookie for this login; `None` if it is not.
///
/// # Errors
/// The key cannot be used.
pub fn known_until(
    key: &SealKey,
    epoch: &str,
    login: &str,
    cookie: Option<&str>,
) -> Result<Option<Timestamp>, KeyError> {
    let Some((signed, signature)) = cookie.and_then(|cookie| cookie.rsplit_once('.')) else {
        return Ok(None);
    };
    let until = signed.split('.').next().and_then(|it| it.parse().ok());
    let is_ours = key.is_device(&about_in(epoch, login, signed), signature)?;
    Ok(until.filter(|_| is_ours).map(Timestamp))
}

/// Under what failures to sign in are counted: those of a known browser by themselves,
/// those of all others together. A login that nobody has is counted like any other.
pub fn throttle_key(login: &str, known: Option<&str>) -> String {
    let who = match known {
        Some(cookie) => about(login, cookie),
        None => login.to_owned(),
    };
    // Whatever was typed as a login may be a password.
    Fingerprint::of(&who).as_str().to_owned()
}

/// The text that is signed. With another epoch of the database, the signature is void.
fn about_in(epoch: &str, login: &str, signed: &str) -> String {
    match epoch {
        "" => about(login, signed),
        epoch => format!("{epoch} {}", about(login, signed)),
    }
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
        let cookie = device_cookie(&key, "", "ada", now).unwrap();
        let known = |login, cookie| known_until(&key, "", login, cookie).unwrap();

        let until = Timestamp(now.0 + KNOWN_DAYS * MS_PER_DAY);
        assert_eq!(known("ada", Some(&cookie)), Some(until));
        assert_eq!(known("ada", None), None);
        let after = known_until(&key, "2", "ada", Some(&cookie)).unwrap();
        assert_eq!(after, None, "the database was restored");
        assert_eq!(
            known("bob", Some(&cookie)),
            None,
            "it is no cookie of Bob's"
        );
        let longer = cookie.replacen("18", "28", 1);
        for forged in [
            &*longer,
            "x",
            "",
            "1.2.3",
            "99999999999999..",
            &cookie[..80],
        ] {
            assert_eq!(known("ada", Some(forged)), None, "{forged}");
        }
    }

    #[test]
    fn known_browsers_are_counted_by_themselves() {
        let elsewhere = throttle_key("ada", None);
        assert_ne!(throttle_key("ada", Some("1.a.b")), elsewhere);
        assert_ne!(
            throttle_key("ada", Some("1.a.c")),
            throttle_key("ada", Some("1.a.b"))
        );
        assert_ne!(throttle_key("bob", None), elsewhere);
    }
}
