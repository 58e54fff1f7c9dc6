//! Org-unit paths: `/District/School/Carts`.

/// Whether `path` lies below `parent`, at any depth. The root holds everything.
pub fn is_below(path: &str, parent: &str) -> bool {
    if parent == "/" {
        return path != "/";
    }
    path.strip_prefix(parent)
        .is_some_and(|rest| rest.starts_with('/'))
}

/// The path as the directory writes it: `/Students/` is `/Students`.
pub fn without_slash_at_end(path: &str) -> &str {
    match path.trim_end_matches(|c: char| c == '/' || c.is_whitespace()) {
        "" if path.starts_with('/') => "/",
        trimmed => trimmed,
    }
}

/// How deep a path lies: 0 for the root and for what is directly below it.
pub fn depth(path: &str) -> usize {
    path.trim_matches('/').matches('/').count()
}

/// The last part of the path, or `/` for the root.
pub fn name(path: &str) -> &str {
    match path.rsplit('/').next() {
        Some(name) if !name.is_empty() => name,
        _ => path,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sibling_with_the_same_beginning_is_not_below() {
        assert!(is_below("/North/Lab", "/North"));
        assert!(!is_below("/North", "/North"));
        assert!(!is_below("/Northwest", "/North"));
        assert!(is_below("/North", "/"));
    }
}
