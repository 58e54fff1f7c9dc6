//! The signed part of evidence: the manifest, its signature, and the checkpoints.

use std::io::{self, BufRead, BufReader, Read};

use serde::de::DeserializeOwned;

use super::{AUDIT, FILES, FORMAT, MANIFEST, Manifest, SIGNATURE, Signature};
use crate::server::audit::checkpoint::{Checkpoint, is_signed};
use crate::server::audit::copy::Line;
use crate::server::audit::text::escaped;

/// The longest line, manifest and signature, in bytes.
const LONGEST: u64 = 1 << 20;

/// What is signed.
#[derive(Default)]
pub(super) struct Signed {
    manifest: Vec<u8>,
    signature: Vec<u8>,
    pub checkpoints: Vec<Checkpoint>,
}

impl Signed {
    pub fn take(&mut self, name: &str, content: &mut dyn Read) -> io::Result<()> {
        match name {
            MANIFEST => return read_whole(content, &mut self.manifest),
            SIGNATURE => return read_whole(content, &mut self.signature),
            _ if !FILES.contains(&name) => return Err(bad("there is a file that is not ours")),
            _ => {}
        }
        let mut content = BufReader::new(content);
        while name == AUDIT
            && let Some(text) = next_line(&mut content)?
        {
            if let Line::Checkpoint { checkpoint } = parsed(&text)? {
                self.checkpoints.push(checkpoint);
            }
        }
        io::copy(&mut content, &mut io::sink())?;
        Ok(())
    }

    /// The manifest, and the key that has signed it.
    pub fn verified(&self) -> Result<(Manifest, String), String> {
        let manifest: Manifest = serde_json::from_slice(&self.manifest)
            .map_err(|_| "The manifest is missing or damaged.".to_owned())?;
        let signature: Signature = serde_json::from_slice(&self.signature)
            .map_err(|_| "The signature is missing or damaged.".to_owned())?;
        let Signature {
            key_id,
            public_key,
            signature,
        } = signature;
        if !is_signed(&key_id, &public_key, &self.manifest, &signature) {
            return Err("The manifest was changed: its signature is wrong.".to_owned());
        }
        if manifest.format != FORMAT {
            let format = escaped(&manifest.format);
            return Err(format!("The format {format} is not one that I know."));
        }
        Ok((manifest, key_id))
    }
}

pub(super) fn bad(why: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, why.to_owned())
}

pub(super) fn parsed<T: DeserializeOwned>(text: &str) -> io::Result<T> {
    serde_json::from_str(text).map_err(|_| bad("a line in it is not as Sunset writes it"))
}

fn read_whole(content: &mut dyn Read, to: &mut Vec<u8>) -> io::Result<()> {
    content.take(LONGEST).read_to_end(to)?;
    Ok(())
}

/// The next line without its end, or `None` after the last.
pub(super) fn next_line(content: &mut impl BufRead) -> io::Result<Option<String>> {
    let mut bytes = Vec::new();
    content.take(LONGEST).read_until(b'\n', &mut bytes)?;
    if bytes.is_empty() {
        return Ok(None);
    }
    if bytes.pop() != Some(b'\n') {
        return Err(bad("a line in it is too long or cut off"));
    }
    String::from_utf8(bytes)
        .map(Some)
        .map_err(|_| bad("a line in it is not text"))
}
