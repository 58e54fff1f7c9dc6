//! The models that districts own, with the month in which Google's list ends
//! their updates, and serial numbers as each maker writes them.

use super::dice::Dice;
use crate::domain::chrome_os::OsType;
use crate::domain::time::{Date, Timestamp};

pub struct Model {
    pub name: &'static str,
    maker: Maker,
    /// Year and month of the last update; ChromeOS Flex devices have none.
    updates_until: Option<(i32, u32)>,
    /// Year in which districts began to buy it.
    pub sold_from: i32,
    pub weight: u32,
}

#[derive(Clone, Copy)]
enum Maker {
    Acer,
    Asus,
    Ctl,
    Dell,
    Google,
    Hp,
    Lenovo,
    Samsung,
}

const fn model(
    name: &'static str,
    maker: Maker,
    updates_until: (i32, u32),
    sold_from: i32,
    weight: u32,
) -> Model {
    Model {
        name,
        maker,
        updates_until: Some(updates_until),
        sold_from,
        weight,
    }
}

pub const MODELS: [Model; 42] = {
    use Maker::{Acer, Asus, Ctl, Dell, Google, Hp, Lenovo, Samsung};
    [
        model(
            "Acer Chromebook 11 (C732, C732T, C732L, C732LT)",
            Acer,
            (2027, 6),
            2018,
            16,
        ),
        model("Acer Chromebook 311 (C721)", Acer, (2028, 6), 2019, 14),
        model(
            "Acer Chromebook 311 (C722, C722T)",
            Acer,
            (2030, 6),
            2020,
            26,
        ),
        model(
            "Acer Chromebook 311 (C733, C733U, C733T)",
            Acer,
            (2029, 6),
            2019,
            34,
        ),
        model(
            "Acer Chromebook 511 (C734, C734T)",
            Acer,
            (2031, 6),
            2022,
            30,
        ),
        model(
            "Acer Chromebook Spin 511 (R753T)",
            Acer,
            (2031, 6),
            2021,
            16,
        ),
        model(
            "Acer Chromebook 511 (C736, C736T)",
            Acer,
            (2033, 6),
            2023,
            24,
        ),
        model(
            "Acer Chromebook Spin 713 (CP713-2W)",
            Acer,
            (2030, 6),
            2020,
            4,
        ),
        model("Acer Chromebox CXI4", Acer, (2030, 6), 2020, 5),
        model("ASUS Chromebook C202SA", Asus, (2025, 6), 2016, 8),
        model("ASUS Chromebook C213NA", Asus, (2027, 6), 2017, 8),
        model("ASUS Chromebook C204", Asus, (2029, 6), 2019, 12),
        model(
            "ASUS Chromebook CR11 (CR1100CKA)",
            Asus,
            (2031, 6),
            2021,
            14,
        ),
        model(
            "ASUS Chromebook CR11 (CR1104CTA)",
            Asus,
            (2033, 6),
            2023,
            10,
        ),
        model("ASUS Chromebox 4", Asus, (2030, 6), 2020, 5),
        model("CTL Chromebook J41 / J41T", Ctl, (2027, 6), 2018, 5),
        model("CTL Chromebook NL71CT-L", Ctl, (2031, 6), 2021, 8),
        model("CTL Chromebox CBx2", Ctl, (2030, 6), 2020, 2),
        model("Dell Chromebook 11 3180", Dell, (2026, 6), 2017, 30),
        model("Dell Chromebook 11 2-in-1 3189", Dell, (2026, 6), 2017, 8),
        model("Dell Chromebook 3100", Dell, (2029, 6), 2019, 84),
        model("Dell Chromebook 3100 2-in-1", Dell, (2029, 6), 2019, 40),
        model("Dell Chromebook 3110", Dell, (2032, 6), 2022, 62),
        model("Dell Chromebook 3110 2-in-1", Dell, (2032, 6), 2022, 26),
        model("Dell Chromebook 5190 Education", Dell, (2027, 6), 2018, 14),
        model(
            "Dell Latitude 5400 Chromebook Enterprise",
            Dell,
            (2029, 6),
            2019,
            5,
        ),
        model("Google Pixelbook Go", Google, (2029, 6), 2019, 3),
        model("HP Chromebook 11 G6 EE", Hp, (2027, 6), 2018, 26),
        model("HP Chromebook 11A G6 EE", Hp, (2028, 6), 2019, 14),
        model("HP Chromebook 11 G8 EE", Hp, (2029, 6), 2020, 58),
        model("HP Chromebook 11 G9 EE", Hp, (2031, 6), 2021, 52),
        model("HP Fortis 11 inch G10 Chromebook", Hp, (2033, 6), 2023, 30),
        model("HP Chromebook x360 11 G3 EE", Hp, (2029, 6), 2020, 16),
        model("HP Chromebox G3", Hp, (2030, 6), 2020, 5),
        model("Lenovo N23 Chromebook", Lenovo, (2025, 6), 2017, 14),
        model(
            "Lenovo 100e Chromebook 2nd Gen MTK",
            Lenovo,
            (2028, 6),
            2019,
            48,
        ),
        model("Lenovo 100e Chromebook Gen 3", Lenovo, (2031, 6), 2021, 46),
        model("Lenovo 100e Chromebook Gen 4", Lenovo, (2033, 6), 2023, 38),
        model("Lenovo 500e Chromebook Gen 3", Lenovo, (2031, 6), 2021, 20),
        model("Samsung Chromebook 3", Samsung, (2025, 6), 2016, 10),
        model("Samsung Chromebook 4", Samsung, (2029, 6), 2019, 20),
        Model {
            name: "HP EliteBook 840 G3 (ChromeOS Flex)",
            maker: Maker::Hp,
            updates_until: None,
            sold_from: 2022,
            weight: 4,
        },
    ]
};

impl Model {
    pub fn draw(dice: &mut Dice) -> &'static Self {
        dice.pick_weighted(&MODELS, |model| model.weight)
    }

    /// The last day of the month in which updates end.
    pub fn auto_update(&self) -> Option<Date> {
        let (year, month) = self.updates_until?;
        first_of_month(year + (month / 12) as i32, month % 12 + 1).map(|day| day.plus_days(-1))
    }

    /// What a device of this model runs, once it has told.
    pub fn os_type(&self, last_sync: Option<Timestamp>) -> OsType {
        match (last_sync, self.updates_until) {
            (None, _) => OsType::Unknown,
            (Some(_), None) => OsType::Flex,
            (Some(_), Some(_)) => OsType::ChromeOs,
        }
    }

    /// Models before 2021 do.
    pub fn needs_extended_updates(&self) -> bool {
        self.updates_until.is_some() && (2018..2021).contains(&self.sold_from)
    }

    pub fn is_chromebox(&self) -> bool {
        self.name.contains("Chromebox")
    }

    /// A serial number in the maker's own form. It spells out `index`, so no
    /// two devices share one below 400 million.
    pub fn serial(&self, index: u32, dice: &mut Dice) -> String {
        let drawn = dice.below(1 << 16);
        match self.maker {
            // 22 characters: part number, plant, year and week, a hexadecimal number.
            Maker::Acer => {
                let number = scatter(index, 1000 << 20);
                let (week, unit) = (number >> 20, number & 0xF_FFFF);
                let part = ["HKX", "GM8", "AZC", "H8V"][drawn as usize % 4];
                format!("NX{part}AA00{}{week:03}{unit:05X}7600", drawn % 9 + 1)
            }
            Maker::Asus => {
                let month = b"123456789ABC"[drawn as usize % 12] as char;
                format!(
                    "N{month}NXCV{:02}{}",
                    drawn % 20,
                    letters(scatter(index, BASE.pow(7)), 7)
                )
            }
            Maker::Ctl => format!(
                "CTLX{:02}{}",
                drawn % 32,
                letters(scatter(index, BASE.pow(7)), 7)
            ),
            Maker::Dell => letters(scatter(index, BASE.pow(7)), 7),
            Maker::Google => format!(
                "98{}FQ{:03}",
                letters(scatter(index, BASE.pow(7)), 7),
                drawn % 1000
            ),
            // 5CD, year and week, four characters.
            Maker::Hp => {
                let number = scatter(index, 520 * BASE.pow(4));
                let (week, unit) = (number / BASE.pow(4), number % BASE.pow(4));
                format!("5CD{}{:02}{}", week / 52, week % 52 + 1, letters(unit, 4))
            }
            Maker::Lenovo => {
                let plant = ["PF", "LR", "MP", "YX"][drawn as usize % 4];
                format!("{plant}{}", letters(scatter(index, BASE.pow(6)), 6))
            }
            Maker::Samsung => {
                format!(
                    "HY3A9{}{:03}",
                    letters(scatter(index, BASE.pow(7)), 7),
                    drawn % 1000
                )
            }
        }
    }
}

/// No vowels, as on real labels: no words by accident.
const ALPHABET: &[u8; 31] = b"0123456789BCDFGHJKLMNPQRSTVWXYZ";
const BASE: u64 = ALPHABET.len() as u64;

/// Spreads indices over `0..size` without ever meeting twice below `size`: the
/// factor is a prime that divides no `size` used here.
fn scatter(index: u32, size: u64) -> u64 {
    (u64::from(index) * 3_266_489_917 + 1_234_567_891) % size
}

fn letters(mut number: u64, count: usize) -> String {
    let mut text = vec![b'0'; count];
    for place in text.iter_mut().rev() {
        *place = ALPHABET[(number % BASE) as usize];
        number /= BASE;
    }
    text.into_iter().map(char::from).collect()
}

/// `None` where there is no such month.
pub fn first_of_month(year: i32, month: u32) -> Option<Date> {
    format!("{year:04}-{month:02}-01").parse().ok()
}
