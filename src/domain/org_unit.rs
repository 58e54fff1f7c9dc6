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

/// The longest path in characters.
pub const MAX_PATH: usize = 500;

/// Whether a path can be one of an org unit.
///
/// # Errors
/// A sentence for the operator.
pub fn check(path: &str) -> Result<(), &'static str> {
    if !path.starts_with('/') {
        return Err("The path of an org unit begins with /.");
    }
    if MAX_PATH < path.chars().count() {
        return Err("The path of an org unit has at most 500 characters.");
    }
    let is_whole = |name: &str| !name.is_empty() && name.trim() == name;
    if path != "/" && !path[1..].split('/').all(is_whole) {
        return Err("Each part of an org unit's path has a name without blanks around it.");
    }
    if path.chars().any(char::is_control) {
        return Err("The path of an org unit has no control characters.");
    }
    Ok(())
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
    fn a_path_has_a_name_in_each_part() {
        for path in ["/", "/Retired", "/District/High School"] {
            assert_eq!(check(path), Ok(()), "{path}");
        }
        for path in ["", "Retired", "/Retired/", "//", "/A//B", "/A/ B", "/A\nB"] {
            assert!(check(path).is_err(), "{path:?}");
        }
        assert!(check(&format!("/{}", "x".repeat(MAX_PATH))).is_err());
    }

    #[test]
    fn a_sibling_with_the_same_beginning_is_not_below() {
        assert!(is_below("/North/Lab", "/North"));
        assert!(!is_below("/North", "/North"));
        assert!(!is_below("/Northwest", "/North"));
        assert!(is_below("/North", "/"));
    }
}
