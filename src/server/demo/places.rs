//! Where a district's devices are, and who has them: org units as districts
//! really name them, with the characters that break naive tools.

use super::dice::Dice;

/// One way to use a device: an org unit, and what an admin writes down for it.
pub struct Place {
    pub org_unit: String,
    pub user: String,
    pub location: String,
}

const DISTRICT: &str = "Riverbend USD";
const DOMAIN: &str = "riverbend.example";

struct Level {
    name: &'static str,
    schools: &'static [&'static str],
    grades: &'static [&'static str],
    /// How many of 1,000 devices are here.
    weight: u32,
}

const LEVELS: [Level; 4] = [
    Level {
        name: "Early Learning",
        schools: &["Busy Bees Pre-K", "K+ Early Start Center", "Tiny Oaks"],
        grades: &["PK", "TK"],
        weight: 30,
    },
    Level {
        name: "Elementary",
        schools: &[
            "Adams",
            "Alder Creek",
            "César Chávez",
            "Eastside",
            "École Saint-Exupéry",
            "Franklin",
            "Garfield & Main",
            "Hoover",
            "Jefferson",
            "Kennedy",
            "Lincoln",
            "Maple Grove",
            "O'Brien",
            "Peñasquitos",
            "Sunnyside",
            "Washington",
        ],
        grades: &["K", "Grade 1", "Grade 2", "Grade 3", "Grade 4", "Grade 5"],
        weight: 420,
    },
    Level {
        name: "Middle",
        schools: &[
            "Arts & Sciences Academy",
            "Coolidge",
            "Harriet Tubman",
            "José Martí",
            "Roosevelt",
        ],
        grades: &["Grade 6", "Grade 7", "Grade 8"],
        weight: 230,
    },
    Level {
        name: "High",
        schools: &[
            "Central",
            "North",
            "Northwest",
            "STEM+ Magnet",
            "日本語 Immersion High",
        ],
        grades: &["Grade 9", "Grade 10", "Grade 11", "Grade 12"],
        weight: 320,
    },
];

const FIRST: [&str; 32] = [
    "ava", "ben", "carmen", "david", "elena", "fatima", "gabriel", "hana", "isaac", "jamal", "kim",
    "liam", "maria", "noah", "olivia", "priya", "quinn", "rosa", "sam", "tariq", "uma", "victor",
    "wei", "ximena", "yusuf", "zoe", "anh", "björn", "chloé", "diego", "ngozi", "siobhan",
];
const LAST: [&str; 28] = [
    "adams",
    "brown",
    "chen",
    "diaz",
    "edwards",
    "flores",
    "garcia",
    "haddad",
    "ivanov",
    "johnson",
    "khan",
    "lopez",
    "martinez",
    "nguyen",
    "okafor",
    "patel",
    "quist",
    "ramirez",
    "smith",
    "thompson",
    "underwood",
    "vang",
    "williams",
    "xiong",
    "young",
    "zhang",
    "obrien",
    "delacruz",
];

/// Where a device in use is. `enrolled` is the year it was enrolled in, which
/// is also how districts number their graduating classes.
pub fn in_use(dice: &mut Dice, chromebox: bool) -> Place {
    let level = dice.pick_weighted(&LEVELS, |level| level.weight);
    let school = *dice.pick(level.schools);
    let base = format!("/{DISTRICT}/{}/{school}", level.name);
    let room = 100 + dice.below(8) * 100 / 2 + dice.below(30);
    if chromebox {
        return Place {
            org_unit: format!("{base}/Signage & Kiosks"),
            user: String::new(),
            location: (*dice.pick(&["Front office", "Cafeteria", "Gym lobby", "Library"]))
                .to_owned(),
        };
    }
    match dice.below(100) {
        0..62 => Place {
            org_unit: format!("{base}/Students/{}", dice.pick(level.grades)),
            user: student(dice),
            location: if dice.chance(400) {
                format!("Room {room}")
            } else {
                String::new()
            },
        },
        62..80 => {
            let cart = dice.below(24) + 1;
            Place {
                org_unit: format!("{base}/Carts/Cart {cart:02}"),
                user: String::new(),
                location: format!("Cart {cart:02}, slot {}", dice.below(32) + 1),
            }
        }
        80..90 => Place {
            org_unit: format!("{base}/Staff"),
            user: staff(dice),
            location: format!("Room {room}"),
        },
        90..96 => Place {
            org_unit: format!(
                "{base}/Labs/{}",
                dice.pick(&["Lab A", "Lab B", "Makerspace", "Robotics+"])
            ),
            user: String::new(),
            location: format!("Lab, seat {}", dice.below(36) + 1),
        },
        _ => Place {
            org_unit: format!("{base}/Testing"),
            user: String::new(),
            location: "Testing closet".to_owned(),
        },
    }
}

/// Where a device goes when it is out of service.
pub fn out_of_service(dice: &mut Dice, year: i32) -> Place {
    let org_unit = match dice.below(10) {
        0..5 => format!("/Retired/{year}"),
        5..7 => "/Retired/Awaiting e-waste pickup".to_owned(),
        7 => "/Retired/Donated – مدرسة النور".to_owned(),
        _ => {
            return Place {
                user: String::new(),
                ..in_use(dice, false)
            };
        }
    };
    Place {
        org_unit,
        user: String::new(),
        location: "Warehouse".to_owned(),
    }
}

/// Where a device waits for a part or its owner.
pub fn set_aside(dice: &mut Dice) -> Place {
    let (org_unit, location) = *dice.pick(&[
        ("/Repair", "Repair bench"),
        ("/Repair/Depot & Vendor RMA", "Vendor"),
        ("/Lost + Stolen", ""),
        ("/Loaners", "Help desk"),
        ("/Retired/Waiting for a wipe", "Warehouse"),
        ("/", ""),
    ]);
    let user = if dice.chance(300) {
        student(dice)
    } else {
        String::new()
    };
    Place {
        org_unit: org_unit.to_owned(),
        user,
        location: location.to_owned(),
    }
}

fn student(dice: &mut Dice) -> String {
    let (first, last) = (dice.pick(&FIRST), dice.pick(&LAST));
    format!("{first}.{last}{:02}@students.{DOMAIN}", 26 + dice.below(13))
}

fn staff(dice: &mut Dice) -> String {
    let initial: String = dice.pick(&FIRST).chars().take(1).collect();
    format!("{initial}{}@{DOMAIN}", dice.pick(&LAST))
}
