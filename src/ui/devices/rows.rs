//! The rows of a page.
//!
//! The rows are one node to the framework, which the server writes in one go: as components of
//! their own they took a third of what a page takes. A row belongs to a device as long as it is
//! on the page: when the device changes, its cells do, and the focus and the checkbox stay where
//! they are.

use std::collections::HashMap;

use leptos::attr::Attribute;
use leptos::attr::any_attribute::AnyAttribute;
use leptos::prelude::{GetUntracked, ReadUntracked};
use leptos::tachys::hydration::Cursor;
use leptos::tachys::renderer::types::{Element, Node};
use leptos::tachys::renderer::{CastFrom, Rndr};
use leptos::tachys::view::add_attr::AddAnyAttr;
use leptos::tachys::view::{Mountable, Position, PositionState, Render, RenderFlags, RenderHtml};

use super::row::row;
use crate::domain::device::{Device, DeviceId};
use crate::domain::field::Field;
use crate::ui::browser;
use crate::ui::keyboard::ROWS_ID;
use crate::ui::state::Console;
use crate::ui::static_element::StaticElement;

/// The body of the table.
pub struct Rows {
    /// What the browser makes and changes rows of.
    rows: Vec<(DeviceId, StaticElement)>,
    /// What the server sends: each row is written before the next is made.
    html: String,
    console: Console,
}

/// What is on the page.
pub struct RowsState {
    body: Element,
    rows: HashMap<DeviceId, (StaticElement, Element)>,
}

impl Rows {
    /// One row for each device, with these columns after the serial number.
    pub fn new(devices: &[Device], fields: &[Field], console: Console) -> Self {
        let mut all = Self {
            rows: Vec::new(),
            html: String::new(),
            console,
        };
        for device in devices {
            let row = row(device, fields);
            match cfg!(target_arch = "wasm32") {
                true => all.rows.push((device.id, row)),
                false => row.write(&mut all.html),
            }
        }
        all
    }

    fn body() -> StaticElement {
        StaticElement::new("tbody").with("id", ROWS_ID)
    }

    /// The checkboxes as the selection is now.
    fn show_ticks(console: Console, body: &Element) {
        let selection = console.selection.read_untracked();
        let is_ticked = |id| selection.contains(DeviceId(id));
        browser::show_ticks_within(body, is_ticked, console.hydrated.get_untracked());
    }
}

impl Render for Rows {
    type State = RowsState;

    fn build(self) -> RowsState {
        let mut state = RowsState {
            body: Self::body().create(),
            rows: HashMap::new(),
        };
        self.rebuild(&mut state);
        state
    }

    fn rebuild(self, state: &mut RowsState) {
        let RowsState { body, rows } = state;
        let mut before = std::mem::take(rows);
        let mut order = Vec::new();
        for (id, row) in self.rows {
            let node = match before.remove(&id) {
                Some((was, node)) => {
                    row.replace_children(&was, &node);
                    node
                }
                None => row.create(),
            };
            order.push(node.clone());
            rows.insert(id, (row, node));
        }
        for (_, node) in before.into_values() {
            Rndr::remove(&node);
        }
        browser::keep_focus(|| {
            let mut place = Rndr::first_child(body);
            for node in order {
                let node: Node = node.into();
                match place {
                    Some(here) if here == node => place = Rndr::next_sibling(&here),
                    here => {
                        Rndr::insert_node(body, &node, here.as_ref());
                        place = here;
                    }
                }
            }
        });
        Self::show_ticks(self.console, body);
    }
}

impl Mountable for RowsState {
    fn unmount(&mut self) {
        self.body.unmount();
    }

    fn mount(&mut self, parent: &Element, marker: Option<&Node>) {
        self.body.mount(parent, marker);
    }

    fn insert_before_this(&self, child: &mut dyn Mountable) -> bool {
        self.body.insert_before_this(child)
    }

    fn elements(&self) -> Vec<Element> {
        self.body.elements()
    }
}

/// They have the attributes that they are made with, and no others.
impl AddAnyAttr for Rows {
    type Output<NewAttr: Attribute> = Self;

    fn add_any_attr<NewAttr: Attribute>(self, _: NewAttr) -> Self {
        self
    }
}

impl RenderHtml for Rows {
    type AsyncOutput = Self;
    type Owned = Self;

    const MIN_LENGTH: usize = 0;

    fn dry_resolve(&mut self) {}

    async fn resolve(self) -> Self {
        self
    }

    fn to_html_with_buf(
        self,
        buf: &mut String,
        position: &mut Position,
        _: RenderFlags,
        _: Vec<AnyAttribute>,
    ) {
        Self::body().write_around(buf, &self.html);
        *position = Position::NextChild;
    }

    fn hydrate<const FROM_SERVER: bool>(
        self,
        cursor: &Cursor,
        position: &PositionState,
    ) -> RowsState {
        let body = Self::body().take(cursor, position);
        let mut rows = HashMap::new();
        let mut place = Rndr::first_child(&body);
        for (id, row) in self.rows {
            let here = place.take();
            place = here.as_ref().and_then(Rndr::next_sibling);
            // Where the server wrote fewer rows, the page is of another version.
            let node = here.and_then(Element::cast_from);
            let node = node.unwrap_or_else(|| row.create());
            rows.insert(id, (row, node));
        }
        Self::show_ticks(self.console, &body);
        RowsState { body, rows }
    }

    fn into_owned(self) -> Self {
        self
    }
}
