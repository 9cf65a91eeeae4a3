use std::sync::Arc;

use futures_util::future::join_all;
use parking_lot::Mutex;

use super::{TestStore, hold, is_pending, plugin, refusal};
use crate::error::Code;
use crate::store::Owner;

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
async fn the_host_goes_first_and_plugins_take_turns() {
    let store = TestStore::new();
    let (release, held) = hold(&store).await;
    let order = Arc::new(Mutex::new(Vec::new()));
    let unit = |owner: Owner, name: &'static str| {
        let order = Arc::clone(&order);
        store.write(owner, move |_| {
            order.lock().push(name);
            // Longer than a turn, so that the next plugin is due.
            std::thread::sleep(std::time::Duration::from_millis(2));
            Ok(())
        })
    };
    let greedy = join_all((0..4).map(|_| unit(plugin("greedy"), "greedy")));
    let modest = join_all((0..2).map(|_| unit(plugin("modest"), "modest")));
    let host = unit(Owner::Core, "host");
    tokio::join!(greedy, modest, host, async { release.send(()).unwrap() }).2.unwrap();
    held.await.unwrap().unwrap();
    let order = order.lock();
    assert_eq!(order[0], "host");
    let last_modest = order.iter().rposition(|name| *name == "modest").unwrap();
    assert!(last_modest <= 4, "{order:?}");
}

#[tokio::test]
async fn an_owner_above_its_share_waits_while_others_do() {
    let mut share = crate::store::share::Share::default();
    share.add(std::time::Instant::now(), std::time::Duration::from_secs(3));
    assert!(share.is_exceeded(std::time::Instant::now()));
    let queue = crate::store::queue::Queue::new();
    let work = || -> crate::store::writer::Work { Box::new(|_| None) };
    queue.charge(&plugin("greedy"), std::time::Duration::from_secs(3));
    queue.push(&plugin("greedy"), work()).unwrap();
    queue.push(&plugin("modest"), work()).unwrap();
    std::thread::sleep(std::time::Duration::from_millis(25));
    assert_eq!(refusal(queue.push(&plugin("greedy"), work())).0, Code::Unavailable);
    queue.push(&plugin("modest"), work()).unwrap();
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
