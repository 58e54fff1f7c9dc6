//! The demonstration fleet: devices as a school district has them, so that the
//! console can be tried, shown and measured without anyone's real data.
//!
//! It is the same every time for the same day, streams, and holds what real
//! fleets hold: every status and license, devices that never synced, org units
//! and notes with characters that break naive tools.

mod dice;
mod models;
mod notes;
mod places;

#[cfg(test)]
mod tests;

use dice::Dice;
use models::{Model, first_of_month};
use places::Place;

use crate::domain::action::license::LicenseType;
use crate::domain::action::reason::DeprovisionReason;
use crate::domain::chrome_os::ExtendedUpdates;
use crate::domain::device::DirectoryDevice;
use crate::domain::status::DeviceStatus;
use crate::domain::time::{Date, MS_PER_DAY, Timestamp};

/// The first `devices` devices of the district on the day `today`. A larger
/// fleet begins with the smaller one.
pub fn fleet(devices: u32, today: Date) -> impl Iterator<Item = DirectoryDevice> {
    (0..devices).map(move |index| device(index, today))
}

/// How many of 10,000 devices have each status.
const STATUSES: [(DeviceStatus, u32); 10] = [
    (DeviceStatus::Active, 8620),
    (DeviceStatus::Deprovisioned, 900),
    (DeviceStatus::Disabled, 250),
    (DeviceStatus::PreProvisioned, 80),
    (DeviceStatus::Inactive, 60),
    (DeviceStatus::Delinquent, 40),
    (DeviceStatus::ReturnRequested, 20),
    (DeviceStatus::ReturnArrived, 10),
    (DeviceStatus::Shipped, 10),
    (DeviceStatus::Unknown, 10),
];

/// How many of 1,000 devices have each license.
const LICENSES: [(LicenseType, u32); 8] = [
    (LicenseType::EducationPerpetual, 580),
    (LicenseType::EducationFixedTerm, 180),
    (LicenseType::EducationBundled, 100),
    (LicenseType::EnterprisePerpetual, 40),
    (LicenseType::EnterpriseFixedTerm, 25),
    (LicenseType::EnterpriseBundled, 35),
    (LicenseType::Kiosk, 20),
    (LicenseType::Unspecified, 20),
];

fn device(index: u32, today: Date) -> DirectoryDevice {
    let dice = &mut Dice::new(index);
    let model = Model::draw(dice);
    let status = dice.pick_weighted(&STATUSES, |(_, share)| *share).0.clone();
    let life = Life::draw(dice, model, &status, today);
    let place = place(dice, model, &status, life.deprovisioned_at);
    let deprovision_reason = match life.deprovisioned_at {
        Some(_) => reason(dice).to_owned(),
        None => String::new(),
    };

    DirectoryDevice {
        device_id: device_id(index, dice),
        serial: model.serial(index, dice),
        asset_id: asset_id(index, dice),
        org_unit: place.org_unit,
        model: model.name.to_owned(),
        user: place.user,
        location: place.location,
        notes: notes::draw(dice),
        os_version: life
            .last_sync
            .map(|at| os_version(at, model, dice))
            .unwrap_or_default(),
        license: dice.pick_weighted(&LICENSES, |(_, share)| *share).0,
        last_sync: life.last_sync,
        first_enrolled: life.first_enrolled,
        last_enrolled: life.last_enrolled,
        auto_update: model.auto_update(),
        deprovision_reason,
        deprovisioned_at: life.deprovisioned_at,
        os_type: model.os_type(life.last_sync),
        extended: extended_updates(model, life.last_sync, dice),
        status,
    }
}

/// Older models get their last years of updates only if an administrator asks for them,
/// as some do. A device that never synced has told nothing.
fn extended_updates(
    model: &Model,
    last_sync: Option<Timestamp>,
    dice: &mut Dice,
) -> ExtendedUpdates {
    let enabled = dice.chance(300);
    let eligible = model.needs_extended_updates();
    match (last_sync, eligible) {
        (None, _) => ExtendedUpdates::default(),
        (Some(_), false) => ExtendedUpdates {
            eligible: Some(false),
            ..ExtendedUpdates::default()
        },
        (Some(_), true) => ExtendedUpdates {
            eligible: Some(true),
            enabled: Some(enabled),
            start: model.auto_update().map(|day| day.plus_days(-2 * 365)),
        },
    }
}

/// When things happened to a device, in an order that can have happened.
#[derive(Default)]
struct Life {
    first_enrolled: Option<Timestamp>,
    last_enrolled: Option<Timestamp>,
    last_sync: Option<Timestamp>,
    deprovisioned_at: Option<Timestamp>,
}

impl Life {
    fn draw(dice: &mut Dice, model: &Model, status: &DeviceStatus, today: Date) -> Self {
        let never_enrolled = matches!(
            status,
            DeviceStatus::PreProvisioned | DeviceStatus::Shipped | DeviceStatus::ReturnRequested
        );
        if never_enrolled {
            return Self::default();
        }
        let now = today.start();
        // Districts buy in summer, a model for about four years.
        let summer = first_of_month(model.sold_from + dice.below(4) as i32, 6).unwrap_or(today);
        let first = moment(dice, summer, 80).min(before(dice, now, 300));
        let last = if dice.chance(250) {
            between(dice, first, now)
        } else {
            first
        };
        let synced = match status {
            DeviceStatus::Active | DeviceStatus::Delinquent => match dice.below(1000) {
                0..850 => Some(before(dice, now, 14)),
                850..930 => Some(before(dice, now, 90)),
                930..985 => Some(before(dice, now, 900)),
                _ => None,
            },
            DeviceStatus::Unknown => None,
            _ => Some(between(dice, last, now)),
        };
        let last_sync = synced.map(|at| at.max(last));
        let deprovisioned_at = (*status == DeviceStatus::Deprovisioned)
            .then(|| between(dice, last_sync.unwrap_or(last), now));
        Self {
            first_enrolled: Some(first),
            last_enrolled: Some(last),
            last_sync,
            deprovisioned_at,
        }
    }
}

/// A moment within `days` from the start of `from`.
fn moment(dice: &mut Dice, from: Date, days: u32) -> Timestamp {
    between(dice, from.start(), from.plus_days(days as i32).start())
}

/// A moment within the last `days` before `now`.
fn before(dice: &mut Dice, now: Timestamp, days: u32) -> Timestamp {
    between(dice, Timestamp(now.0 - i64::from(days) * MS_PER_DAY), now)
}

fn between(dice: &mut Dice, from: Timestamp, until: Timestamp) -> Timestamp {
    let span = (until.0 - from.0).max(1) as u64;
    Timestamp(from.0 + (dice.roll() % span) as i64)
}

fn place(dice: &mut Dice, model: &Model, status: &DeviceStatus, out: Option<Timestamp>) -> Place {
    match (status, out) {
        (_, Some(at)) => {
            let year: i32 = at.to_string()[..4].parse().unwrap_or(2025);
            places::out_of_service(dice, year)
        }
        (DeviceStatus::Active | DeviceStatus::Delinquent, _) if !dice.chance(20) => {
            places::in_use(dice, model.is_chromebox())
        }
        _ => places::set_aside(dice),
    }
}

/// Mostly what an operator can select; now and then what is only ever read.
fn reason(dice: &mut Dice) -> &'static str {
    match dice.below(100) {
        0..70 => DeprovisionReason::RetiringDevice.api_value(),
        70..82 => DeprovisionReason::SameModelReplacement.api_value(),
        82..94 => DeprovisionReason::DifferentModelReplacement.api_value(),
        94..96 => DeprovisionReason::UpgradeTransfer.api_value(),
        96..98 => "DEPROVISION_REASON_NOT_REQUIRED",
        98 => "DEPROVISION_REASON_REPAIR_CENTER",
        _ => "DEPROVISION_REASON_UNSPECIFIED",
    }
}

/// A random-looking UUID whose first eight digits are the index, shuffled, so
/// that no two are the same.
fn device_id(index: u32, dice: &mut Dice) -> String {
    let shuffled = (index ^ 0x5BD1_E995)
        .wrapping_mul(0x9E37_79B1)
        .rotate_left(13)
        .wrapping_mul(0x85EB_CA6B);
    let (high, low) = (dice.roll(), dice.roll());
    format!(
        "{shuffled:08x}-{:04x}-4{:03x}-{:04x}-{:012x}",
        high as u16,
        (high >> 16) & 0xFFF,
        0x8000 | ((high >> 32) & 0x3FFF),
        low >> 16
    )
}

/// Most districts number their labels with leading zeros; some devices have
/// none, and some labels came from elsewhere.
fn asset_id(index: u32, dice: &mut Dice) -> String {
    match dice.below(100) {
        0..6 => String::new(),
        6..70 => format!("{:07}", 10_000 + index),
        70..90 => format!("RB-{:06}", 10_000 + index),
        90..98 => format!("{:05}", dice.below(100_000)),
        _ => format!("ESSER II / {:04}", dice.below(10_000)),
    }
}

/// Chrome's milestone on the day of the last sync, or of the last update.
fn os_version(synced: Timestamp, model: &Model, dice: &mut Dice) -> String {
    /// The first day of milestone 131; a new one follows every four weeks.
    const M131: i32 = 20_039;
    let day = synced
        .date()
        .min(model.auto_update().unwrap_or(synced.date()));
    let milestone = (131 + (day.0 - M131).div_euclid(28) - dice.below(3) as i32).max(60);
    let build = (6778 + (milestone - 131) * 54).max(3_000);
    format!("{milestone}.0.{build}.{}", 40 + dice.below(200))
}
