//! Encrypts the secrets that must be read again, those of the authenticators. The key is in a
//! separate file, so the database alone does not reveal them.

use std::fmt;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use base64ct::{Base64UrlUnpadded, Encoding};
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::hkdf::{self, HKDF_SHA256};
use ring::hmac::{self, HMAC_SHA256};

use super::secret::random;
use crate::server::private::{Access, chmod_line, is_credential, make_folder};

/// Bytes of the key.
const LENGTH: usize = 32;

/// Bytes of an authenticator's secret: what RFC 4226 recommends for SHA-1.
pub const TOTP_LENGTH: usize = 20;

/// Why secrets cannot be sealed or opened. Says nothing of what is in the key.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    #[error(
        "Sunset was started without a place for its seal key: operators cannot sign in. Name \
         one with --seal-key."
    )]
    NoPlace,
    #[error("The seal key {} cannot be read or made: {cause}.", path.display())]
    Unreadable { path: PathBuf, cause: io::Error },
    #[error(
        "The seal key {} is missing, and operators' authenticators are sealed with it. Restore \
         it, or run `sunset operator reset` for each of them.", .0.display()
    )]
    Missing(PathBuf),
    #[error(
        "The seal key {} can be read by others on this computer. Run: {}",
        .0.display(), chmod_line(.0)
    )]
    OpenToOthers(PathBuf),
    #[error("{} is not a seal key: a line of 43 characters is expected.", .0.display())]
    NotAKey(PathBuf),
    #[error(
        "The seal key {} is another than the one that operators' authenticators are sealed \
         with. Restore that one, or run `sunset operator reset` for each of them.", .0.display()
    )]
    Another(PathBuf),
}

/// The key, from its file when it is first needed. Clones share it.
#[derive(Clone, Debug, Default)]
pub struct SealKey {
    path: Option<PathBuf>,
    key: Arc<OnceLock<Key>>,
}

/// What the one key of the file is good for: a key for each.
struct Key {
    seal: LessSafeKey,
    enroll: hmac::Key,
    device: hmac::Key,
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key")
    }
}

impl SealKey {
    /// The key in this file.
    pub fn at(path: PathBuf) -> Self {
        Self {
            path: Some(path),
            key: Arc::default(),
        }
    }

    /// Makes the file with a new key where there is none.
    ///
    /// # Errors
    /// It cannot be made or used.
    pub fn make(&self) -> Result<(), KeyError> {
        let path = self.path()?;
        let made = make_file(path);
        match made {
            Err(cause) if cause.kind() != io::ErrorKind::AlreadyExists => {
                Err(KeyError::Unreadable {
                    path: path.to_owned(),
                    cause,
                })
            }
            _ => self.key().map(|_| ()),
        }
    }

    /// # Errors
    /// The key cannot be used.
    pub fn seal(&self, owner: &str, secret: &[u8]) -> Result<String, KeyError> {
        let nonce = random::<NONCE_LEN>();
        let mut sealed = secret.to_vec();
        let key = &self.key()?.seal;
        let aad = Aad::from(owner.as_bytes());
        let tag = key
            .seal_in_place_separate_tag(Nonce::assume_unique_for_key(nonce), aad, &mut sealed)
            .expect("a secret is short enough to be sealed");
        let all = [&nonce[..], &sealed, tag.as_ref()].concat();
        Ok(Base64UrlUnpadded::encode_string(&all))
    }

    /// Opens what was sealed for this owner.
    ///
    /// # Errors
    /// The key cannot be used, or is not the one it was sealed with.
    pub fn open(&self, owner: &str, sealed: &str) -> Result<Vec<u8>, KeyError> {
        let another = || KeyError::Another(self.path.clone().unwrap_or_default());
        let all = Base64UrlUnpadded::decode_vec(sealed).map_err(|_| another())?;
        let (nonce, rest) = all.split_at_checked(NONCE_LEN).ok_or_else(another)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| another())?;
        let mut rest = rest.to_vec();
        let aad = Aad::from(owner.as_bytes());
        let opened = self.key()?.seal.open_in_place(nonce, aad, &mut rest);
        Ok(opened.map_err(|_| another())?.to_vec())
    }

    /// The authenticator's secret that a set-up link offers: the same however often its
    /// page is opened, and nothing has to be stored before it is confirmed.
    ///
    /// # Errors
    /// The key cannot be used.
    pub fn offered_secret(&self, link: &str) -> Result<[u8; TOTP_LENGTH], KeyError> {
        let tag = hmac::sign(&self.key()?.enroll, link.as_bytes());
        let mut secret = [0; TOTP_LENGTH];
        secret.copy_from_slice(&tag.as_ref()[..TOTP_LENGTH]);
        Ok(secret)
    }

    /// Signs what a browser keeps.
    ///
    /// # Errors
    /// The key cannot be used.
    pub fn sign_device(&self, text: &str) -> Result<String, KeyError> {
        let tag = hmac::sign(&self.key()?.device, text.as_bytes());
        Ok(Base64UrlUnpadded::encode_string(tag.as_ref()))
    }

    /// Whether we signed this.
    ///
    /// # Errors
    /// The key cannot be used.
    pub fn is_device(&self, text: &str, signature: &str) -> Result<bool, KeyError> {
        let key = &self.key()?.device;
        let signature = Base64UrlUnpadded::decode_vec(signature);
        Ok(signature.is_ok_and(|it| hmac::verify(key, text.as_bytes(), &it).is_ok()))
    }

    /// Whether there is a file.
    pub fn exists(&self) -> bool {
        self.path.as_ref().is_some_and(|path| path.exists())
    }

    fn path(&self) -> Result<&Path, KeyError> {
        self.path.as_deref().ok_or(KeyError::NoPlace)
    }

    fn key(&self) -> Result<&Key, KeyError> {
        if let Some(key) = self.key.get() {
            return Ok(key);
        }
        let key = read_file(self.path()?)?;
        Ok(self.key.get_or_init(|| Key::from_bytes(&key)))
    }
}

impl Key {
    fn from_bytes(bytes: &[u8; LENGTH]) -> Self {
        let all = hkdf::Salt::new(HKDF_SHA256, &[]).extract(bytes);
        let seal = all.expand(&[b"sunset seal 1"], &AES_256_GCM);
        let sign = |what: &[u8]| {
            let okm = all.expand(&[what], HMAC_SHA256).map(hmac::Key::from);
            okm.expect("the length is HMAC's own")
        };
        Self {
            seal: LessSafeKey::new(UnboundKey::from(seal.expect("the length is AES's own"))),
            enroll: sign(b"sunset enroll 1"),
            device: sign(b"sunset device 1"),
        }
    }
}

/// Writes the file whole or not at all, and never over another.
fn make_file(path: &Path) -> io::Result<()> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    make_folder(folder)?;
    // Such a file is its owner's alone.
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    let text = Base64UrlUnpadded::encode_string(&random::<LENGTH>());
    writeln!(file, "{text}")?;
    file.as_file().sync_all()?;
    file.persist_noclobber(path).map_err(|error| error.error)?;
    fs::File::open(folder)?.sync_all()
}

fn read_file(path: &Path) -> Result<[u8; LENGTH], KeyError> {
    let unreadable = |cause| KeyError::Unreadable {
        path: path.to_owned(),
        cause,
    };
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => {
            return Err(KeyError::Missing(path.to_owned()));
        }
        Err(cause) => return Err(unreadable(cause)),
    };
    let about = fs::metadata(path).map_err(unreadable)?;
    if about.is_file() && Access::of(&about) != Access::Owner && !is_credential(path) {
        return Err(KeyError::OpenToOthers(path.to_owned()));
    }
    let mut key = [0; LENGTH];
    match Base64UrlUnpadded::decode(text.trim(), &mut key) {
        Ok(bytes) if bytes.len() == LENGTH => Ok(key),
        _ => Err(KeyError::NotAKey(path.to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn key() -> (tempfile::TempDir, SealKey) {
        let folder = tempfile::tempdir().unwrap();
        let key = SealKey::at(folder.path().join("seal.key"));
        key.make().unwrap();
        (folder, key)
    }

    #[test]
    fn a_secret_is_opened_for_its_owner_and_nobody_else() {
        let (folder, key) = key();
        let sealed = key.seal("ada", b"secret").unwrap();
        assert_ne!(sealed, key.seal("ada", b"secret").unwrap());
        assert_eq!(key.open("ada", &sealed).unwrap(), b"secret");
        let another = |result: Result<_, _>| matches!(result, Err(KeyError::Another(_)));
        assert!(another(key.open("bob", &sealed)));
        for at in [0, 15, sealed.len() - 1] {
            let mut changed = sealed.clone().into_bytes();
            changed[at] ^= 1;
            assert!(another(
                key.open("ada", &String::from_utf8(changed).unwrap())
            ));
        }
        let again = SealKey::at(folder.path().join("seal.key"));
        assert_eq!(again.open("ada", &sealed).unwrap(), b"secret");
        let other = self::key();
        assert!(another(other.1.open("ada", &sealed)));
    }

    #[test]
    fn a_link_always_offers_the_same_secret() {
        let (_folder, key) = key();
        let first = key.offered_secret("one").unwrap();
        assert_eq!(first, key.offered_secret("one").unwrap());
        assert_ne!(first, key.offered_secret("two").unwrap());
    }

    #[test]
    fn a_key_is_its_owners_alone_and_never_overwritten() {
        let (folder, key) = key();
        let path = folder.path().join("seal.key");
        let text = fs::read_to_string(&path).unwrap();
        let mode = fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        key.make().unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), text);

        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        let message = SealKey::at(path.clone()).make().unwrap_err().to_string();
        assert!(message.contains("chmod 600"), "{message}");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        fs::write(&path, "short").unwrap();
        let message = SealKey::at(path).make().unwrap_err().to_string();
        assert!(message.contains("is not a seal key"), "{message}");
    }
}
