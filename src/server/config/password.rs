//! Passwords within addresses: never repeated, and not for the command line.

/// The text without what may be a password: in an address, all before the last `@` and
/// what is given as `password=`. Rather too much is left out than too little, for what is
/// not understood may be an address with a mistake in it.
pub fn without_passwords(text: &str) -> String {
    let Some((scheme, rest)) = text.split_once("://") else {
        return text.to_owned();
    };
    let rest = rest
        .rsplit_once('@')
        .map_or_else(|| rest.to_owned(), |(_, address)| format!("…@{address}"));
    let mut out = format!("{scheme}://");
    let mut rest = rest.as_str();
    while let Some(at) = find_parameter(rest) {
        let (before, value) = rest.split_at(at);
        out.push_str(before);
        out.push('…');
        let end = value.find(|c: char| c == '&' || c == '\'' || c.is_whitespace());
        rest = &value[end.unwrap_or(value.len())..];
    }
    out + rest
}

/// Where the value of the next `password=` begins, if it is not empty.
fn find_parameter(text: &str) -> Option<usize> {
    const NAME: &str = "password=";
    let at = text.to_ascii_lowercase().find(NAME)? + NAME.len();
    (at < text.len()).then_some(at)
}

/// The address, an argument of the command line, holds a password.
pub fn has_password(argument: &str) -> bool {
    let Some((_, rest)) = argument.split_once("://") else {
        return false;
    };
    let user = rest.rsplit_once('@').map_or("", |(user, _)| user);
    user.contains(':') || find_parameter(rest).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_password_is_repeated_however_it_is_written() {
        for text in [
            "invalid value 'mysql://me:s3cret@host/name' for '--database <DATABASE>'",
            "invalid value 'postgers://me:a@s3cret@host/name'",
            "invalid value 'postgers://me:a/s3cret'x?y@host/name'",
            "unexpected argument 'postgres://host/name?user=me&password=s3cret&x=1' found",
            "unexpected argument 'postgres://host/name?PASSWORD=s3cret' found",
        ] {
            let message = without_passwords(text);
            assert!(!message.contains("s3cret"), "{message}");
            assert!(message.contains("host/name"), "{message}");
        }
        let plain = "invalid value 'x' for '--listen'";
        assert_eq!(without_passwords(plain), plain);
        let cut = without_passwords("a://b?password=s3cret&password=");
        assert_eq!(cut, "a://b?password=…&password=");
    }

    #[test]
    fn a_password_in_an_argument_is_noticed() {
        assert!(has_password("postgres://me:pw@host/name"));
        assert!(has_password("--database=postgres://host/name?password=pw"));
        assert!(!has_password("postgres://me@host:5432/name"));
        assert!(!has_password("http://127.0.0.1:3100"));
        assert!(!has_password("sqlite:a:b@c.db"));
    }
}
