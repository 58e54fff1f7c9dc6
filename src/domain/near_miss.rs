//! What an entry of a pasted list may have been misread from: `O` for `0` on a worn
//! label, an `S` that a scanner put before it, zeros that a spreadsheet took away.

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

/// So many zeros a spreadsheet may have taken from the front of a number.
const ZEROS: usize = 4;

/// What an entry could have been misread from: each pair of letters and digits taken
/// for one another throughout, the `S` that many scanners put before a serial, and the
/// zeros before a number.
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
    let is_number = entry.bytes().all(|byte| byte.is_ascii_digit());
    let padded = (1..=ZEROS).map(|zeros| is_number.then(|| "0".repeat(zeros) + entry));
    let bare = entry.trim_start_matches('0');
    let bare = (is_number && bare != entry).then(|| bare.to_owned());
    swaps
        .chain(ends.into_iter().map(|it| it.map(str::to_owned)))
        .chain(padded)
        .chain([bare])
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

#[cfg(test)]
mod tests {
    use super::*;

    /// The hint for an entry, where these are the inventory's names.
    fn hint(entry: &str, known: &[&str]) -> Option<String> {
        let mut pasted = Pasted {
            not_found: vec![entry.to_owned()],
            ..Pasted::default()
        };
        let wanted = names(&pasted);
        let known = known
            .iter()
            .enumerate()
            .map(|(n, name)| (fold_name(name), n as u32 + 1));
        let known = known.filter(|(name, _)| wanted.contains(name));
        let known: Names = known
            .map(|(name, id)| {
                (
                    name,
                    vec![(DeviceId(id), crate::domain::paste::By::AssetId)],
                )
            })
            .collect();
        pasted.hint(&known);
        pasted.near.pop().map(|(_, name)| name)
    }

    #[test]
    fn a_number_is_found_without_the_zeros_that_a_spreadsheet_took_away() {
        assert_eq!(hint("71", &["00071", "00072"]).as_deref(), Some("00071"));
        assert_eq!(hint("0071", &["71"]).as_deref(), Some("71"));
        assert_eq!(hint("71", &["071", "00071"]), None, "either may be meant");
        assert_eq!(hint("A71", &["0A71"]), None);
        assert_eq!(hint("5CDO", &["5CD0"]).as_deref(), Some("5CD0"));
    }
}
