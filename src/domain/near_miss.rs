//! What an entry of a pasted list may have been misread from: `O` for `0` on a worn
//! label, an `S` that a scanner put before it.

use std::collections::HashSet;

use super::device::DeviceId;
use super::paste::{Names, Pasted, fold_name};

/// For so many entries that mean no device near ones are looked for.
const NEAR_SOUGHT: usize = 200;

/// What is easily taken for something else on a label or by a scanner.
const MISREAD: [(char, char); 6] = [
    ('O', '0'),
    ('I', '1'),
    ('L', '1'),
    ('B', '8'),
    ('S', '5'),
    ('Z', '2'),
];

/// What an entry could have been misread from: each pair of letters and digits taken
/// for one another throughout, and the `S` that many scanners put before a serial.
fn misread_from(entry: &str) -> Vec<String> {
    let swap = |from: char, to: char| {
        let swapped: String = entry
            .chars()
            .map(|c| {
                if c.to_ascii_uppercase() == from {
                    to
                } else {
                    c
                }
            })
            .collect();
        (swapped != entry).then_some(swapped)
    };
    let swaps = MISREAD
        .iter()
        .flat_map(|(letter, digit)| [swap(*letter, *digit), swap(*digit, *letter)]);
    let ends = [
        entry.strip_prefix(['S', 's']),
        entry.strip_suffix(['S', 's']),
    ];
    swaps
        .chain(ends.into_iter().map(|it| it.map(str::to_owned)))
        .flatten()
        .filter(|it| !it.is_empty())
        .collect()
}

/// Every name, in lower case, that what was not found could have been misread from.
pub fn names(pasted: &Pasted) -> HashSet<String> {
    let sought = pasted.not_found.iter().take(NEAR_SOUGHT);
    sought
        .flat_map(|entry| misread_from(entry))
        .map(|name| fold_name(&name))
        .collect()
}

impl Pasted {
    /// Notes for each entry that was not found the one device it could have been
    /// misread from. Of several, none: that would be guessing.
    pub fn hint(&mut self, names: &Names) {
        for entry in self.not_found.iter().take(NEAR_SOUGHT) {
            let mut near: Vec<(DeviceId, String)> = Vec::new();
            for name in misread_from(entry) {
                let found = names.get(&fold_name(&name)).map_or(&[][..], Vec::as_slice);
                near.extend(found.iter().map(|(id, _)| (*id, name.clone())));
            }
            near.dedup_by_key(|(id, _)| *id);
            if let [(_, name)] = &near[..] {
                self.near.push((entry.clone(), name.clone()));
            }
        }
    }
}
