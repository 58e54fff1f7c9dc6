//! Org units whose names say that their devices are out of service.
//!
//! A device that is still Active in such a unit was most likely put aside and forgotten:
//! it keeps its license.

use super::org_unit::name;

/// What the name of such a unit contains, at the beginning of a word, in lower case.
const WORDS: [&str; 16] = [
    "auction",
    "decommission",
    "deprovision",
    "dispos",
    "e-waste",
    "end of life",
    "ewaste",
    "graveyard",
    "obsolete",
    "out of service",
    "recycl",
    "retire",
    "salvage",
    "scrap",
    "storage",
    "surplus",
];

/// The topmost unit of a path whose name says that its devices are out of service.
/// `/Retired` for `/Retired/2024/Lab`.
pub fn retired_root(path: &str) -> Option<&str> {
    let ends = path.match_indices('/').map(|(at, _)| at).skip(1);
    ends.chain([path.len()])
        .map(|end| &path[..end])
        .find(|unit| says_retired(name(unit)))
}

fn says_retired(name: &str) -> bool {
    let name = name.to_lowercase();
    WORDS.iter().any(|word| {
        name.match_indices(word)
            .any(|(at, _)| !name[..at].ends_with(char::is_alphanumeric))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_topmost_unit_that_says_so_is_named() {
        for (path, root) in [
            ("/Retired/2024/Lab", "/Retired"),
            ("/District/To recycle", "/District/To recycle"),
            ("/District/E-Waste pickup/Old", "/District/E-Waste pickup"),
            ("/Deprovisioned devices", "/Deprovisioned devices"),
            ("/IT/Storage room/Storage B", "/IT/Storage room"),
            ("/IT/Surplus (2023)", "/IT/Surplus (2023)"),
        ] {
            assert_eq!(retired_root(path), Some(root), "{path}");
        }
    }

    #[test]
    fn a_word_within_another_says_nothing() {
        for path in ["/", "", "/Students", "/Unretired", "/Restorage", "/Loaners"] {
            assert_eq!(retired_root(path), None, "{path}");
        }
    }
}
