//! Many calls, so many a second whether or not the earlier ones are answered. A host that falls behind would slow callers
//! down who wait for it, and look better than it is.

use std::thread;
use std::time::{Duration, Instant};

use cpu_time::ProcessTime;
use thread_priority::{
    RealtimeThreadSchedulePolicy, ThreadPriority, ThreadSchedulePolicy, set_thread_priority_and_policy,
    thread_native_id,
};
use tokio::runtime::Handle;
use tokio::sync::oneshot;
use tokio::task::JoinSet;

/// What visitors ask for: lists of two plugins, and a page.
pub const ADDRESSES: [&str; 4] =
    ["/api/v1/hello/greetings", "/api/v1/webinars/topics", "/en/webinars", "/api/v1/webinars/sessions"];

/// Starts call after call at a rate, in calls a second, each with its number and its intended start, and gathers what they
/// measure.
pub async fn open_loop<F>(rate: u32, calls: u32, call: impl Fn(u32, Instant) -> F + Send + 'static) -> Vec<Duration>
where
    F: Future<Output = Duration> + Send + 'static,
{
    let (runtime, (done, all_begun)) = (Handle::current(), oneshot::channel());
    // On a thread of its own: the runtime's timers are up to a millisecond late.
    thread::spawn(move || {
        go_first();
        let mut under_way = JoinSet::new();
        let begun = Instant::now();
        for number in 0..calls {
            let due = begun + Duration::from_secs(1) * number / rate;
            thread::sleep(due.saturating_duration_since(Instant::now()));
            under_way.spawn_on(call(number, due), &runtime);
        }
        done.send(under_way).expect("somebody who waits for the answers");
    });
    all_begun.await.expect("all calls begun").join_all().await
}

/// Has this thread go before all others, where that is permitted: what holds up callers is not the host's.
fn go_first() {
    let priority = 1_u8.try_into().map(ThreadPriority::Crossplatform).expect("a priority");
    let policy = ThreadSchedulePolicy::Realtime(RealtimeThreadSchedulePolicy::Fifo);
    drop(set_thread_priority_and_policy(thread_native_id(), priority, policy));
}

/// How many calls a second would keep every processor busy: the processors, divided by what a call takes of them when each
/// comes at its own time. Callers who wait for each other's answers would get more done.
pub async fn capacity<F>(call: impl Fn(u32, Instant) -> F + Send + 'static) -> f64
where
    F: Future<Output = Duration> + Send + 'static,
{
    const RATE: u32 = 2_000;
    const CALLS: u32 = 4_000;
    let before = ProcessTime::now();
    open_loop(RATE, CALLS, call).await;
    let processors = thread::available_parallelism().expect("processors").get() as f64;
    processors * f64::from(CALLS) / before.elapsed().as_secs_f64()
}
