//! What the operator may do at all, for what is shown disabled with the reason. The server
//! decides each time anew; a page only knows what it was written with.

use leptos::prelude::*;

use super::browser;
use crate::domain::permission::Permission;

/// The attribute of the root element with the operator's permissions.
pub const MAY: &str = "may";

/// The permissions of the operator as words; `None` where nobody signs in.
#[derive(Clone, Debug)]
pub struct May(pub Option<String>);

/// Why the operator may not do this, if they may not. The browser gets the words of
/// those permissions only that a screen asks for.
#[expect(
    clippy::inline_always,
    reason = "the words of a permission are told apart then"
)]
#[inline(always)]
pub fn why_not(permission: Permission) -> Option<&'static str> {
    match is_granted(permission.as_str()) {
        true => None,
        false => Some(permission.refusal()),
    }
}

#[inline(never)]
fn is_granted(word: &str) -> bool {
    let may = match use_context::<May>() {
        Some(May(words)) => words,
        None => browser::root_data(MAY),
    };
    may.is_none_or(|may| may.split(' ').any(|it| it == word))
}
