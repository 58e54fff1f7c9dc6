//! What admins write on a device: a few words, now and then something that a
//! console had better only show.

use super::dice::Dice;

const USUAL: [&str; 16] = [
    "Cracked screen",
    "Missing 2 keys (F, Enter)",
    "Battery holds 40 min",
    "Loaner",
    "Hinge loose, taped",
    "Returned without charger",
    "Parent paid fine",
    "Trackpad replaced under warranty",
    "Water damage",
    "Do not deprovision until board approval",
    "Swap for new model this summer",
    "Student withdrew, device returned",
    "Reported lost",
    "Found in locker 114",
    "Screen flicker; RMA 4471-22",
    "Camera covered",
];

const ODD: [&str; 16] = [
    "=1+1",
    "+15550100 (parent's phone)",
    "-- see ticket --",
    "@frontoffice please call",
    "</script><script>alert('notes')</script>",
    "</textarea><b>bold</b> & \"quoted\", 'twice'",
    "Dropped 😬 twice, 🧃 spilled",
    "\u{202E}desrever\u{202C} label",
    "الشاشة مكسورة",
    "המקלדת לא עובדת",
    "画面割れ・要交換",
    "Cafe\u{301} cart (accent typed apart)",
    "First line\nsecond line",
    "tab\there; semicolon, comma",
    "'til June",
    "100% of _all_ %20 \\ slashes",
];

pub fn draw(dice: &mut Dice) -> String {
    match dice.below(1000) {
        0..800 => String::new(),
        800..985 => (*dice.pick(&USUAL)).to_owned(),
        985..999 => (*dice.pick(&ODD)).to_owned(),
        // As long as the directory allows.
        _ => USUAL.join(". ").chars().cycle().take(500).collect(),
    }
}
