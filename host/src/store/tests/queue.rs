use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use parking_lot::Mutex;

use super::{TestStore, hold, is_pending, plugin};
use crate::error::Code;

#[tokio::test]
async fn a_full_queue_refuses_with_a_time_to_come_back() {
    let store = TestStore::new();
    let (release, held) = hold(&store).await;
    let waiting = join_all((0..2000).map(|_| store.write(plugin("eager"), |_| Ok(()))));
    let (answers, ()) = tokio::join!(waiting, async { release.send(()).unwrap() });
    held.await.unwrap().unwrap();
    let refused: Vec<_> = answers.into_iter().filter_map(Result::err).collect();
    assert!(!refused.is_empty() && refused.len() < 2000, "{}", refused.len());
    assert!(refused.iter().all(|error| error.code() == Code::Unavailable));
    // Others are not concerned.
    store.write(plugin("calm"), |_| Ok(())).await.unwrap();
}

#[tokio::test]
async fn plugins_leave_half_of_the_readers_to_the_host() {
    let store = TestStore::new();
    let mut taken = Vec::new();
    for _ in 0..4 {
        taken.push(store.snapshot(plugin("reader")).await.unwrap());
    }
    let mut fifth = std::pin::pin!(store.snapshot(plugin("reader")));
    assert!(is_pending(fifth.as_mut()));
    assert_eq!(store.number("SELECT 1").await, 1);
    taken.pop();
    fifth.await.unwrap();
}

#[tokio::test]
async fn who_writes_little_does_not_wait_for_all_of_one_who_writes_much() {
    let store = TestStore::new();
    let (release, held) = hold(&store).await;
    let order = Arc::new(Mutex::new(Vec::new()));
    let write = |owner: &'static str| {
        let order = order.clone();
        store.write(plugin(owner), move |_| {
            let begun = Instant::now();
            while begun.elapsed() < Duration::from_millis(2) {
                std::hint::black_box(0);
            }
            order.lock().push(owner);
            Ok(())
        })
    };
    let all = join_all((0..40).map(|_| write("greedy")).chain((0..3).map(|_| write("modest"))));
    let (answers, ()) = tokio::join!(all, async { release.send(()).unwrap() });
    held.await.unwrap().unwrap();
    assert!(answers.iter().all(Result::is_ok));
    let order = order.lock();
    let last = order.iter().rposition(|owner| *owner == "modest").unwrap();
    assert!(last < 10, "each has its turn: {order:?}");
}
