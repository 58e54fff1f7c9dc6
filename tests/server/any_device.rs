//! Any devices and any filters, in a world so small that they meet often.

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, FileFailurePersistence, RngSeed, TestRunner};
use sunset::domain::action::license::LicenseType;
use sunset::domain::chrome_os::{ExtendedState, ExtendedUpdates};
use sunset::domain::date_range::{DateBound, DateRange};
use sunset::domain::device::{DeviceId, DirectoryDevice};
use sunset::domain::filter::DeviceFilter;
use sunset::domain::selection::Selection;
use sunset::domain::status::DeviceStatus;
use sunset::domain::time::{Date, Timestamp};

use crate::support::device;

pub fn any_device() -> impl Strategy<Value = DirectoryDevice> {
    let text = || prop::sample::select(vec!["", "a", "A%b", "x_y", "50\\", "ÄRGER", "Ängste", "'"]);
    let org_unit = prop::sample::select(vec!["/", "/A", "/A/B", "/A/B/C", "/AB", "/A-1", "/Ä"]);
    let status = prop::sample::select(vec!["ACTIVE", "DISABLED", "DEPROVISIONED", "ODD_ONE"]);
    let model = prop::sample::select(vec!["M1", "M2", "m1"]);
    let license = prop::sample::select(LicenseType::ALL.to_vec());
    let sync = prop::option::of(19_990i64..20_010);
    let update = prop::option::of(20_000i32..20_020);
    let versions = vec!["", "12.1", "120.0.1", "120.0.10", "120", "120-beta.2"];
    let version = prop::sample::select(versions);
    let enrolled = prop::option::of(19_990i64..20_010);
    let flags = any::<(Option<bool>, Option<bool>)>();
    // Any time of the day.
    let instant = |day: i64| Timestamp(day * 86_400_000 + day * 4_000_000 % 86_400_000);
    (
        text(),
        text(),
        org_unit,
        status,
        model,
        license,
        (sync, update, enrolled, flags),
        version,
    )
        .prop_map(
            move |(notes, user, org_unit, status, model, license, dates, version)| {
                DirectoryDevice {
                    notes: notes.to_owned(),
                    user: user.to_owned(),
                    org_unit: org_unit.to_owned(),
                    status: DeviceStatus::from(status),
                    model: model.to_owned(),
                    license,
                    os_version: version.to_owned(),
                    last_sync: dates.0.map(instant),
                    auto_update: dates.1.map(Date),
                    last_enrolled: dates.2.map(instant),
                    extended: ExtendedUpdates {
                        eligible: dates.3.0,
                        enabled: dates.3.1,
                        start: None,
                    },
                    ..device(0)
                }
            },
        )
}

pub fn any_filter() -> impl Strategy<Value = DeviceFilter> {
    let search = prop::sample::select(vec!["", "", "a", "%", "_", "\\", "ä", "sn00000", "'", "m1"]);
    let some =
        |values: Vec<&'static str>| prop::collection::vec(prop::sample::select(values), 0..3);
    let bound = || {
        prop::option::of(prop_oneof![
            (19_990i32..20_015).prop_map(|day| DateBound::On(Date(day))),
            (-10i32..10).prop_map(DateBound::FromToday),
        ])
    };
    let range = move || (bound(), bound()).prop_map(|(from, to)| DateRange { from, to });
    (
        search,
        some(vec!["ACTIVE", "DISABLED", "ODD_ONE", "UNKNOWN"]),
        some(vec!["/", "/A", "/A/B", "/AB", "/nowhere"]),
        any::<bool>(),
        some(vec!["M1", "m1"]),
        prop::collection::vec(prop::sample::select(LicenseType::ALL.to_vec()), 0..2),
        (
            range(),
            prop::bool::weighted(0.1),
            range(),
            range(),
            prop::bool::weighted(0.1),
            prop::collection::vec(prop::sample::select(ExtendedState::ALL.to_vec()), 0..2),
            any_list(),
        ),
        some(vec!["12", "120", "120.0", "120.0.1", "1"]),
    )
        .prop_map(
            |(search, statuses, org_units, only, models, licenses, dates, versions)| DeviceFilter {
                search: search.to_owned(),
                statuses: statuses.into_iter().map(DeviceStatus::from).collect(),
                org_units: org_units.into_iter().map(str::to_owned).collect(),
                org_units_only: only,
                models: models.into_iter().map(str::to_owned).collect(),
                os_versions: versions.into_iter().map(str::to_owned).collect(),
                licenses,
                last_sync: dates.0,
                never_synced: dates.1,
                auto_update: dates.2,
                enrolled: dates.3,
                in_job: dates.4,
                extended: dates.5,
                list: dates.6,
            },
        )
}

/// No list in most cases, else some of the first devices, and some that never were.
fn any_list() -> impl Strategy<Value = String> {
    let listed = prop::collection::vec(0u32..400, 1..80).prop_map(|ids| {
        let listed: Selection = ids.into_iter().map(DeviceId).collect();
        listed.to_address()
    });
    prop_oneof![4 => Just(String::new()), 1 => listed]
}

/// So many devices, the same each time.
pub fn world(size: usize) -> impl Iterator<Item = DirectoryDevice> {
    let mut runner = TestRunner::deterministic();
    (0..size).map(move |_| any_device().new_tree(&mut runner).unwrap().current())
}

/// Runs so many cases, the same each time: `PROPTEST_RNG_SEED` has others made. A seed
/// that failed is kept beside this file and tried first from then on.
pub fn seeded_runner(cases: u32) -> TestRunner {
    const FAILED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/server/any_device.seeds");
    let message = std::env::var("PROPTEST_RNG_SEED").ok();
    let seed = message.and_then(|seed| seed.parse().ok()).unwrap_or(1);
    TestRunner::new(Config {
        cases,
        rng_seed: RngSeed::Fixed(seed),
        failure_persistence: Some(Box::new(FileFailurePersistence::Direct(FAILED))),
        ..Config::default()
    })
}

pub fn numbered(devices: impl IntoIterator<Item = DirectoryDevice>) -> Vec<DirectoryDevice> {
    let number = |(n, it): (usize, DirectoryDevice)| {
        let plain = device(n as u32);
        DirectoryDevice {
            device_id: plain.device_id,
            serial: plain.serial,
            asset_id: plain.asset_id,
            ..it
        }
    };
    devices.into_iter().enumerate().map(number).collect()
}
