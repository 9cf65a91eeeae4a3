//! The accept loop: connections within their number and their times, HTTP/1.1 and HTTP/2 without TLS, and a drained end.

mod connection;
mod watched;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;

use crate::config::Limits;
use crate::shutdown::Shutdown;

/// How long requests in flight may take after the end was asked for.
pub const DRAIN_TIME: Duration = Duration::from_secs(10);
/// Out of file handles: waiting lets some close.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);
const REFUSAL: &[u8] =
    b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";

/// Serves until the end is asked for, then lets requests in flight finish within [`DRAIN_TIME`].
pub async fn serve(listener: TcpListener, router: Router, limits: &Limits, shutdown: &Shutdown) {
    let free = Arc::new(Semaphore::new(limits.connections as usize));
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = shutdown.begun() => break,
        };
        match accepted {
            Ok((stream, peer)) => admit(stream, peer, &router, limits, shutdown, &free),
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
    }
    drop(listener);
    // Every connection gives its permit back when it ends.
    if tokio::time::timeout(DRAIN_TIME, free.acquire_many(limits.connections)).await.is_err() {
        tracing::warn!("some requests did not finish in time and were cut off");
    }
}

fn admit(
    stream: TcpStream,
    peer: SocketAddr,
    router: &Router,
    limits: &Limits,
    shutdown: &Shutdown,
    free: &Arc<Semaphore>,
) {
    let Ok(permit) = Arc::clone(free).try_acquire_owned() else {
        // One attempt: a full house waits for nobody.
        let _ = stream.try_write(REFUSAL);
        return;
    };
    let connection = connection::run(stream, peer.ip(), router.clone(), limits.header_time, shutdown.clone());
    tokio::spawn(async move {
        connection.await;
        drop(permit);
    });
}
