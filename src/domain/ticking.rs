//! Ticking rows of a page: what the header's checkbox shows and does, and the
//! range from the last toggled row to this one.

use super::device::DeviceId;
use super::grid::GridView;
use super::selection::Selection;

/// How much of the page in view is selected. It is what the header's checkbox
/// shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PageTicks {
    #[default]
    None,
    Some,
    All,
}

impl PageTicks {
    /// A page without rows is not selected.
    pub fn of(selection: &Selection, rows: &[DeviceId]) -> Self {
        match selection.count_among(rows) {
            0 => Self::None,
            count if count == rows.len() => Self::All,
            _ => Self::Some,
        }
    }
}

/// The header's checkbox was used: a page that is fully selected is taken out of
/// the selection, any other one is completed.
pub fn toggle_page(selection: &mut Selection, rows: &[DeviceId]) {
    let page: Selection = rows.iter().copied().collect();
    match PageTicks::of(selection, rows) {
        PageTicks::All => selection.remove_all(&page),
        PageTicks::None | PageTicks::Some => selection.add_all(&page),
    }
}

/// The row toggled last, where a range begins. It holds only for the view in
/// which it was toggled: on another page, in another order or under another
/// filter, "between" would mean rows the operator never saw in a row.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Anchor(Option<(GridView, DeviceId)>);

impl Anchor {
    pub fn set(&mut self, view: &GridView, row: DeviceId) {
        self.0 = Some((view.clone(), row));
    }

    /// The rows from the anchor to this one, both included, in page order. Without
    /// an anchor in this view it is this row alone.
    pub fn rows_to(&self, view: &GridView, rows: &[DeviceId], row: DeviceId) -> Vec<DeviceId> {
        let place = |id: DeviceId| rows.iter().position(|known| *known == id);
        let anchor = self.0.as_ref().filter(|(known, _)| known == view);
        match (anchor.and_then(|(_, id)| place(*id)), place(row)) {
            (Some(from), Some(to)) => rows[from.min(to)..=from.max(to)].to_vec(),
            _ => vec![row],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(ids: &[u32]) -> Vec<DeviceId> {
        ids.iter().copied().map(DeviceId).collect()
    }

    fn selected(of: &[u32]) -> Selection {
        ids(of).into_iter().collect()
    }

    #[test]
    fn a_page_without_rows_is_not_selected() {
        assert_eq!(PageTicks::of(&selected(&[1]), &[]), PageTicks::None);
    }

    #[test]
    fn a_mixed_page_is_completed_and_a_full_one_emptied() {
        let rows = ids(&[4, 9, 2]);
        let mut selection = selected(&[9, 77]);
        assert_eq!(PageTicks::of(&selection, &rows), PageTicks::Some);

        toggle_page(&mut selection, &rows);
        assert_eq!(selection, selected(&[2, 4, 9, 77]));
        assert_eq!(PageTicks::of(&selection, &rows), PageTicks::All);

        toggle_page(&mut selection, &rows);
        assert_eq!(selection, selected(&[77]));
    }

    #[test]
    fn a_range_runs_either_way_in_page_order() {
        let (view, rows) = (GridView::default(), ids(&[30, 10, 50, 20, 40]));
        let mut anchor = Anchor::default();
        anchor.set(&view, DeviceId(20));
        assert_eq!(
            anchor.rows_to(&view, &rows, DeviceId(10)),
            ids(&[10, 50, 20])
        );
        assert_eq!(anchor.rows_to(&view, &rows, DeviceId(40)), ids(&[20, 40]));
        assert_eq!(anchor.rows_to(&view, &rows, DeviceId(20)), ids(&[20]));
    }

    #[test]
    fn an_anchor_is_forgotten_with_its_view() {
        let rows = ids(&[1, 2, 3]);
        let mut anchor = Anchor::default();
        assert_eq!(
            anchor.rows_to(&GridView::default(), &rows, DeviceId(3)),
            ids(&[3])
        );

        anchor.set(&GridView::default(), DeviceId(1));
        let next = GridView::default().at_page(2);
        assert_eq!(anchor.rows_to(&next, &rows, DeviceId(3)), ids(&[3]));
        assert_eq!(
            anchor.rows_to(&GridView::default(), &ids(&[2, 3]), DeviceId(3)),
            ids(&[3])
        );
    }
}
