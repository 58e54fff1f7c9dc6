//! A device as a row of the grid.

use super::cell::cell;
use super::words;
use crate::domain::device::Device;
use crate::domain::field::Field;
use crate::domain::visible::shown;
use crate::ui::static_element::StaticElement;

/// A device as a row: what it is called, how it stands, where it belongs. The whole cell of the
/// checkbox is its label.
pub fn row(device: &Device, fields: &[Field]) -> StaticElement {
    let name = shown(device.directory.name());
    let checkbox = StaticElement::new("input")
        .with("type", "checkbox")
        .with("value", device.id.0.to_string())
        .with("aria-label", words::select(&name))
        .with("disabled", "");
    let tick = StaticElement::new("td").with("class", "grid__tick");
    let link = StaticElement::new("a")
        .with("href", format!("/devices/{}", device.directory.device_id))
        .text(name);
    let serial = StaticElement::new("th")
        .with("scope", "row")
        .with("class", "col-serial");
    let row = StaticElement::new("tr")
        .with("class", "grid__row")
        .child(tick.child(StaticElement::new("label").child(checkbox)))
        .child(serial.child(link));
    let cells = fields.iter().map(|field| cell(*field, device));
    cells.fold(row, StaticElement::child)
}
