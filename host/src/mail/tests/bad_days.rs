//! Bad days of the mail server: nothing is lost, and nothing that was answered is repeated.

use std::collections::{BTreeMap, BTreeSet};

use super::*;

/// How often each address was written to.
fn copies(server: &Smtp) -> BTreeMap<String, usize> {
    let mut copies = BTreeMap::new();
    for message in server.received() {
        *copies.entry(message.to[0].clone()).or_default() += 1;
    }
    copies
}

async fn count(post: &Post, status: &'static str) -> i64 {
    let sql = "SELECT count(*) FROM mails WHERE status = ?";
    post.store.read(move |snapshot| Ok(snapshot.query_row(sql, [status], |row| row.get(0))?)).await.unwrap()
}

#[tokio::test]
async fn an_hour_without_the_server_loses_nothing_and_each_of_many_messages_arrives_once() {
    let server = Smtp::start([]).await;
    server.set_busy(true);
    let post = Post::smtp(&server);
    for minute in 0..60 {
        for place in 0..5 {
            post.queue(hello(&format!("m{minute}-{place}@example.org"))).await.unwrap();
        }
        assert_eq!(post.drain().await, 0);
        post.clock.advance(SignedDuration::from_mins(1));
    }
    assert_eq!(count(&post, "queued").await, 300);
    server.set_busy(false);
    post.wait(1);
    assert_eq!(post.drain().await, 300);
    let copies = copies(&server);
    assert_eq!((copies.len(), copies.values().max()), (300, Some(&1)));
    assert_eq!((count(&post, "sent").await, post.drain().await), (300, 0));
}

#[tokio::test]
async fn on_a_day_of_every_fault_each_message_arrives_or_is_refused_for_good_and_a_lost_answer_costs_one_copy() {
    let later = ["450 busy", "451 later", "452 full"].map(Reply::Recipient);
    let never = ["550 unknown", "554 blocked"].map(Reply::Recipient);
    let content = [Reply::Content("451 later"), Reply::Content("554 spam")];
    let lost = [Reply::DropAfterContent, Reply::DropAfterContent];
    let server = Smtp::start(later.into_iter().chain(never).chain(content).chain(lost)).await;
    let post = Post::smtp(&server);
    for place in 0..40 {
        post.queue(hello(&format!("p{place}@example.org"))).await.unwrap();
    }
    for _ in 0..6 {
        post.drain().await;
        post.wait(1);
    }
    assert_eq!((count(&post, "sent").await, count(&post, "dead").await, count(&post, "queued").await), (37, 3, 0));
    let copies = copies(&server);
    assert_eq!((copies.len(), copies.values().filter(|copies| **copies == 2).count()), (37, 2));
    assert_eq!(copies.values().max(), Some(&2));
    let ids: BTreeSet<_> =
        server.received().iter().map(|message| message.header("Message-ID").unwrap().to_owned()).collect();
    assert_eq!(ids.len(), 37, "a copy bears the Message-ID of its original");
}

#[tokio::test]
async fn a_clock_that_is_set_back_and_forward_sends_nothing_twice_and_loses_nothing() {
    let server = Smtp::start([Reply::Recipient("451 later")]).await;
    let post = Post::smtp(&server);
    post.queue(hello("before@example.org")).await.unwrap();
    post.drain().await;
    post.wait(-5);
    post.queue(hello("between@example.org")).await.unwrap();
    post.drain().await;
    post.wait(10);
    post.queue(hello("after@example.org")).await.unwrap();
    for _ in 0..3 {
        post.drain().await;
    }
    post.wait(-10);
    post.drain().await;
    let copies = copies(&server);
    assert_eq!((copies.len(), copies.values().max()), (3, Some(&1)), "{copies:?}");
}

#[tokio::test]
async fn a_kill_in_the_middle_of_sending_costs_one_copy_with_its_message_id() {
    kills_in_the_middle_of_sending(1).await;
}

#[tokio::test]
async fn a_kill_costs_one_copy_for_each_connection_that_was_asked_for() {
    kills_in_the_middle_of_sending(4).await;
}

async fn kills_in_the_middle_of_sending(connections: usize) {
    const KILLS: usize = 5;
    let each_time = [vec![Reply::Accept; connections], vec![Reply::Silence; connections]].concat();
    let server = Smtp::start(vec![each_time; KILLS].concat()).await;
    let post = Post::smtp(&server);
    for place in 0..40 {
        post.queue(hello(&format!("p{place}@example.org"))).await.unwrap();
    }
    for kill in 1..=KILLS {
        let address = SmtpServer::parse(&server.url).unwrap();
        let transport = Transport::smtp(&SmtpServer { connections: connections as u32, ..address }).unwrap();
        let killed = worker(&post.store, &post.clock, transport);
        tokio::select! {
            _ = killed.drain_due() => panic!("nothing was under way"),
            () = server.has_taken(2 * connections * kill) => {}
        }
        post.wait(1);
    }
    post.drain().await;
    assert_eq!(count(&post, "sent").await, 40);
    assert_eq!(server.received().len(), 40 + connections * KILLS);
    let originals: BTreeSet<_> =
        server.received().iter().map(|message| message.header("Message-ID").unwrap().to_owned()).collect();
    assert_eq!((originals.len(), copies(&server).len()), (40, 40));
}
