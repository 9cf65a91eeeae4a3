use futures_util::future::join_all;

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
