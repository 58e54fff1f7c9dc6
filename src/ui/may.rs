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

/// Why the operator may not do this, if they may not.
pub fn why_not(permission: Permission) -> Option<&'static str> {
    let may = match use_context::<May>() {
        Some(May(words)) => words,
        None => browser::root_data(MAY),
    };
    let may = may?;
    let is_granted = may.split(' ').any(|word| word == permission.as_str());
    (!is_granted).then(|| permission.refusal())
}
