//! The filters beside the quick search: what there is to choose from, and what is
//! chosen.

use leptos::prelude::*;

use super::dates::{Dates, Preset};
use super::facet::{Choice, Choices, Facet};
use super::filter_choices::{Extended, Flag, Reach, never_synced_text};
use super::filter_sheet::FilterSheet;
use super::org_units::OrgUnits;
use super::words;
use crate::api::devices::list_facets;
use crate::domain::action::license::LicenseType;
use crate::domain::applied_filter::{applied, with_value};
use crate::domain::date_range::DateRange;
use crate::domain::facets::{Facets, Values};
use crate::domain::filter::DeviceFilter;
use crate::domain::grid::GridView;
use crate::domain::status::DeviceStatus;
use crate::ui::components::Disclosure;
use crate::ui::derived::{computed, memo, once_ready};
use crate::ui::state::use_console;
use crate::ui::without_resource::without_resource;

const SYNC_PRESETS: &[Preset] = &[
    (words::LAST_30_DAYS, Some(-30), None),
    (words::BEFORE_30_DAYS, None, Some(-30)),
    (words::BEFORE_90_DAYS, None, Some(-90)),
    (words::BEFORE_1_YEAR, None, Some(-365)),
];

const AUTO_UPDATE_PRESETS: &[Preset] = &[
    (words::EXPIRED, None, Some(-1)),
    (words::EXPIRES_IN_180_DAYS, Some(0), Some(180)),
    (words::EXPIRES_IN_1_YEAR, Some(0), Some(365)),
];

const ENROLLED_PRESETS: &[Preset] = &[
    (words::LAST_30_DAYS, Some(-30), None),
    (words::BEFORE_3_YEARS, None, Some(-3 * 365 - 1)),
    (words::BEFORE_5_YEARS, None, Some(-5 * 365 - 1)),
];

/// The boxes of the filters.
#[component]
pub fn FilterBoxes(view: Signal<GridView>, on_filter: Callback<DeviceFilter>) -> impl IntoView {
    let console = use_console();
    let filter = memo(move || view.read().filter.clone());
    // The server writes the most frequent values. In the browser nothing is asked until a box
    // is opened; then all values are. So the page need not bring these along as data.
    let all = RwSignal::new((!cfg!(target_arch = "wasm32")).then_some(false));
    let on_open = Callback::new(move |()| all.set(Some(true)));
    let wanted = memo(move || {
        let filter = all.get().map(|all| (filter.get(), all));
        (console.inventory_version.get(), filter)
    });
    let facets = AsyncDerived::new(move || {
        let (_, wanted) = wanted.get();
        async move {
            let (filter, all) = wanted?;
            list_facets(filter, Some(all)).await.ok()
        }
    });
    let on_toggle = Callback::new(move |(name, value, on): (&str, String, bool)| {
        let changed = with_value(&filter.read_untracked(), name, &value, on)?;
        on_filter.run(changed);
        Ok(())
    });
    let href = move |change: fn(&mut DeviceFilter, DateRange)| {
        Callback::new(move |range| {
            let mut view = GridView {
                page: 1,
                ..view.get()
            };
            change(&mut view.filter, range);
            view.href()
        })
    };
    let on_range = move |change: fn(&mut DeviceFilter, DateRange)| {
        Callback::new(move |range| {
            let mut filter = filter.get_untracked();
            change(&mut filter, range);
            on_filter.run(filter);
        })
    };
    let set_sync: fn(&mut DeviceFilter, DateRange) = |filter, range| filter.last_sync = range;
    let set_auto_update: fn(&mut DeviceFilter, DateRange) =
        |filter, range| filter.auto_update = range;
    let set_enrolled: fn(&mut DeviceFilter, DateRange) = |filter, range| filter.enrolled = range;

    // The resource is read only here, within what waits for it.
    let choices = move |pick: fn(&Facets) -> &Values, choice: fn(&str) -> Choice| {
        once_ready(move || {
            facets.with(|facets| match facets {
                Some(Some(facets)) => {
                    let Values { listed, total } = pick(facets);
                    Choices {
                        known: listed.iter().map(|it| choice(&it.value)).collect(),
                        counts: listed.iter().map(|it| it.count).collect(),
                        total: *total,
                        is_loaded: true,
                    }
                }
                _ => Choices::default(),
            })
        })
    };

    let count = move |pick: fn(&Facets) -> u64| {
        once_ready(move || facets.with(|facets| facets.as_ref()?.as_ref().map(pick)))
    };

    let more = computed(move || {
        let rarer = DeviceFilter {
            search: String::new(),
            statuses: Vec::new(),
            org_units: Vec::new(),
            models: Vec::new(),
            list: String::new(),
            ..filter.get()
        };
        match applied(&rarer).len() {
            0 => words::MORE_FILTERS.to_owned(),
            used => words::box_used(words::MORE_FILTERS, used),
        }
    });

    let sheet = move || {
        let org_units = choices(|facets| &facets.org_units, plain);
        let chosen_org_units = once_ready(move || filter.read().org_units.clone());
        view! {
            <FilterSheet filter>
                <Facet
                    label=words::STATUS
                    name="status"
                    choices=choices(|facets| &facets.statuses, status)
                    chosen=once_ready(move || {
                        filter.read().statuses.iter().map(|it| it.as_str().to_owned()).collect()
                    })
                    on_toggle
                    on_open
                />
                {if cfg!(target_arch = "wasm32") {
                    view! {
                        <OrgUnits choices=org_units chosen=chosen_org_units on_toggle on_open>
                            <Reach filter on_filter />
                        </OrgUnits>
                    }
                        .into_any()
                } else {
                    // A tree needs the script.
                    view! {
                        <Facet
                            label=words::ORG_UNITS
                            name="ou"
                            choices=org_units
                            chosen=chosen_org_units
                            on_toggle
                            on_open
                        >
                            <Reach filter on_filter />
                        </Facet>
                    }
                        .into_any()
                }}
                <Facet
                    label=words::MODEL
                    name="model"
                    choices=choices(|facets| &facets.models, plain)
                    chosen=once_ready(move || filter.read().models.clone())
                    on_toggle
                    on_open
                />
                <Disclosure label=more on_open>
                    <Facet
                        label=words::OS_VERSION
                        name="os"
                        choices=choices(|facets| &facets.os_versions, plain)
                        chosen=once_ready(move || filter.read().os_versions.clone())
                        on_toggle
                        on_open
                    />
                    <Facet
                        label=words::LICENSE
                        name="license"
                        choices=choices(|facets| &facets.licenses, license)
                        chosen=once_ready(move || {
                            filter.read().licenses.iter().map(|it| it.as_str().to_owned()).collect()
                        })
                        on_toggle
                        on_open
                    />
                    <Dates
                        label=words::LAST_SYNC
                        name="sync"
                        range=once_ready(move || filter.read().last_sync)
                        presets=SYNC_PRESETS
                        also=once_ready(move || filter.read().never_synced)
                        on_open
                        on_range=on_range(set_sync)
                        href=href(set_sync)
                        ago=true
                    >
                        <Flag
                            filter
                            on_filter
                            name="sync"
                            value="never"
                            text=never_synced_text
                            part=|filter| &mut filter.never_synced
                            count=count(|facets| facets.never_synced)
                        />
                    </Dates>
                    <Dates
                        label=words::AUE
                        name="aue"
                        range=once_ready(move || filter.read().auto_update)
                        presets=AUTO_UPDATE_PRESETS
                        also=once_ready(move || !filter.read().extended.is_empty())
                        on_open
                        on_range=on_range(set_auto_update)
                        href=href(set_auto_update)
                    >
                        <Extended filter on_filter />
                    </Dates>
                    <Dates
                        label=words::ENROLLMENT
                        name="enrolled"
                        range=once_ready(move || filter.read().enrolled)
                        presets=ENROLLED_PRESETS
                        also=false
                        on_open
                        on_range=on_range(set_enrolled)
                        href=href(set_enrolled)
                    />
                    <div class="filters__flag">
                        <Flag
                            filter
                            on_filter
                            name="in_job"
                            value="yes"
                            text=|_| words::IN_JOB
                            part=|filter| &mut filter.in_job
                            count=count(|facets| facets.in_job)
                        />
                    </div>
                </Disclosure>
            </FilterSheet>
        }
    };
    // In the browser the boxes stay while their values change. The server writes them once.
    let boxes = match cfg!(target_arch = "wasm32") {
        true => sheet().into_any(),
        false => (move || {
            facets
                .with(Option::is_some)
                .then(|| without_resource(sheet()))
        })
        .into_any(),
    };

    view! { <Transition>{boxes}</Transition> }
}

fn plain(word: &str) -> Choice {
    (word.to_owned(), word.to_owned())
}

fn status(word: &str) -> Choice {
    let text = match DeviceStatus::from(word) {
        DeviceStatus::Active => words::STATUS_ACTIVE.to_owned(),
        status => status.label().to_owned(),
    };
    (word.to_owned(), text)
}

fn license(word: &str) -> Choice {
    let license = LicenseType::from(word.to_owned());
    (word.to_owned(), license.label().to_owned())
}
