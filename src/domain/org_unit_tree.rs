//! Org units as a tree with counts, from the list of those that have devices.

use std::collections::BTreeMap;

use super::org_unit::{is_below, name};

/// An org unit of the tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// The full path.
    pub path: String,
    /// 0 for the root.
    pub depth: usize,
    /// Devices in it and in all below it.
    pub devices: u64,
    pub is_parent: bool,
}

impl Node {
    /// The last part of the path.
    pub fn name(&self) -> &str {
        name(&self.path)
    }
}

/// The parts of a path, which order a tree: `/A B` does not come between `/A` and `/A/C`.
fn parts(path: &str) -> Vec<&str> {
    path.split('/').filter(|part| !part.is_empty()).collect()
}

/// The org units with all above them, each before those below it.
pub fn tree<'a>(units: impl IntoIterator<Item = (&'a str, u64)>) -> Vec<Node> {
    let mut nodes: BTreeMap<Vec<&str>, u64> = BTreeMap::new();
    for (path, devices) in units {
        let parts = parts(path);
        for depth in 0..=parts.len() {
            *nodes.entry(parts[..depth].to_vec()).or_default() += devices;
        }
    }
    let mut tree: Vec<Node> = nodes
        .iter()
        .map(|(parts, devices)| Node {
            path: format!("/{}", parts.join("/")),
            depth: parts.len(),
            devices: *devices,
            is_parent: false,
        })
        .collect();
    for at in 1..tree.len() {
        tree[at - 1].is_parent = tree[at - 1].depth < tree[at].depth;
    }
    tree
}

/// Those of the tree that show: all whose parents are open, or, while something is sought,
/// all whose path holds it. `sought` is in lower case.
pub fn visible<'a>(
    tree: &'a [Node],
    is_open: impl Fn(&Node) -> bool,
    sought: &str,
    lower_case: impl Fn(&str) -> String,
) -> Vec<&'a Node> {
    if !sought.is_empty() {
        let fits = |node: &&Node| lower_case(&node.path).contains(sought);
        return tree.iter().filter(fits).collect();
    }
    let mut closed: Option<&Node> = None;
    let mut shown = Vec::new();
    for node in tree {
        if closed.is_some_and(|closed| is_below(&node.path, &closed.path)) {
            continue;
        }
        closed = (!is_open(node)).then_some(node);
        shown.push(node);
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(nodes: &[&Node]) -> Vec<String> {
        nodes.iter().map(|node| node.path.clone()).collect()
    }

    #[test]
    fn a_unit_counts_all_below_it_and_comes_before_them() {
        let tree = tree([("/A/B", 2), ("/A B", 1), ("/A", 3), ("/", 4), ("/A/C/D", 5)]);
        let counted: Vec<_> = tree
            .iter()
            .map(|it| (it.path.as_str(), it.depth, it.devices, it.is_parent))
            .collect();
        assert_eq!(
            counted,
            [
                ("/", 0, 15, true),
                ("/A", 1, 10, true),
                ("/A/B", 2, 2, false),
                ("/A/C", 2, 5, true),
                ("/A/C/D", 3, 5, false),
                ("/A B", 1, 1, false),
            ]
        );
        assert_eq!(tree[3].name(), "C");
    }

    #[test]
    fn what_is_closed_hides_all_below_it_and_a_search_opens_everything() {
        let tree = tree([("/A/C/D", 1), ("/B/E", 1)]);
        let lower = |text: &str| text.to_lowercase();
        let shown = |paths_open: &[&str], sought| {
            let is_open = |node: &Node| paths_open.contains(&node.path.as_str());
            paths(&visible(&tree, is_open, sought, lower))
        };
        assert_eq!(shown(&[], ""), ["/"]);
        assert_eq!(shown(&["/"], ""), ["/", "/A", "/B"]);
        assert_eq!(shown(&["/", "/A/C"], ""), ["/", "/A", "/B"]);
        assert_eq!(shown(&["/", "/A"], ""), ["/", "/A", "/A/C", "/B"]);
        assert_eq!(shown(&[], "c/d"), ["/A/C/D"]);
    }
}
