//! The text that the quick search looks through, in the form in which text is compared.
//!
//! Devices lie one after the other in blocks, so that a change copies one block and a
//! search runs over long stretches of memory.

use std::ops::Range;

use memchr::memchr;
use memchr::memmem::Finder;

/// How many devices a block holds.
pub const BLOCK: u32 = 4096;

/// The fields of a device's text, in their order, each ended by a line break but the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    Serial,
    AssetId,
    User,
}

impl Field {
    pub const ALL: [Self; 3] = [Self::Serial, Self::AssetId, Self::User];
}

/// The texts of a block's devices.
#[derive(Clone, Debug)]
pub struct TextBlock {
    bytes: Vec<u8>,
    /// Where the text of each device ends.
    ends: Vec<u32>,
}

impl Default for TextBlock {
    fn default() -> Self {
        Self {
            bytes: Vec::new(),
            ends: vec![0; BLOCK as usize],
        }
    }
}

impl TextBlock {
    /// The text of the device in this place; empty where there is none.
    pub fn text(&self, place: u32) -> &[u8] {
        let place = place as usize;
        let start = if place == 0 { 0 } else { self.ends[place - 1] };
        &self.bytes[start as usize..self.ends[place] as usize]
    }

    /// The block with other texts in these places, which ascend.
    #[must_use]
    pub fn with(&self, texts: &[(u32, Vec<u8>)]) -> Self {
        let added: usize = texts.iter().map(|(_, text)| text.len()).sum();
        let mut bytes = Vec::with_capacity(self.bytes.len() + added);
        let mut ends = Vec::with_capacity(BLOCK as usize);
        let mut next = 0;
        for (changed, text) in texts {
            self.copy(next..*changed as usize, &mut bytes, &mut ends);
            bytes.extend_from_slice(text);
            ends.push(bytes.len() as u32);
            next = *changed as usize + 1;
        }
        self.copy(next..BLOCK as usize, &mut bytes, &mut ends);
        bytes.shrink_to_fit();
        Self { bytes, ends }
    }

    /// How many texts from this place on end before the byte: none or few where much is
    /// found.
    fn places_until(&self, place: usize, at: usize) -> usize {
        const NEAR: usize = 4;
        let ends = &self.ends[place..];
        let is_before = |end: &u32| *end as usize <= at;
        let near = ends
            .iter()
            .take(NEAR)
            .take_while(|end| is_before(end))
            .count();
        match near {
            NEAR => NEAR + ends[NEAR..].partition_point(is_before),
            near => near,
        }
    }

    /// Copies the texts in these places, as one stretch.
    fn copy(&self, places: Range<usize>, bytes: &mut Vec<u8>, ends: &mut Vec<u32>) {
        let Some(last) = places.clone().last() else {
            return;
        };
        let start = places
            .start
            .checked_sub(1)
            .map_or(0, |before| self.ends[before]);
        let moved_to = bytes.len() as u32;
        bytes.extend_from_slice(&self.bytes[start as usize..self.ends[last] as usize]);
        ends.extend(self.ends[places].iter().map(|end| end - start + moved_to));
    }

    /// Calls `found` with the place of each device whose text holds this, once for each.
    pub fn find(&self, wanted: &Finder, mut found: impl FnMut(u32)) {
        let mut from = 0;
        let mut place = 0;
        while let Some(at) = wanted.find(&self.bytes[from..]) {
            let at = from + at;
            place += self.places_until(place, at);
            let end = self.ends[place] as usize;
            if at + wanted.needle().len() <= end {
                found(place as u32);
                from = end;
            } else {
                // It runs over into the next device.
                from = at + 1;
            }
        }
    }
}

/// One of the first fields of a text.
pub fn field(mut text: &[u8], field: Field) -> &[u8] {
    for _ in 0..field as usize {
        let end = memchr(b'\n', text).map_or(text.len(), |end| end + 1);
        text = &text[end..];
    }
    &text[..memchr(b'\n', text).unwrap_or(text.len())]
}

/// The beginning of a text as a number that is ordered as the text is: equal numbers say
/// nothing, different ones decide.
pub fn beginning(text: &[u8]) -> u128 {
    let mut bytes = [0; 16];
    let length = text.len().min(bytes.len());
    bytes[..length].copy_from_slice(&text[..length]);
    u128::from_be_bytes(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(block: &TextBlock, wanted: &str) -> Vec<u32> {
        let mut places = Vec::new();
        block.find(&Finder::new(wanted), |place| places.push(place));
        places
    }

    #[test]
    fn a_text_is_found_in_its_device_only() {
        let texts = [
            (0, b"ab\nx".to_vec()),
            (7, b"cab".to_vec()),
            (8, b"b".to_vec()),
        ];
        let block = TextBlock::default().with(&texts);
        assert_eq!(found(&block, "ab"), [0, 7]);
        assert_eq!(found(&block, "b"), [0, 7, 8]);
        // Across the border between two devices there is nothing.
        assert!(found(&block, "bb").is_empty());
        assert!(found(&block, "xc").is_empty());

        let block = block.with(&[(7, Vec::new()), (4095, b"cab".to_vec())]);
        assert_eq!(found(&block, "ab"), [0, 4095]);
        assert_eq!(block.text(8), b"b");
    }

    #[test]
    fn beginnings_are_ordered_as_texts_are() {
        for pair in ["", "a", "a\0", "ab", "b", "ä", "日本"].windows(2) {
            assert!(beginning(pair[0].as_bytes()) <= beginning(pair[1].as_bytes()));
        }
    }
}
