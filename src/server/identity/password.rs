//! Passwords: which may be chosen, and how they are kept. Argon2id makes each guess cost
//! time and memory, so hashing waits for its turn: guesses by the thousand must not take
//! the server down.

use std::collections::HashSet;
use std::fmt;
use std::sync::{Arc, LazyLock};

use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use unicode_normalization::UnicodeNormalization;

use super::secret::random;

/// Characters of a password.
const LEAST: usize = 12;
const MOST: usize = 256;

/// Hashes at the same time, and those that wait for a turn.
const AT_ONCE: usize = 4;
const WAITING: usize = 32;

/// Places that strangers cannot take.
const RESERVED: usize = 8;

/// Kibibytes, passes and lanes of Argon2id: what OWASP recommends at least.
const MEMORY: u32 = 19_456;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// What is guessed first of those that are long enough, in lower case: from the 20,000
/// most common passwords in Django's list, and what is at hand here.
static COMMON: LazyLock<HashSet<&str>> =
    LazyLock::new(|| include_str!("common-passwords.txt").lines().collect());

/// What is compared with where there is no password: that takes as long.
static DUMMY_HASH: LazyLock<String> = LazyLock::new(|| hash_now("nobody has this password"));

/// A password that may be chosen.
pub struct Password(String);

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password")
    }
}

impl Password {
    /// # Errors
    /// A sentence: it cannot be chosen.
    pub fn choose(typed: &str, login: &str) -> Result<Self, String> {
        let password = normal(typed);
        let length = password.chars().count();
        if !(LEAST..=MOST).contains(&length) {
            return Err(format!(
                "A password has {LEAST} to {MOST} characters. Choose a longer one, such as a \
                 few words."
            ));
        }
        if password.contains('\0') {
            return Err("A password cannot hold a NUL character.".to_owned());
        }
        if is_common(&password, login) {
            return Err(
                "This password is among the first that are guessed. Choose another.".to_owned(),
            );
        }
        Ok(Self(password))
    }
}

/// The same however a keyboard composes its characters.
fn normal(typed: &str) -> String {
    typed.nfc().collect()
}

fn is_common(password: &str, login: &str) -> bool {
    const DIFFERENT: usize = 4;
    let folded = password.to_lowercase();
    let different: HashSet<char> = folded.chars().collect();
    let name = login.split('@').next().unwrap_or_default();
    // What is left of it without the name must be a password by itself.
    let rest = folded.replace(login, "").replace(name, "");
    different.len() < DIFFERENT
        || COMMON.contains(&*folded)
        || (!name.is_empty() && folded.contains(name) && rest.chars().count() < LEAST / 2)
}

/// Too many hashes are waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Busy;

/// Hashes in turns. Clones share them.
#[derive(Clone, Debug)]
pub struct Hasher {
    places: Arc<Semaphore>,
    reserved: Arc<Semaphore>,
    turns: Arc<Semaphore>,
}

impl Default for Hasher {
    fn default() -> Self {
        Self {
            places: Arc::new(Semaphore::new(AT_ONCE + WAITING)),
            reserved: Arc::new(Semaphore::new(RESERVED)),
            turns: Arc::new(Semaphore::new(AT_ONCE)),
        }
    }
}

/// A place among those that hash or wait for it.
#[derive(Debug)]
pub struct Place {
    turns: Arc<Semaphore>,
    _place: OwnedSemaphorePermit,
}

impl Hasher {
    /// Takes a place, before anything else is done for somebody who is not known. Where
    /// the browser is known, some are kept for it: guesses from elsewhere may fill all
    /// others.
    ///
    /// # Errors
    /// None is free.
    pub fn place(&self, is_known: bool) -> Result<Place, Busy> {
        let place = match self.places.clone().try_acquire_owned() {
            Err(_) if is_known => self.reserved.clone().try_acquire_owned(),
            place => place,
        };
        Ok(Place {
            turns: self.turns.clone(),
            _place: place.map_err(|_| Busy)?,
        })
    }
}

impl Place {
    pub async fn hash(&self, password: &Password) -> String {
        let password = password.0.clone();
        self.work(move || hash_now(&password)).await
    }

    /// Whether it is the password. Where there is none it takes as long to say no.
    pub async fn verify(&self, typed: &str, phc: Option<&str>) -> bool {
        let (typed, phc) = (normal(typed), phc.map(str::to_owned));
        self.work(move || {
            let kept = phc.as_deref().unwrap_or(&DUMMY_HASH);
            argon2().verify_password(typed.as_bytes(), kept).is_ok() && phc.is_some()
        })
        .await
    }

    /// Does it beside the pages.
    async fn work<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> T {
        let turn = self.turns.clone().acquire_owned().await;
        let worked = tokio::task::spawn_blocking(move || {
            // Held to the end of the work, also when nobody waits for it any more.
            let _turn = turn;
            work()
        });
        worked.await.expect("hashing does not panic")
    }
}

fn argon2() -> Argon2<'static> {
    let params = Params::new(MEMORY, PASSES, LANES, None).expect("the parameters are valid");
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

fn hash_now(password: &str) -> String {
    let hashed = argon2().hash_password_with_salt(password.as_bytes(), &random::<16>());
    hashed.expect("a salt of 16 bytes is good").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(typed: &str) -> String {
        Password::choose(typed, "ada@school.example").unwrap_err()
    }

    #[test]
    fn what_is_guessed_first_cannot_be_chosen() {
        for common in [
            "qwertyuiop123",
            "QWERTYUIOP123",
            "111111111111",
            "abababababab",
            "ada@school.example",
            "ada12345",
            "adaadaadaada12",
            "sunsetsunset",
        ] {
            refusal(common);
        }
        for good in [
            "four small green lamps",
            "ada likes to walk at night",
            "Tz4-kv9-Qm2-xw7",
            "пароль который долго набирать",
        ] {
            assert!(
                Password::choose(good, "ada@school.example").is_ok(),
                "{good}"
            );
        }
    }

    #[test]
    fn characters_are_counted_as_a_person_counts_them() {
        assert!(refusal("elevenchars").contains("12 to 256"));
        // Twelve composed characters, written as twenty-four.
        let decomposed: String = "àèìòùáéíóúýä".nfd().collect();
        assert!(Password::choose(&decomposed, "ada").is_ok());
        let composed: String = "àèìòùáéíóúý".nfd().collect();
        assert!(refusal(&composed).contains("12 to 256"));
        assert!(refusal(&"lamp shade ".repeat(24)).contains("12 to 256"));
        assert!(refusal("four small\0green lamps").contains("NUL"));
    }

    #[tokio::test]
    async fn a_hash_is_of_argon2id_and_the_same_password_however_it_is_composed() {
        let place = Hasher::default().place(false).unwrap();
        let password = Password::choose("vier kleine grüne lampen", "ada").unwrap();
        let phc = place.hash(&password).await;
        assert!(phc.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{phc}");
        assert_ne!(phc, place.hash(&password).await);
        let decomposed: String = "vier kleine grüne lampen".nfd().collect();
        assert!(place.verify(&decomposed, Some(&phc)).await);
        assert!(!place.verify("vier kleine grüne lampe", Some(&phc)).await);
        assert!(!place.verify("nobody has this password", None).await);
        assert!(!place.verify("anything", Some("no hash")).await);
    }

    #[tokio::test]
    async fn who_comes_when_all_places_are_taken_is_sent_away_at_once() {
        let hasher = Hasher::default();
        let taken: Vec<Place> = std::iter::from_fn(|| hasher.place(false).ok()).collect();
        assert_eq!(taken.len(), 36);
        assert_eq!(hasher.place(false).unwrap_err(), Busy);
        let known: Vec<Place> = std::iter::from_fn(|| hasher.place(true).ok()).collect();
        assert_eq!(known.len(), 8, "those of known browsers");
        drop(taken);
        hasher.place(false).unwrap();
    }
}
