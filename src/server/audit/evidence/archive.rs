//! A zip archive of files that are not compressed, and nothing else of the format. The reader
//! takes only what the writer writes, byte by byte: an archive whose parts contradict each
//! other could show one thing to this program and another to the next.

use std::io::{self, ErrorKind, Read, Seek, SeekFrom, Write};

use crc32fast::Hasher;

const LOCAL: u32 = 0x0403_4b50;
const CENTRAL: u32 = 0x0201_4b50;
const END: u32 = 0x0605_4b50;

/// Bytes of a header before its name, and from its beginning to the sum of the content.
const LOCAL_LENGTH: usize = 30;
const TO_SUM: u64 = 14;

/// The longest name.
const LONGEST_NAME: usize = 64;

/// A file in the archive.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Entry {
    name: String,
    crc: u32,
    size: u32,
    offset: u32,
}

impl Entry {
    /// What both headers say: version, flags, method, time, sum, sizes, length of the name.
    fn common(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        // Version 1.0, names in UTF-8, not compressed, at no time.
        for number in [10u16, 0x800, 0, 0, 0x21] {
            bytes.extend(number.to_le_bytes());
        }
        for number in [self.crc, self.size, self.size] {
            bytes.extend(number.to_le_bytes());
        }
        bytes.extend((self.name.len() as u16).to_le_bytes());
        bytes.extend([0, 0]);
        bytes
    }

    fn local(&self) -> Vec<u8> {
        let mut bytes = LOCAL.to_le_bytes().to_vec();
        bytes.extend(self.common());
        bytes.extend(self.name.as_bytes());
        bytes
    }

    fn central(&self) -> Vec<u8> {
        let mut bytes = CENTRAL.to_le_bytes().to_vec();
        // Made by version 1.0; no comment, disk or attributes.
        bytes.extend([10, 0]);
        bytes.extend(self.common());
        bytes.extend([0; 10]);
        bytes.extend(self.offset.to_le_bytes());
        bytes.extend(self.name.as_bytes());
        bytes
    }
}

/// The end of an archive.
fn directory(entries: &[Entry], offset: u32) -> Vec<u8> {
    let mut bytes: Vec<u8> = entries.iter().flat_map(Entry::central).collect();
    let size = bytes.len() as u32;
    bytes.extend(END.to_le_bytes());
    bytes.extend([0; 4]);
    for _ in 0..2 {
        bytes.extend((entries.len() as u16).to_le_bytes());
    }
    bytes.extend(size.to_le_bytes());
    bytes.extend(offset.to_le_bytes());
    bytes.extend([0, 0]);
    bytes
}

fn too_large() -> io::Error {
    io::Error::new(ErrorKind::FileTooLarge, "the archive is larger than 4 GB")
}

/// Writes an archive. What is written goes to the file that was begun last.
pub struct Writer<W> {
    to: W,
    entries: Vec<Entry>,
    crc: Hasher,
    at: u64,
}

impl<W: Write + Seek> Writer<W> {
    pub fn new(to: W) -> Self {
        Self {
            to,
            entries: Vec::new(),
            crc: Hasher::new(),
            at: 0,
        }
    }

    /// Ends the file before, and begins another.
    ///
    /// # Errors
    /// It cannot be written, or is too large.
    pub fn begin(&mut self, name: &str) -> io::Result<()> {
        self.end_file()?;
        let entry = Entry {
            name: name.to_owned(),
            crc: 0,
            size: 0,
            offset: u32::try_from(self.at).map_err(|_| too_large())?,
        };
        let header = entry.local();
        self.to.write_all(&header)?;
        self.at += header.len() as u64;
        self.entries.push(entry);
        self.crc = Hasher::new();
        Ok(())
    }

    /// Puts sum and size into the header of the file that ends.
    fn end_file(&mut self) -> io::Result<()> {
        let Some(entry) = self.entries.last_mut() else {
            return Ok(());
        };
        let begin = u64::from(entry.offset) + (LOCAL_LENGTH + entry.name.len()) as u64;
        entry.crc = self.crc.clone().finalize();
        entry.size = u32::try_from(self.at - begin).map_err(|_| too_large())?;
        let sums = [entry.crc, entry.size, entry.size].map(u32::to_le_bytes);
        self.to
            .seek(SeekFrom::Start(u64::from(entry.offset) + TO_SUM))?;
        self.to.write_all(&sums.concat())?;
        self.to.seek(SeekFrom::Start(self.at))?;
        Ok(())
    }

    /// Writes the end of the archive.
    ///
    /// # Errors
    /// It cannot be written, or is too large.
    pub fn finish(mut self) -> io::Result<W> {
        self.end_file()?;
        let offset = u32::try_from(self.at).map_err(|_| too_large())?;
        self.to.write_all(&directory(&self.entries, offset))?;
        self.to.flush()?;
        Ok(self.to)
    }
}

impl<W: Write> Write for Writer<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.to.write(bytes)?;
        self.crc.update(&bytes[..written]);
        self.at += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }
}

/// Reads an archive from its beginning to its end. `file` gets the name and the content of
/// each file, and must read it whole.
///
/// # Errors
/// It cannot be read, or is not an archive that [`Writer`] has written.
pub fn read<R: Read>(
    mut from: R,
    mut file: impl FnMut(&str, &mut dyn Read) -> io::Result<()>,
) -> io::Result<()> {
    let other = |what: &str| io::Error::new(ErrorKind::InvalidData, what.to_owned());
    let mut entries: Vec<Entry> = Vec::new();
    let mut at = 0u64;
    let rest = loop {
        let mut header = [0; LOCAL_LENGTH];
        from.read_exact(&mut header[..4])?;
        if header[..4] != LOCAL.to_le_bytes() {
            break header[..4].to_vec();
        }
        from.read_exact(&mut header[4..])?;
        let number = |at: usize| {
            let four: [u8; 4] = header[at..at + 4].try_into().unwrap_or_default();
            u32::from_le_bytes(four)
        };
        let length = usize::from(u16::from_le_bytes([header[26], header[27]]));
        if LONGEST_NAME < length {
            return Err(other("a name is too long"));
        }
        let mut name = vec![0; length];
        from.read_exact(&mut name)?;
        let entry = Entry {
            name: String::from_utf8(name).map_err(|_| other("a name is not text"))?,
            crc: number(14),
            size: number(18),
            offset: u32::try_from(at).map_err(|_| too_large())?,
        };
        let is_ours = entry.local()[..LOCAL_LENGTH] == header;
        if !is_ours || entries.iter().any(|it| it.name == entry.name) {
            return Err(other("a file in it is not as Sunset writes it"));
        }
        let mut content = Summed {
            from: (&mut from).take(u64::from(entry.size)),
            crc: Hasher::new(),
        };
        file(&entry.name, &mut content)?;
        if content.from.limit() != 0 || content.crc.finalize() != entry.crc {
            return Err(other("a file in it is damaged"));
        }
        at += (LOCAL_LENGTH + length) as u64 + u64::from(entry.size);
        entries.push(entry);
    };
    let offset = u32::try_from(at).map_err(|_| too_large())?;
    let expected = directory(&entries, offset);
    let mut found = rest;
    from.take(expected.len() as u64).read_to_end(&mut found)?;
    if found != expected {
        return Err(other("its end is not as Sunset writes it"));
    }
    Ok(())
}

/// Content on its way, with its sum.
struct Summed<R> {
    from: io::Take<R>,
    crc: Hasher,
}

impl<R: Read> Read for Summed<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.from.read(buffer)?;
        self.crc.update(&buffer[..read]);
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    fn archive() -> Vec<u8> {
        let mut writer = Writer::new(Cursor::new(Vec::new()));
        for (name, content) in [("a.txt", "first"), ("b.txt", ""), ("c.txt", "third")] {
            writer.begin(name).unwrap();
            writer.write_all(content.as_bytes()).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    fn contents(archive: &[u8]) -> io::Result<Vec<(String, String)>> {
        let mut files = Vec::new();
        read(archive, |name, content| {
            let mut text = String::new();
            content.read_to_string(&mut text)?;
            files.push((name.to_owned(), text));
            Ok(())
        })?;
        Ok(files)
    }

    #[test]
    fn what_was_written_is_read() {
        let files = contents(&archive()).unwrap();
        let names: Vec<&str> = files.iter().map(|file| file.1.as_str()).collect();
        assert_eq!(names, ["first", "", "third"]);
    }

    #[test]
    fn no_byte_can_be_changed_added_or_cut() {
        let whole = archive();
        for at in 0..whole.len() {
            let mut changed = whole.clone();
            changed[at] ^= 1;
            assert!(contents(&changed).is_err(), "byte {at}");
            assert!(contents(&whole[..at]).is_err(), "cut at {at}");
        }
        assert!(contents(&[whole, vec![0]].concat()).is_err());
    }
}
