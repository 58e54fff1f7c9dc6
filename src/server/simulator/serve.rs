//! Serves a simulated directory over plain HTTP, on loopback only. Not by axum's own
//! server: that one always answers, and we must be able not to.

use std::convert::Infallible;
use std::time::Duration;

use axum::body::Body;
use axum::response::Response;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

use super::Simulator;
use super::body::Cut;

/// Answers until the token is cancelled; then every connection ends at once.
pub async fn serve(listener: TcpListener, simulator: Simulator, stop: CancellationToken) {
    let router = simulator.router();
    loop {
        let accepted = tokio::select! {
            () = stop.cancelled() => return,
            accepted = listener.accept() => accepted,
        };
        let Ok((stream, _)) = accepted else {
            tokio::time::sleep(Duration::from_millis(50)).await;
            continue;
        };
        let _ = stream.set_nodelay(true);
        let (router, stop) = (router.clone(), stop.clone());
        tokio::spawn(async move {
            let service = service_fn(move |request: hyper::Request<Incoming>| {
                let answering = router.clone().oneshot(request.map(Body::new));
                async move { send_or_cut(answering.await) }
            });
            let connection = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
            tokio::select! {
                // An error here is what the client sees too.
                _ = connection => {}
                () = stop.cancelled() => {}
            }
        });
    }
}

/// An error ends the connection without an answer.
fn send_or_cut(answer: Result<Response, Infallible>) -> Result<Response, std::io::Error> {
    let Ok(answer) = answer;
    match answer.extensions().get::<Cut>() {
        Some(_) => Err(std::io::ErrorKind::ConnectionAborted.into()),
        None => Ok(answer),
    }
}
