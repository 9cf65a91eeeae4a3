//! One thread of low priority for guests that compute for long, so that they never hold up a worker.
//!
//! Low priority is not enough: a thread that wakes while all processors compute, one of them for a guest, may be left to
//! wait behind another. So guests compute here in short slices, with pauses between them while others want to compute.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use thread_priority::{
    NormalThreadSchedulePolicy, ThreadPriority, ThreadSchedulePolicy, set_thread_priority_and_policy, thread_native_id,
};
use tokio::runtime::{Builder, Handle};

use crate::error::{Error, Result};
use crate::store::thread_time;

/// How often a guest is looked at here, by the clock on the wall: how long a slice is at most where nobody interrupts it.
pub(super) const SLICE: Duration = Duration::from_millis(1);
/// So many times as long as its slice does a guest pause.
const PAUSE: u32 = 4;

/// Calls that have begun here and not ended.
static CALLS: AtomicUsize = AtomicUsize::new(0);

/// Is there a call that has to be looked at after each slice?
pub(super) fn is_busy() -> bool {
    CALLS.load(Ordering::Relaxed) > 0
}

/// Runs `call` there and waits for it.
///
/// # Errors
/// When the thread cannot be started or the call panicked.
pub(super) async fn run<T: Send + 'static>(call: impl Future<Output = T> + Send + 'static) -> Result<T> {
    struct AbortOnDrop<T>(tokio::task::JoinHandle<T>);
    impl<T> Drop for AbortOnDrop<T> {
        fn drop(&mut self) {
            self.0.abort();
        }
    }
    let mut task = AbortOnDrop(handle()?.spawn(in_slices(call)));
    (&mut task.0).await.map_err(Error::internal)
}

/// Polls `call`, whose guest yields at the end of each slice.
async fn in_slices<T>(call: impl Future<Output = T>) -> T {
    let _counted = Counted::new();
    let mut call = pin!(call);
    poll_fn(|poller| {
        let (began, before) = (Instant::now(), thread_time());
        let answer = call.as_mut().poll(poller);
        if answer.is_pending() {
            thread::sleep(pause(began.elapsed(), thread_time().saturating_sub(before)));
        }
        answer
    })
    .await
}

/// After a slice that took so long and computed for so long: none where nobody else wanted the processor.
fn pause(took: Duration, computed: Duration) -> Duration {
    let waited = took.saturating_sub(computed);
    if waited > computed / 10 { computed * PAUSE } else { Duration::ZERO }
}

/// A call that is here.
struct Counted;

impl Counted {
    fn new() -> Self {
        CALLS.fetch_add(1, Ordering::Relaxed);
        Self
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        CALLS.fetch_sub(1, Ordering::Relaxed);
    }
}

fn handle() -> Result<&'static Handle> {
    static HANDLE: OnceLock<std::result::Result<Handle, String>> = OnceLock::new();
    HANDLE
        .get_or_init(|| start().map_err(|error| error.to_string()))
        .as_ref()
        .map_err(|error| Error::internal(error.as_str()))
}

fn start() -> std::io::Result<Handle> {
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let handle = runtime.handle().clone();
    thread::Builder::new().name("plugin-slow".into()).spawn(move || {
        lower_priority();
        runtime.block_on(std::future::pending::<()>());
    })?;
    Ok(handle)
}

/// Runs this thread only when nobody else wants the processor; where that is refused it runs as any other.
fn lower_priority() {
    let idle = ThreadSchedulePolicy::Normal(NormalThreadSchedulePolicy::Idle);
    if let Err(error) = set_thread_priority_and_policy(thread_native_id(), ThreadPriority::Min, idle) {
        tracing::warn!(?error, "the thread for slow plugins keeps its usual priority");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_guest_steps_aside_only_where_others_want_to_compute() {
        let slice = Duration::from_millis(1);
        assert_eq!(pause(slice, slice), Duration::ZERO);
        assert_eq!(pause(slice * 2, slice), slice * 4);
        assert_eq!(pause(slice, Duration::ZERO), Duration::ZERO, "one that waits for an answer computes nothing");
    }
}
