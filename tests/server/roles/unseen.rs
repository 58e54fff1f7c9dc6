//! Non-interference: whatever the other school's half of the fleet is, somebody of this
//! school is answered the same, byte for byte.

use serde_json::{Value, json};
use sunset::domain::device::DirectoryDevice;
use sunset::domain::filter::DeviceFilter;
use sunset::domain::grid::GridView;
use sunset::domain::status::DeviceStatus;

use super::{DEVICES, Person, north, south};
use crate::dice::Dice;
use crate::support::{Console, NO_GRACE, on_each_database};

/// A half of the fleet made by chance: other devices, and another number of them.
fn other_half(dice: &mut Dice) -> Vec<DirectoryDevice> {
    let count = dice.roll(60) as u32;
    let units = [
        "/South",
        "/Northern",
        "/North School",
        "/",
        "",
        "/South/North",
    ];
    let statuses = [
        DeviceStatus::Active,
        DeviceStatus::Disabled,
        DeviceStatus::Deprovisioned,
    ];
    let mut one = |number: u32| DirectoryDevice {
        org_unit: units[dice.roll(units.len())].to_owned(),
        status: statuses[dice.roll(statuses.len())].clone(),
        model: north(dice.roll(3) as u32).model,
        // Also names that this school has.
        asset_id: north(dice.roll(DEVICES as usize) as u32).asset_id,
        ..south(number)
    };
    (0..count).map(&mut one).collect()
}

/// What somebody of the school in the north asks, by chance the same for the same dice.
fn questions(dice: &mut Dice) -> Vec<(&'static str, Value)> {
    let queries = [
        "",
        "q=SN0",
        "q=canary",
        "status=ACTIVE",
        "ou=/North/Lab",
        "sort=-model",
        "size=10&page=2",
        "ou=/South",
        "model=canary",
        "q=1",
        "jobs=in",
        "size=200",
    ];
    // Devices of this school, of the other, and such as never were.
    let ids: Vec<u32> = (0..8).map(|_| dice.roll(90) as u32).collect();
    let selection: sunset::domain::selection::Selection = ids
        .iter()
        .map(|id| sunset::domain::device::DeviceId(*id))
        .collect();
    let mut asked = Vec::new();
    for _ in 0..14 {
        let view = GridView::parse(queries[dice.roll(queries.len())]).view;
        let filter: DeviceFilter = view.filter.clone();
        asked.push(match dice.roll(13) {
            0 => ("devices/search", json!({ "view": view })),
            1 => (
                "devices/count",
                json!({ "filters": [filter, DeviceFilter::default()] }),
            ),
            2 => (
                "devices/facets",
                json!({ "filter": filter, "all": dice.roll(2) == 0 }),
            ),
            3 => ("devices/eligibility", json!({ "selection": selection })),
            4 => ("devices/known", json!({ "selection": selection })),
            5 => (
                "devices/selected",
                json!({ "view": view, "selection": selection }),
            ),
            6 => (
                "devices/drift",
                json!({ "filter": filter, "matched": selection }),
            ),
            7 => (
                "devices/paste",
                json!({ "text": "00003 SN000001 canary1 canary model 2" }),
            ),
            8 => ("plans/make", json!({ "selection": selection })),
            9 => ("overview/read", json!({})),
            10 => ("jobs/list", json!({ "page": 1, "size": 50 })),
            11 => ("devices/serials", json!({ "selection": selection })),
            _ => (
                "devices/read",
                json!({ "device_id": south(ids[0]).device_id }),
            ),
        });
    }
    asked.push(("cache/state", json!({})));
    asked
}

/// Times and chance numbers, which are other in each run, made alike.
fn alike(text: &str) -> String {
    let mut out = String::new();
    let mut word = String::new();
    let end = |word: &mut String, out: &mut String| {
        let is_time = word.len() == 13 && word.bytes().all(|it| it.is_ascii_digit());
        let is_id = matches!(word.len(), 32 | 64) && word.bytes().all(|it| it.is_ascii_hexdigit());
        out.push_str(if is_time || is_id { "…" } else { word });
        word.clear();
    };
    for c in text.chars() {
        if c.is_ascii_alphanumeric() {
            word.push(c);
        } else {
            end(&mut word, &mut out);
            out.push(c);
        }
    }
    end(&mut word, &mut out);
    out
}

/// What is answered beside this half of the fleet.
async fn answers(console: &Console, half: Vec<DirectoryDevice>, seed: u64) -> Vec<String> {
    console.fill((0..DEVICES).map(north).chain(half)).await;
    let person = Person::new(console, "tech", &["operator:/North"]).await;
    let mut answers = Vec::new();
    for (path, arguments) in questions(&mut Dice::new(seed)) {
        let (status, text) = person.post(&format!("/api/{path}"), &arguments).await;
        answers.push(format!("{path} {arguments}: {status} {}", alike(&text)));
    }
    for path in [
        "/devices?size=200",
        "/overview",
        "/devices/export.csv?sort=serial",
    ] {
        let (status, text) = person.get(path).await;
        // A page carries a nonce for its scripts.
        let text = match path.ends_with("serial") {
            true => text,
            false => text.matches("SN0").collect(),
        };
        answers.push(format!("{path}: {status} {text}"));
    }
    answers
}

#[tokio::test(flavor = "multi_thread")]
async fn the_other_half_of_the_fleet_changes_no_byte() {
    for seed in 1..=6 {
        let mut alone: Option<Vec<String>> = None;
        for half in [0, 2 * seed, 2 * seed + 1] {
            let mut dice = Dice::new(half);
            let half = if half == 0 {
                Vec::new()
            } else {
                other_half(&mut dice)
            };
            let message = std::cell::RefCell::new(Vec::new());
            on_each_database(async |console| {
                let console = console.over(None, NO_GRACE).await;
                let answers = answers(&console, half.clone(), seed).await;
                message.borrow_mut().push(answers);
            })
            .await;
            for answers in message.into_inner() {
                let alone = alone.get_or_insert_with(|| answers.clone());
                for (one, other) in alone.iter().zip(&answers) {
                    assert_eq!(one, other, "seed {seed}");
                }
            }
        }
    }
}
