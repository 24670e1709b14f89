//! The HTTP listener: accepts connections, speaks TLS where a certificate is set, and serves them with limits on their
//! number, their headers and their patience. Upgraded connections (WebSockets) leave here and belong to their handler.

use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use hyper::body::Incoming;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tower::ServiceExt as _;

use crate::api::client::Peer;
use crate::tls::Tls;

/// Connections at a time, WebSockets not counted once they are upgraded. Each idle one holds some 20 KiB.
const MAX_CONNECTIONS: u32 = 16_384;
/// The bytes of a request's head: access tokens in URLs take up to 8 KiB.
const MAX_HEAD: usize = 32 << 10;
/// Its headers; browsers send about 20.
const MAX_HEADERS: usize = 64;
/// A head must be complete within this, and a kept-alive connection must bring its next one.
const HEAD_TIMEOUT: Duration = Duration::from_secs(10);
/// A TLS handshake must be complete within this.
const TLS_TIMEOUT: Duration = Duration::from_secs(10);
/// Requests that run when the server stops may finish within this.
const GRACE: Duration = Duration::from_secs(2);

/// Serves `router` on `listener` until `stop` turns true; then accepts no more, lets running requests finish for a while,
/// and returns.
pub async fn serve(listener: TcpListener, tls: Option<Arc<Tls>>, router: Router, stop: watch::Receiver<bool>) {
    let slots = Arc::new(Semaphore::new(MAX_CONNECTIONS as usize));
    let mut stopped = stop.clone();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = stopped.wait_for(|stop| *stop) => break,
        };
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                // Out of file descriptors: calls that run go on, and so do we when some are free again.
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(Duration::from_millis(50)).await;
                continue;
            }
        };
        // Beyond the limit a connection is closed at once; waiting would only fill the kernel's queue.
        let Ok(slot) = Arc::clone(&slots).try_acquire_owned() else { continue };
        let (tls, router, stop) = (tls.clone(), router.clone(), stop.clone());
        tokio::spawn(async move {
            connection(stream, peer, tls, router, stop).await;
            drop(slot);
        });
    }
    drop(listener);
    let _ = tokio::time::timeout(GRACE, slots.acquire_many(MAX_CONNECTIONS)).await;
}

async fn connection(
    stream: TcpStream,
    peer: SocketAddr,
    tls: Option<Arc<Tls>>,
    router: Router,
    stop: watch::Receiver<bool>,
) {
    // Signaling messages are small, and somebody waits for each.
    let _ = stream.set_nodelay(true);
    match tls {
        None => drive(TokioIo::new(stream), peer, router, stop).await,
        Some(tls) => {
            let Ok(Ok(stream)) = tokio::time::timeout(TLS_TIMEOUT, tls.accept(stream)).await else { return };
            drive(TokioIo::new(stream), peer, router, stop).await;
        }
    }
}

async fn drive<I>(io: I, peer: SocketAddr, router: Router, mut stop: watch::Receiver<bool>)
where
    I: hyper::rt::Read + hyper::rt::Write + Unpin + Send + 'static,
{
    let service = hyper::service::service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(Peer(peer));
        router.clone().oneshot(request.map(axum::body::Body::new))
    });
    let mut http = hyper::server::conn::http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(HEAD_TIMEOUT).max_headers(MAX_HEADERS).max_buf_size(MAX_HEAD);
    let mut connection = pin!(http.serve_connection(io, service).with_upgrades());
    // How a connection ends is its client's affair: resets and timeouts are no events of ours.
    let stopped = async move { stop.wait_for(|stop| *stop).await.is_ok() };
    tokio::select! {
        _ = &mut connection => {}
        _ = stopped => {
            connection.as_mut().graceful_shutdown();
            let _ = connection.await;
        }
    }
}
