//! Reports the state of the process to the service manager, as sd_notify(3) describes: ready,
//! alive, stopping.

use std::os::unix::net::UnixDatagram;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

/// The service manager that started the process, if there is one.
#[derive(Debug, Default)]
pub struct ServiceManager {
    socket: Option<UnixDatagram>,
    /// The service manager restarts a process that is silent for longer than this.
    watchdog: Option<Duration>,
}

impl ServiceManager {
    pub fn from_environment() -> Self {
        let variable = |name| std::env::var(name).ok();
        let connect = |path: String| {
            let socket = UnixDatagram::unbound()?;
            socket.connect(path)?;
            Ok::<_, std::io::Error>(socket)
        };
        let socket = match variable("NOTIFY_SOCKET").map(connect) {
            Some(Ok(socket)) => Some(socket),
            Some(Err(cause)) => {
                tracing::warn!(%cause, "the service manager cannot be told anything");
                None
            }
            None => None,
        };
        let me = std::process::id().to_string();
        let is_meant = variable("WATCHDOG_PID").is_none_or(|process| process == me);
        let watchdog = variable("WATCHDOG_USEC").filter(|_| is_meant);
        Self {
            socket,
            watchdog: watchdog
                .and_then(|it| it.parse().ok())
                .map(Duration::from_micros),
        }
    }

    /// Reports that the server is ready, then that it is alive, and that it stops when the token
    /// is cancelled.
    pub fn ready(self, stop: CancellationToken) {
        self.tell("READY=1");
        tokio::spawn(async move {
            let beat = self.watchdog.map(|longest| longest / 3);
            while !stop.is_cancelled() {
                tokio::select! {
                    () = stop.cancelled() => {}
                    () = sleep(beat) => self.tell("WATCHDOG=1"),
                }
            }
            self.tell("STOPPING=1");
        });
    }

    fn tell(&self, what: &str) {
        if let Some(socket) = &self.socket
            && let Err(cause) = socket.send(what.as_bytes())
        {
            tracing::warn!(%cause, what, "the service manager was not told");
        }
    }
}

async fn sleep(time: Option<Duration>) {
    match time {
        Some(time) => tokio::time::sleep(time).await,
        None => std::future::pending().await,
    }
}
