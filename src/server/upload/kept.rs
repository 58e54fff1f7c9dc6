//! A file that was received: without a name on the disk, and read from its beginning by
//! several readers that know nothing of each other.

use std::fs::File;
use std::io::{self, Read};
use std::os::unix::fs::FileExt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use sha2::{Digest, Sha256};

use crate::server::import::shown;

/// Reads a file from its beginning, and says how far it is.
#[derive(Debug)]
pub struct FromStart {
    file: Arc<File>,
    at: u64,
    done: Arc<AtomicU64>,
}

impl FromStart {
    pub fn new(file: Arc<File>, done: Arc<AtomicU64>) -> Self {
        done.store(0, Ordering::Relaxed);
        Self { file, at: 0, done }
    }
}

impl Read for FromStart {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read_at(buffer, self.at)?;
        self.at += read as u64;
        self.done.store(self.at, Ordering::Relaxed);
        Ok(read)
    }
}

/// The SHA-256 of a file.
pub fn digest(file: Arc<File>) -> io::Result<Vec<u8>> {
    let mut file = FromStart::new(file, Arc::default());
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; 256 << 10];
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(hasher.finalize().to_vec()),
            read => hasher.update(&buffer[..read]),
        }
    }
}

/// A file's name without its folder, short enough for a sentence.
pub fn file_name(path: &str) -> String {
    let name = path.rsplit(['/', '\\']).next().unwrap_or_default().trim();
    match name {
        "" => "the file".to_owned(),
        name => shown(name),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn two_readers_of_a_file_do_not_move_each_other() {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(b"abcdef").unwrap();
        let file = Arc::new(file);
        let (mut one, mut other) = (
            FromStart::new(file.clone(), Arc::default()),
            FromStart::new(file.clone(), Arc::default()),
        );
        let mut two = [0; 2];
        one.read_exact(&mut two).unwrap();
        let mut all = String::new();
        other.read_to_string(&mut all).unwrap();
        assert_eq!((&two, all.as_str()), (b"ab", "abcdef"));
        assert_eq!(digest(file).unwrap(), Sha256::digest(b"abcdef").to_vec());
    }

    #[test]
    fn a_file_is_called_by_its_own_name() {
        assert_eq!(file_name("C:\\lists\\devices.csv"), "devices.csv");
        assert_eq!(file_name("../x.csv"), "x.csv");
        assert_eq!(file_name(" "), "the file");
        assert!(file_name(&"x".repeat(1000)).chars().count() < 50);
    }
}
