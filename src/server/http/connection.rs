//! One connection, as the server watches it: what it waits for, and since when.
//!
//! The HTTP library limits only how long a header takes. A client can also connect and
//! say nothing, take nothing of an answer, or keep a connection for ever, and each of
//! them holds memory and one of the connections that there are.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use axum::response::Response;
use hyper::body::{Frame, SizeHint};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::sync::Notify;
use tokio::time::Instant;

use super::request_limits::Limits;

/// A new connection has so long to ask for something before its place may be given to another.
const TO_ASK: Duration = Duration::from_millis(250);

/// What a connection waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wait {
    /// Its first request.
    First,
    /// The rest of a header.
    Header,
    /// The server.
    Answer,
    /// Another request.
    Next,
}

/// The state of a connection.
#[derive(Debug)]
pub struct Watch {
    state: Mutex<State>,
    /// Told to make room for another connection.
    pub evicted: Notify,
}

#[derive(Debug)]
struct State {
    wait: Wait,
    since: Instant,
    /// The client takes nothing of what is sent to it.
    stalled: Option<Instant>,
}

impl Watch {
    pub fn new() -> Arc<Self> {
        Arc::new(Self {
            state: Mutex::new(State {
                wait: Wait::First,
                since: Instant::now(),
                stalled: None,
            }),
            evicted: Notify::new(),
        })
    }

    /// Whether the client has had its time.
    pub fn is_overdue(&self, limits: &Limits) -> bool {
        let state = self.lock();
        let time_limit = match state.wait {
            Wait::First | Wait::Header => limits.header,
            Wait::Next => limits.idle,
            Wait::Answer => {
                return state
                    .stalled
                    .is_some_and(|since| since.elapsed() > limits.stall);
            }
        };
        state.since.elapsed() > time_limit
    }

    /// Since when nothing has been asked for, if that is so and it was given time to ask.
    pub fn idle_since(&self) -> Option<Instant> {
        let state = self.lock();
        let is_idle = match state.wait {
            Wait::First | Wait::Header => state.since.elapsed() > TO_ASK,
            Wait::Next => true,
            Wait::Answer => false,
        };
        is_idle.then_some(state.since)
    }

    /// A request has arrived. It is under way as long as what this returns lives.
    pub fn begin(self: &Arc<Self>) -> UnderWay {
        self.wait_for(Wait::Answer);
        UnderWay(self.clone())
    }

    fn wait_for(&self, wait: Wait) {
        let mut state = self.lock();
        state.wait = wait;
        state.since = Instant::now();
    }

    /// Something was read.
    fn heard(&self) {
        let mut state = self.lock();
        if matches!(state.wait, Wait::First | Wait::Next) {
            state.wait = Wait::Header;
            state.since = Instant::now();
        }
    }

    /// Something was written, or could not be.
    fn sent(&self, is_stalled: bool) {
        let mut state = self.lock();
        match is_stalled {
            true => _ = state.stalled.get_or_insert_with(Instant::now),
            false => state.stalled = None,
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A request that is being answered.
#[derive(Debug)]
pub struct UnderWay(Arc<Watch>);

impl UnderWay {
    /// The answer is under way until its body is over.
    pub fn until_sent(self, response: Response) -> Response {
        response.map(|body| {
            Body::new(Sending {
                body,
                _under_way: self,
            })
        })
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.0.wait_for(Wait::Next);
    }
}

/// The body of an answer on its way.
struct Sending {
    body: Body,
    _under_way: UnderWay,
}

impl HttpBody for Sending {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// A stream that notes what passes through it.
pub struct Watched<S> {
    pub stream: S,
    pub watch: Arc<Watch>,
}

impl<S: AsyncRead + Unpin> AsyncRead for Watched<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let polled = Pin::new(&mut self.stream).poll_read(context, buffer);
        if buffer.filled().len() > before {
            self.watch.heard();
        }
        polled
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Watched<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let polled = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.watch.sent(polled.is_pending());
        polled
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let polled = Pin::new(&mut self.stream).poll_write_vectored(context, slices);
        self.watch.sent(polled.is_pending());
        polled
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
