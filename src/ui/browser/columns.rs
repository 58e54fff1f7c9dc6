//! The width of the grid's columns, where the operator has changed it: a stylesheet of its
//! own, as the content security policy allows no style in the markup.

use std::cell::RefCell;
use std::rc::Rc;

use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, HtmlElement, MouseEvent};

use super::{document, js};

/// So near to the end of a heading the pointer takes hold of the column, in pixels.
const REACH: i32 = 6;

/// The widths of the columns whose cells have these classes, in pixels.
type Widths = Vec<(String, u16)>;

thread_local! {
    static WIDTHS: RefCell<Widths> = const { RefCell::new(Vec::new()) };
    /// The stylesheet that has them.
    static SHEET: RefCell<Option<JsValue>> = const { RefCell::new(None) };
}

/// Sets the widths of these columns; the others get their usual ones.
pub fn set_column_widths(widths: Widths) {
    write(&widths);
    WIDTHS.set(widths);
}

/// Shows one column in another width, and the others as they are.
fn show_width(class: &str, width: u16) {
    let mut widths = WIDTHS.with_borrow(Clone::clone);
    widths.retain(|(known, _)| known != class);
    widths.push((class.to_owned(), width));
    write(&widths);
}

fn write(widths: &[(String, u16)]) {
    let Some(document) = document() else { return };
    let rule = |(class, width): &(String, u16)| {
        format!(".grid tr>.{class}{{flex:none!important;inline-size:{width}px!important}}")
    };
    let text: String = widths.iter().map(rule).collect();
    // On a phone the columns are not beside each other.
    let text = format!("@media screen and (width>=640px){{{text}}}");
    SHEET.with_borrow_mut(|sheet| {
        if sheet.is_none() {
            *sheet = js::make("CSSStyleSheet", &[]);
            if let Some(sheet) = sheet {
                js::set(&document, "adoptedStyleSheets", &js_sys::Array::of1(sheet));
            }
        }
        if let Some(sheet) = sheet {
            js::call(sheet, "replaceSync", &[text.into()]);
        }
    });
}

/// The heading whose end is at the pointer.
fn heading_at(event: &MouseEvent) -> Option<HtmlElement> {
    let target = event.target()?.dyn_into::<Element>().ok()?;
    let heading = target.closest(".grid thead th[class^=col-]").ok()??;
    let end = heading.get_bounding_client_rect().right() as i32;
    (end - event.client_x() <= REACH)
        .then(|| heading.dyn_into().ok())
        .flatten()
}

/// A column that is dragged.
struct Drag {
    heading: HtmlElement,
    from: i32,
    width: i32,
}

/// A listener of the document, for an event.
type Listener = (&'static str, Closure<dyn FnMut(MouseEvent)>);

/// Dropped, the columns can no longer be dragged.
pub struct ColumnDrag([Listener; 4]);

/// Lets the pointer drag the ends of the headings, to widths that fit. Says the class of
/// the column and its new width when it is let go.
pub fn on_column_drag(
    fits: fn(&str, u16) -> u16,
    done: impl Fn(String, u16) + 'static,
) -> Option<ColumnDrag> {
    let document = document()?;
    let drag = Rc::new(RefCell::new(None::<Drag>));

    let held = drag.clone();
    let press = move |event: MouseEvent| {
        if event.button() != 0 {
            return;
        }
        if let Some(heading) = heading_at(&event) {
            // Neither the heading's link nor a selection of text begins here.
            event.prevent_default();
            let width = heading.offset_width();
            *held.borrow_mut() = Some(Drag {
                heading,
                from: event.client_x(),
                width,
            });
        }
    };
    let held = drag.clone();
    let follow = move |event: MouseEvent| {
        if let Some(drag) = held.borrow().as_ref() {
            let name = drag.heading.class_name();
            show_width(&name, fits(&name, drag.width_at(&event)));
        }
    };
    let held = drag.clone();
    let release = move |event: MouseEvent| {
        if let Some(drag) = held.borrow_mut().take() {
            let name = drag.heading.class_name();
            let width = fits(&name, drag.width_at(&event));
            if i32::from(width) != drag.width {
                done(name, width);
            }
        }
    };
    // The end of a heading is no link: pressing it does not sort.
    let click = |event: MouseEvent| {
        if heading_at(&event).is_some() {
            event.prevent_default();
            event.stop_propagation();
        }
    };
    let listeners: [Listener; 4] = [
        ("mousedown", Closure::new(press)),
        ("mousemove", Closure::new(follow)),
        ("mouseup", Closure::new(release)),
        ("click", Closure::new(click)),
    ];
    for (event, listener) in &listeners {
        let listener = listener.as_ref().unchecked_ref();
        let _ = document.add_event_listener_with_callback_and_bool(event, listener, true);
    }
    Some(ColumnDrag(listeners))
}

impl Drag {
    fn width_at(&self, event: &MouseEvent) -> u16 {
        let width = self.width + event.client_x() - self.from;
        width.clamp(0, i32::from(u16::MAX)) as u16
    }
}

impl Drop for ColumnDrag {
    fn drop(&mut self) {
        let Some(document) = document() else { return };
        for (event, listener) in &self.0 {
            let listener = listener.as_ref().unchecked_ref();
            let _ = document.remove_event_listener_with_callback_and_bool(event, listener, true);
        }
    }
}
