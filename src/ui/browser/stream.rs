//! The server's event stream.

use std::cell::RefCell;

use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use web_sys::{EventSource, MessageEvent};

use super::window;

/// What the event stream does.
pub enum Stream {
    Open,
    Message {
        text: String,
        /// How far it brings the page: what to come back with.
        position: String,
    },
    /// It broke, and the browser connects again by itself.
    Lost,
    /// It broke, and the browser has given up.
    Closed,
}

/// An open stream with what listens to it. Dropped, it falls silent.
struct Listening {
    source: EventSource,
    _open: Closure<dyn FnMut()>,
    _message: Closure<dyn FnMut(MessageEvent)>,
    _error: Closure<dyn FnMut()>,
}

impl Drop for Listening {
    fn drop(&mut self) {
        self.source.set_onopen(None);
        self.source.set_onmessage(None);
        self.source.set_onerror(None);
        self.source.close();
    }
}

thread_local! {
    /// One per tab: browsers allow few connections to a host.
    static LISTENING: RefCell<Option<Listening>> = const { RefCell::new(None) };
}

/// Listens to the server's event stream, and to no other that was open before.
pub fn listen(url: &str, tell: impl Fn(Stream) + Clone + 'static) {
    if window().is_none() {
        return;
    }
    let Ok(source) = EventSource::new(url) else {
        tell(Stream::Closed);
        return;
    };
    let open = Closure::new({
        let tell = tell.clone();
        move || tell(Stream::Open)
    });
    let message = Closure::new({
        let tell = tell.clone();
        move |event: MessageEvent| {
            if let Some(text) = event.data().as_string() {
                let position = event.last_event_id();
                tell(Stream::Message { text, position });
            }
        }
    });
    let error = Closure::new({
        let source = source.clone();
        move || {
            let closed = source.ready_state() == EventSource::CLOSED;
            tell(if closed { Stream::Closed } else { Stream::Lost });
        }
    });
    source.set_onopen(Some(open.as_ref().unchecked_ref()));
    source.set_onmessage(Some(message.as_ref().unchecked_ref()));
    source.set_onerror(Some(error.as_ref().unchecked_ref()));
    let listening = Listening {
        source,
        _open: open,
        _message: message,
        _error: error,
    };
    LISTENING.with(|slot| slot.replace(Some(listening)));
}
