//! The key that signs checkpoints and evidence: Ed25519, in a file outside of the database.

use std::fmt;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use base64ct::{Base64UrlUnpadded, Encoding};
use ring::signature::{Ed25519KeyPair, KeyPair};
use sha2::{Digest, Sha256};

use crate::server::field_hash::hex;
use crate::server::identity::secret::random;
use crate::server::private::{Access, chmod_line, is_credential, make_folder, read_secret};

/// Bytes of the key's seed.
const LENGTH: usize = 32;

/// Why there is no key. Says nothing of what is in it.
#[derive(Debug, thiserror::Error)]
pub enum SigningKeyError {
    #[error("The signing key {} cannot be read or made: {cause}.", path.display())]
    Unreadable { path: PathBuf, cause: io::Error },
    #[error("{0}")]
    Refused(String),
    #[error(
        "The signing key {} can be read by others on this computer. Run: {}",
        .0.display(), chmod_line(.0)
    )]
    OpenToOthers(PathBuf),
    #[error("{} is not a signing key: a line of 43 characters is expected.", .0.display())]
    NotAKey(PathBuf),
}

/// A key to sign with. Clones share it.
#[derive(Clone)]
pub struct SigningKey(Arc<Ed25519KeyPair>);

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKey({})", self.id())
    }
}

impl SigningKey {
    /// Reads the key of a file.
    ///
    /// # Errors
    /// A sentence: there is none, or others can read it.
    pub fn read(path: &Path) -> Result<Self, SigningKeyError> {
        let unreadable = |cause| SigningKeyError::Unreadable {
            path: path.to_owned(),
            cause,
        };
        let about = fs::metadata(path).map_err(unreadable)?;
        if about.is_file() && Access::of(&about) != Access::Owner && !is_credential(path) {
            return Err(SigningKeyError::OpenToOthers(path.to_owned()));
        }
        let text = read_secret(path);
        let text = text.map_err(|error| SigningKeyError::Refused(error.to_string()))?;
        let mut seed = [0; LENGTH];
        let not_a_key = || SigningKeyError::NotAKey(path.to_owned());
        match Base64UrlUnpadded::decode(text.trim(), &mut seed) {
            Ok(bytes) if bytes.len() == LENGTH => {}
            _ => return Err(not_a_key()),
        }
        let pair = Ed25519KeyPair::from_seed_unchecked(&seed).map_err(|_| not_a_key())?;
        Ok(Self(Arc::new(pair)))
    }

    /// Makes a file with a new key.
    ///
    /// # Errors
    /// A sentence: it cannot be made, or there is one.
    pub fn make(path: &Path) -> Result<Self, SigningKeyError> {
        make_file(path).map_err(|cause| SigningKeyError::Unreadable {
            path: path.to_owned(),
            cause,
        })?;
        Self::read(path)
    }

    /// Reads the key, and makes one where there is none. Returns whether it was made.
    ///
    /// # Errors
    /// A sentence.
    pub fn read_or_make(path: &Path) -> Result<(Self, bool), SigningKeyError> {
        if let Ok(false) = path.try_exists() {
            match Self::make(path) {
                // Another process was first.
                Err(SigningKeyError::Unreadable { cause, .. })
                    if cause.kind() == io::ErrorKind::AlreadyExists => {}
                made => return Ok((made?, true)),
            }
        }
        Ok((Self::read(path)?, false))
    }

    pub fn public(&self) -> &[u8] {
        self.0.public_key().as_ref()
    }

    /// The fingerprint by which the key is known.
    pub fn id(&self) -> String {
        key_id(self.public())
    }

    pub fn sign(&self, message: &[u8]) -> Vec<u8> {
        self.0.sign(message).as_ref().to_vec()
    }
}

/// The fingerprint of a public key.
pub fn key_id(public: &[u8]) -> String {
    hex(&Sha256::digest(public))
}

/// Bytes from hexadecimal digits.
pub fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digits = text.as_bytes();
    let byte = |pair: &[u8]| {
        let digit = |at: usize| char::from(pair[at]).to_digit(16);
        Some((digit(0)? * 16 + digit(1)?) as u8)
    };
    let is_even = digits.len().is_multiple_of(2);
    is_even
        .then(|| digits.chunks(2).map(byte).collect())
        .flatten()
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
    File::open(folder)?.sync_all()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn a_key_is_its_owners_alone_and_the_same_when_it_is_read_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("signing.key");
        let (key, made) = SigningKey::read_or_make(&path).unwrap();
        assert!(made);
        let mode = fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        let (again, made) = SigningKey::read_or_make(&path).unwrap();
        assert_eq!((again.id(), made), (key.id(), false));
        assert_eq!(from_hex(&hex(key.public())).unwrap(), key.public());
        assert!(SigningKey::make(&path).is_err());

        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        let error = SigningKey::read(&path).unwrap_err().to_string();
        assert!(error.contains("chmod 600"), "{error}");
    }
}
