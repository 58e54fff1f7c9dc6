//! The devices an operator has ticked.
//!
//! A selection is a frozen set of ids. It outlives paging, sorting and a change
//! of filter, and "select all matching" asks the server for the ids at that
//! moment, so the number shown is the number acted on. It is a compressed bitmap,
//! the same in the browser, on the wire and in the server: a million devices are
//! at most about 130 kB.

use base64ct::{Base64, Base64UrlUnpadded, Encoding};
use roaring::RoaringBitmap;
use serde::{Deserialize, Serialize};

use super::device::DeviceId;

/// Base64 of the largest selection that is ever read, in bytes: room for every
/// device of a fleet of eight million.
const MAX_ENCODED: usize = 1_500_000;

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Selection(RoaringBitmap);

impl Selection {
    pub fn from_set(set: RoaringBitmap) -> Self {
        Self(set)
    }

    pub fn as_set(&self) -> &RoaringBitmap {
        &self.0
    }

    pub fn into_set(self) -> RoaringBitmap {
        self.0
    }

    pub fn len(&self) -> u64 {
        self.0.len()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn contains(&self, id: DeviceId) -> bool {
        self.0.contains(id.0)
    }

    /// The highest id, found without a look at the others.
    pub fn highest(&self) -> Option<DeviceId> {
        self.0.max().map(DeviceId)
    }

    /// In ascending order. A few bytes from outside can stand for four billion ids: what
    /// is not known to be within the inventory is not walked through.
    pub fn iter(&self) -> impl Iterator<Item = DeviceId> + '_ {
        self.0.iter().map(DeviceId)
    }

    /// Adds or removes one device.
    pub fn set(&mut self, id: DeviceId, selected: bool) {
        if selected {
            self.0.insert(id.0);
        } else {
            self.0.remove(id.0);
        }
    }

    /// Leaves only what is in both.
    pub fn keep_all(&mut self, other: &Self) {
        self.0 &= &other.0;
    }

    pub fn add_all(&mut self, other: &Self) {
        self.0 |= &other.0;
    }

    pub fn remove_all(&mut self, other: &Self) {
        self.0 -= &other.0;
    }

    /// How many devices came and how many went since.
    pub fn changes_since(&self, before: &Self) -> (u64, u64) {
        let added = self.0.difference_len(&before.0);
        (added, before.0.difference_len(&self.0))
    }

    /// How many of the rows in view are selected.
    pub fn count_among(&self, rows: &[DeviceId]) -> usize {
        rows.iter().filter(|id| self.contains(**id)).count()
    }

    /// How many selected devices are missing from the rows in view.
    pub fn count_outside(&self, rows: &[DeviceId]) -> u64 {
        self.len() - self.count_among(rows) as u64
    }
}

/// As part of an address: base64 without the signs that an address has to escape.
impl Selection {
    pub fn to_address(&self) -> String {
        let mut set = self.0.clone();
        set.optimize();
        Base64UrlUnpadded::encode_string(&Self(set).to_bytes())
    }

    /// # Errors
    /// The text is not a selection's.
    pub fn from_address(text: &str) -> Result<Self, BadSelection> {
        Self::decoded(text, Base64UrlUnpadded::decode_vec)
    }
}

impl FromIterator<DeviceId> for Selection {
    fn from_iter<I: IntoIterator<Item = DeviceId>>(ids: I) -> Self {
        Self(ids.into_iter().map(|id| id.0).collect())
    }
}

/// The portable format (github.com/RoaringBitmap/RoaringFormatSpec) in base64.
impl From<Selection> for String {
    fn from(selection: Selection) -> Self {
        Base64::encode_string(&selection.to_bytes())
    }
}

impl TryFrom<String> for Selection {
    type Error = BadSelection;

    fn try_from(text: String) -> Result<Self, BadSelection> {
        Self::decoded(&text, Base64::decode_vec)
    }
}

impl Selection {
    fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.0.serialized_size());
        // Writing to memory cannot fail.
        let _ = self.0.serialize_into(&mut bytes);
        bytes
    }

    fn decoded(
        text: &str,
        decode: fn(&str) -> Result<Vec<u8>, base64ct::Error>,
    ) -> Result<Self, BadSelection> {
        if text.len() > MAX_ENCODED {
            return Err(BadSelection);
        }
        let bytes = decode(text).map_err(|_| BadSelection)?;
        let mut rest = bytes.as_slice();
        let bitmap = RoaringBitmap::deserialize_from(&mut rest).map_err(|_| BadSelection)?;
        if rest.is_empty() {
            Ok(Self(bitmap))
        } else {
            Err(BadSelection)
        }
    }
}

/// The text is not a selection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the selection cannot be read")]
pub struct BadSelection;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(ids: &[u32]) -> Selection {
        ids.iter().copied().map(DeviceId).collect()
    }

    #[test]
    fn a_device_outside_the_view_is_counted_as_such() {
        let selection = of(&[1, 2, 70_000]);
        assert_eq!(selection.count_outside(&[DeviceId(1), DeviceId(5)]), 2);
    }

    #[test]
    fn a_million_devices_are_small_on_the_wire() {
        let every_other: Selection = (0..2_000_000).step_by(2).map(DeviceId).collect();
        let all: Selection = (0..1_000_000).map(DeviceId).collect();
        assert!(String::from(every_other).len() < 340_000);
        assert!(String::from(all).len() < 175_000);
    }

    #[test]
    fn text_that_is_no_selection_is_refused() {
        for bad in ["", "%%%", "AAAA", "OjAAAAEAAAAAAAAAEAAAAAEA!"] {
            assert!(Selection::try_from(bad.to_owned()).is_err(), "{bad}");
        }
        let mut longer = String::from(of(&[1]));
        longer.insert_str(0, &longer.clone());
        assert!(Selection::try_from(longer).is_err());
    }

    proptest! {
        #[test]
        fn a_selection_is_a_set(ids in prop::collection::vec(0u32..200_000, 0..200),
                                taken in prop::collection::vec(0u32..200_000, 0..50)) {
            let mut selection = of(&ids);
            let mut set: std::collections::BTreeSet<u32> = ids.iter().copied().collect();
            for id in &taken {
                selection.set(DeviceId(*id), false);
                set.remove(id);
            }
            prop_assert_eq!(selection.len(), set.len() as u64);
            prop_assert!(selection.iter().map(|id| id.0).eq(set.iter().copied()));
            let back = Selection::try_from(String::from(selection.clone())).unwrap();
            prop_assert_eq!(&back, &selection);
            let address = selection.to_address();
            prop_assert!(address.chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c)));
            prop_assert_eq!(Selection::from_address(&address).unwrap(), selection);
        }
    }
}
