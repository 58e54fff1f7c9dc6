//! Pages: which ones the pager links to, and what the footer says of this one.

use super::grid::{GridView, page_count};
use super::number::grouped;

/// The pages that get a link: the first, the last, the present one and those
/// beside it. `None` is a gap; a gap of a single page is that page instead.
pub fn page_links(page: u32, count: u32) -> Vec<Option<u32>> {
    let near = [
        1,
        page.saturating_sub(1),
        page,
        page.saturating_add(1),
        count,
    ];
    let mut shown: Vec<u32> = near
        .into_iter()
        .filter(|near| (1..=count).contains(near))
        .collect();
    shown.sort_unstable();
    shown.dedup();

    let mut links = Vec::new();
    let mut before = 0;
    for next in shown {
        match next - before {
            2 => links.push(Some(next - 1)),
            3.. => links.push(None),
            _ => {}
        }
        links.push(Some(next));
        before = next;
    }
    links
}

/// `51–100 of 4,812`, or `0 of 0`.
pub fn range_text(view: &GridView, total: u64) -> String {
    let first = view.offset() + 1;
    let last = (view.offset() + u64::from(view.size)).min(total);
    if last < first {
        return format!("0 of {}", grouped(total));
    }
    format!("{}–{} of {}", grouped(first), grouped(last), grouped(total))
}

/// Whether the view asks for a page that does not exist.
pub fn is_out_of_range(view: &GridView, total: u64) -> bool {
    page_count(total, view.size) < view.page
}

/// The page on which the rows of `view` begin when pages are `size` long, so that
/// another size keeps what was in sight.
pub fn resized(view: &GridView, size: u32) -> GridView {
    let page = (view.offset() / u64::from(size)) as u32 + 1;
    GridView {
        page,
        size,
        ..view.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ends_and_the_neighbours_have_links() {
        let text = |page, count| {
            let name = |link: Option<u32>| link.map_or("…".to_owned(), |page| page.to_string());
            page_links(page, count)
                .into_iter()
                .map(name)
                .collect::<Vec<_>>()
                .join(" ")
        };
        assert_eq!(text(1, 1), "1");
        assert_eq!(text(2, 3), "1 2 3");
        assert_eq!(text(1, 97), "1 2 … 97");
        assert_eq!(text(4, 97), "1 2 3 4 5 … 97");
        assert_eq!(text(50, 97), "1 … 49 50 51 … 97");
        assert_eq!(text(97, 97), "1 … 96 97");
    }

    #[test]
    fn the_range_names_first_last_and_total() {
        let view = GridView::default();
        assert_eq!(range_text(&view, 4812), "1–50 of 4,812");
        assert_eq!(range_text(&view.at_page(97), 4812), "4,801–4,812 of 4,812");
        assert_eq!(range_text(&view, 0), "0 of 0");
        assert_eq!(range_text(&view.at_page(99), 4812), "0 of 4,812");
    }

    #[test]
    fn another_size_keeps_the_first_row_in_sight() {
        let view = GridView::default().at_page(5);
        assert_eq!(resized(&view, 200).page, 2);
        assert_eq!(resized(&view, 25).page, 9);
    }
}
