//! Many calls at once: as many as are answered, or so many a second whether or not the earlier ones are answered. A host
//! that falls behind would slow callers down who wait for it, and look better than it is.

use std::thread;
use std::time::{Duration, Instant};

use tokio::runtime::Handle;
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
    let runtime = Handle::current();
    // On a thread of its own: the runtime's timers are up to a millisecond late.
    let started = tokio::task::spawn_blocking(move || {
        let mut under_way = JoinSet::new();
        let begun = Instant::now();
        for number in 0..calls {
            let due = begun + Duration::from_secs(1) * number / rate;
            thread::sleep(due.saturating_duration_since(Instant::now()));
            under_way.spawn_on(call(number, due), &runtime);
        }
        under_way
    });
    started.await.expect("all calls begun").join_all().await
}

/// What so many callers who wait for each answer get done in a second.
pub async fn capacity<F>(callers: u32, span: Duration, call: impl Fn(u32) -> F + Clone + Send + 'static) -> f64
where
    F: Future<Output = ()> + Send + 'static,
{
    let (mut all, begun) = (JoinSet::new(), Instant::now());
    for caller in 0..callers {
        let call = call.clone();
        all.spawn(async move {
            let mut done = 0;
            while begun.elapsed() < span {
                call(caller + done * callers).await;
                done += 1;
            }
            done
        });
    }
    let done: u32 = all.join_all().await.into_iter().sum();
    f64::from(done) / begun.elapsed().as_secs_f64()
}
