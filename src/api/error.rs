//! Errors of a server function call that fails before its body runs.

use leptos::server_fn::error::{FromServerFnError, ServerFnErrorErr};

use super::wire::Wire;
use crate::domain::error::ApiError;
use crate::status::set_status;

impl FromServerFnError for ApiError {
    type Encoder = Wire;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        let answer = match error {
            ServerFnErrorErr::Request(_) | ServerFnErrorErr::Response(_) => Self::Unreachable,
            ServerFnErrorErr::Deserialization(_) if cfg!(target_arch = "wasm32") => Self::Invalid {
                message: "The answer could not be read. Reload the page and try again.".to_owned(),
            },
            ServerFnErrorErr::Args(why)
            | ServerFnErrorErr::MissingArg(why)
            | ServerFnErrorErr::Deserialization(why) => Self::Invalid {
                message: format!("The request cannot be used: {}.", shortened(&why)),
            },
            _ => Self::Unavailable {
                message: "The server could not answer. Try again.".to_owned(),
            },
        };
        set_status(answer.status());
        answer
    }
}

/// The beginning of a text that may repeat whatever was sent.
fn shortened(text: &str) -> String {
    const MOST: usize = 200;
    match text.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
