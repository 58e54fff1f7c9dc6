//! Ticking rows: one by one, and as ranges.

use leptos::ev;
use leptos::prelude::*;

use super::listing::Shown;
use super::words;
use crate::domain::device::DeviceId;
use crate::domain::ticking::Anchor;
use crate::ui::browser::{self, AtEnd};
use crate::ui::state::{Console, use_console};

/// Listens for all rows: their checkboxes are plain ones.
#[derive(Clone, Copy)]
pub struct Ticks {
    console: Console,
    shown: Shown,
    anchor: StoredValue<Anchor>,
    /// A click that Space makes does not say whether Shift was held.
    shift_space: StoredValue<bool>,
}

impl Ticks {
    pub fn new(shown: Shown) -> Self {
        let console = use_console();
        Effect::new(move |_| {
            let selection = console.selection.read();
            let is_ticked = |id| selection.contains(DeviceId(id));
            browser::show_ticks(is_ticked, console.hydrated.get());
        });
        Self {
            console,
            shown,
            anchor: StoredValue::default(),
            shift_space: StoredValue::default(),
        }
    }

    pub fn on_click(self, event: &ev::MouseEvent) {
        let Some(row) = browser::row_of_checkbox(event) else {
            return;
        };
        let by_key = event.detail() == 0 && self.shift_space.get_value();
        self.shift_space.set_value(false);
        self.toggle(DeviceId(row), event.shift_key() || by_key);
    }

    pub fn on_key(self, event: &ev::KeyboardEvent) {
        let console = self.console;
        let row = browser::row_of_checkbox(event);
        match (event.key().as_str(), row) {
            (" ", Some(_)) => self.shift_space.set_value(event.shift_key()),
            ("x" | "X", Some(row))
                if console.shortcuts.get_untracked() && browser::is_plain_key(event) =>
            {
                self.toggle(DeviceId(row), event.shift_key());
            }
            ("a", _) if (event.ctrl_key() || event.meta_key()) && browser::is_in_rows(event) => {
                event.prevent_default();
                console.select(words::HOW_INDIVIDUALLY, |selection| {
                    let ids = self.shown.ids.read_untracked();
                    ids.iter().for_each(|id| selection.set(*id, true));
                });
            }
            _ => {}
        }
        browser::move_focus(event, "tbody input[type=checkbox]", AtEnd::Stay);
    }

    /// With Shift: everything since the last one.
    fn toggle(self, id: DeviceId, range: bool) {
        let view = self.shown.view.read_untracked();
        let rows = if range {
            let ids = self.shown.ids.read_untracked();
            self.anchor.with_value(|it| it.rows_to(&view, &ids, id))
        } else {
            vec![id]
        };
        let selected = !self.console.selection.read_untracked().contains(id);
        self.console.select(words::HOW_INDIVIDUALLY, |selection| {
            rows.iter().for_each(|id| selection.set(*id, selected));
        });
        self.anchor.update_value(|anchor| anchor.set(&view, id));
    }
}
