//! One connection from its first byte to its last.

use std::convert::Infallible;
use std::net::IpAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::response::Response;
use http::Request;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use tokio::net::TcpStream;
use tower::ServiceExt;

use super::watched::{Activity, Watched};
use crate::http::client::Peer;
use crate::http::head;
use crate::shutdown::Shutdown;

/// A connection without a request may stay as long as a proxy in front usually keeps it.
const IDLE_TIME: Duration = Duration::from_secs(75);
/// Twice what a request may have: between the two it is refused in the envelope, beyond it by hyper without a body.
const MOST_HEADERS: usize = 2 * head::MOST_HEADERS;
const LARGEST_HEAD: usize = 2 * head::LARGEST;
const MOST_STREAMS: u32 = 128;
const PING_INTERVAL: Duration = Duration::from_secs(30);

/// Serves requests until the caller leaves, is silent for too long, or the host ends.
pub(super) async fn run(stream: TcpStream, peer: IpAddr, router: Router, header_time: Duration, shutdown: Shutdown) {
    // Answers are small and whole: waiting for more to send would only delay them.
    let _ = stream.set_nodelay(true);
    let activity = Arc::new(Activity::default());
    let service = {
        let activity = Arc::clone(&activity);
        service_fn(move |request| answer(router.clone(), request, peer, Arc::clone(&activity)))
    };
    let builder = builder(header_time);
    let io = TokioIo::new(Watched::new(stream, Arc::clone(&activity)));
    let mut connection = pin!(builder.serve_connection(io, service));
    let mut draining = false;
    loop {
        tokio::select! {
            ended = connection.as_mut() => {
                if let Err(error) = ended {
                    tracing::debug!(%error, %peer, "a connection broke");
                }
                return;
            }
            () = activity.silent(header_time, IDLE_TIME) => return,
            () = shutdown.begun(), if !draining => {
                draining = true;
                connection.as_mut().graceful_shutdown();
            }
        }
    }
}

async fn answer(
    router: Router,
    mut request: Request<Incoming>,
    peer: IpAddr,
    activity: Arc<Activity>,
) -> Result<Response, Infallible> {
    let _in_flight = activity.request();
    request.extensions_mut().insert(Peer(peer));
    router.oneshot(request.map(Body::new)).await
}

fn builder(header_time: Duration) -> Builder<TokioExecutor> {
    let mut builder = Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(header_time)
        .max_headers(MOST_HEADERS)
        .max_buf_size(LARGEST_HEAD);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(MOST_STREAMS)
        .max_header_list_size(LARGEST_HEAD as u32)
        .keep_alive_interval(PING_INTERVAL);
    builder
}
