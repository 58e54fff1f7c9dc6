//! Files that only their owner may read: made so whatever the umask is, and a sentence
//! for those that others can read.

use std::fs::{self, DirBuilder, File, Metadata, OpenOptions, Permissions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

/// No secret of ours is longer, in bytes.
const LONGEST_SECRET: u64 = 64 << 10;

/// Read and written by the owner.
pub const OWNER: u32 = 0o600;

/// Who can read or write a file besides its owner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    Owner,
    Group,
    Everybody,
}

impl Access {
    pub fn of(file: &Metadata) -> Self {
        let mode = file.permissions().mode();
        if mode & 0o006 != 0 {
            Self::Everybody
        } else if mode & 0o060 != 0 {
            Self::Group
        } else {
            Self::Owner
        }
    }
}

/// Why a file with a secret cannot be used. Says nothing of what is in it.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    #[error("{} cannot be read: {cause}.", path.display())]
    Unreadable { path: PathBuf, cause: io::Error },
    #[error(
        "{} can be read by everybody on this computer. Run: {}", .0.display(), chmod_line(.0)
    )]
    OpenToAll(PathBuf),
}

/// Reads a secret from a file, and warns if the file's group can read it too.
///
/// # Errors
/// The file cannot be read, or everybody can read it.
pub fn read_secret(path: &Path) -> Result<String, SecretError> {
    let unreadable = |cause| SecretError::Unreadable {
        path: path.to_owned(),
        cause,
    };
    let file = File::open(path).map_err(unreadable)?;
    let about = file.metadata().map_err(unreadable)?;
    // A pipe, as a shell makes it, is nobody else's.
    match Access::of(&about) {
        Access::Everybody if about.is_file() => {
            return Err(SecretError::OpenToAll(path.to_owned()));
        }
        Access::Group if about.is_file() && !is_credential(path) => tracing::warn!(
            "{} can be read by its group; to close it: {}",
            path.display(),
            chmod_line(path)
        ),
        _ => {}
    }
    let mut text = String::new();
    file.take(LONGEST_SECRET)
        .read_to_string(&mut text)
        .map_err(unreadable)?;
    Ok(text)
}

/// The file of a credential, if the service manager has handed it to this process.
pub fn credential(name: &str) -> Option<PathBuf> {
    let path = credentials()?.join(name);
    path.is_file().then_some(path)
}

/// Whether the file is a credential. The folder of the credentials is closed to others, and
/// the mode of a file in it tells nothing: the right of the service's user may show as one of
/// the group.
pub fn is_credential(path: &Path) -> bool {
    credentials().is_some_and(|folder| path.parent() == Some(&folder))
}

fn credentials() -> Option<PathBuf> {
    std::env::var_os("CREDENTIALS_DIRECTORY").map(PathBuf::from)
}

/// Opens a file for writing, and makes it if it is not there. A file that is made has
/// this mode, whatever the umask is.
///
/// # Errors
/// The file cannot be made or written.
pub fn open(path: &Path, mode: u32) -> io::Result<File> {
    let new = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(mode)
        .open(path);
    match new {
        Ok(file) => {
            file.set_permissions(Permissions::from_mode(mode))?;
            Ok(file)
        }
        Err(cause) if cause.kind() == io::ErrorKind::AlreadyExists => {
            OpenOptions::new().write(true).open(path)
        }
        Err(cause) => Err(cause),
    }
}

/// Writes a secret to a file, in place of what is there.
///
/// # Errors
/// The file cannot be made or written.
pub fn write(path: &Path, content: &str) -> io::Result<()> {
    let mut file = open(path, OWNER)?;
    // What was there may be readable by others, and a device such as /dev/stdout stays as
    // it is.
    if file.metadata()?.is_file() {
        file.set_permissions(Permissions::from_mode(OWNER))?;
        file.set_len(0)?;
    }
    file.write_all(content.as_bytes())
}

/// Makes a folder for its owner alone. One that is there is left as it is.
///
/// # Errors
/// The folder cannot be made.
pub fn make_folder(path: &Path) -> io::Result<()> {
    match DirBuilder::new().mode(0o700).create(path) {
        Ok(()) => fs::set_permissions(path, Permissions::from_mode(0o700)),
        Err(_) if path.is_dir() => Ok(()),
        Err(cause) => Err(cause),
    }
}

/// Gives a file this mode if everybody can read or write it. Nothing happens where there
/// is no such file.
///
/// # Errors
/// The file belongs to somebody else.
pub fn close_to_everybody(path: &Path, mode: u32) -> io::Result<()> {
    match fs::symlink_metadata(path) {
        Ok(file) if file.is_file() && Access::of(&file) == Access::Everybody => {
            fs::set_permissions(path, Permissions::from_mode(mode))
        }
        _ => Ok(()),
    }
}

/// What to type so that only the owner can read the file.
pub fn chmod_line(path: &Path) -> String {
    let path = path.display().to_string();
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "/._-+@%:,".contains(c);
    if path.chars().all(is_plain) && !path.starts_with('-') {
        format!("chmod 600 {path}")
    } else {
        format!("chmod 600 -- '{}'", path.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    #[test]
    fn a_secret_is_written_for_its_owner_alone_also_over_a_file_that_others_can_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key.json");
        fs::write(&path, "something longer").unwrap();
        fs::set_permissions(&path, Permissions::from_mode(0o644)).unwrap();
        write(&path, "secret").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "secret");
        assert_eq!(mode(&path), 0o600);
        let made = folder.path().join("made");
        make_folder(&made).unwrap();
        assert_eq!(mode(&made), 0o700);
    }

    #[test]
    fn the_line_to_type_survives_a_shell() {
        assert_eq!(chmod_line(Path::new("a/b.db")), "chmod 600 a/b.db");
        assert_eq!(
            chmod_line(Path::new("it's here")),
            r"chmod 600 -- 'it'\''s here'"
        );
    }
}
