//! Where to go after signing in. The address may come from anybody, so it must not lead
//! to another site.

/// The first screen.
const HOME: &str = "/overview";

/// The longest path that is kept: an address line of a filtered view is far shorter.
const MOST: usize = 4096;

/// The path if it is one of ours, else the first screen. A browser takes `//host`, `/\host`
/// and either of them with a tab or a newline inside for another site.
pub fn return_path(asked: &str) -> &str {
    let is_plain = |c: char| c != '\\' && !c.is_control() && !c.is_whitespace();
    let is_ours = asked.starts_with('/')
        && !asked.starts_with("//")
        && asked.len() <= MOST
        && asked.chars().all(is_plain);
    let path = asked.split(['?', '#']).next().unwrap_or_default();
    let leads_out = ["/sign-in", "/sign-out", "/set-up", "/first"]
        .iter()
        .any(|it| path == *it || path.starts_with(&format!("{it}/")));
    if is_ours && !leads_out && path != "/" {
        asked
    } else {
        HOME
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_of_ours_is_kept() {
        for path in [
            "/devices",
            "/devices?q=a%2F%2Fb&status=active#x",
            "/jobs/1?next=https://evil.example",
        ] {
            assert_eq!(return_path(path), path);
        }
    }

    #[test]
    fn no_form_of_another_sites_address_is_followed() {
        for path in [
            "",
            "devices",
            "//evil.example",
            "///evil.example",
            "/\\evil.example",
            "\\/evil.example",
            "/\t/evil.example",
            "/\n/evil.example",
            "\u{0}//evil.example",
            " //evil.example",
            "https://evil.example",
            "https:evil.example",
            "javascript:alert(1)",
            "/devices\r\nSet-Cookie: a=b",
            "@evil.example",
            "/sign-out",
            "/sign-in?return=/sign-in",
            "/set-up/token",
            "/",
        ] {
            assert_eq!(return_path(path), HOME, "{path:?}");
        }
    }
}
