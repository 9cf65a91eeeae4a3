//! What leaves, what is tried again and what is dead.

use super::*;

#[tokio::test]
async fn every_message_arrives_once_at_its_one_recipient() {
    let server = Smtp::start([]).await;
    let post = Post::smtp(&server);
    for n in 0..12 {
        post.queue(hello(&format!("person{n}@example.org"))).await.unwrap();
    }
    assert_eq!(post.drain().await, 12);
    let mut recipients: Vec<_> = server.received().into_iter().map(|message| message.to).collect();
    recipients.sort();
    recipients.dedup();
    assert_eq!(recipients.len(), 12);
    assert!(recipients.iter().all(|to| to.len() == 1));
    assert_eq!(post.drain().await, 0);
    assert_eq!(server.received().len(), 12);
}

#[tokio::test]
async fn a_connection_lost_after_the_content_is_tried_again_under_the_same_message_id() {
    let server = Smtp::start([Reply::DropAfterContent]).await;
    let post = Post::smtp(&server);
    let id = post.queue(hello("ada@example.org")).await.unwrap();
    post.drain().await;
    let state = post.state(id).await;
    assert_eq!((state.status.as_str(), state.attempts), ("queued", 1));
    post.wait(1);
    post.drain().await;
    assert_eq!(post.state(id).await.status, "sent");
    let received = server.received();
    assert_eq!(received.len(), 2);
    let message_id = received[0].header("Message-ID").unwrap();
    assert!(message_id.ends_with("@example.org>"), "{message_id}");
    assert_eq!(received[1].header("Message-ID"), Some(message_id));
    assert_eq!(received[1].header("Date"), received[0].header("Date"));
}

#[tokio::test]
async fn waits_between_tries_grow_until_the_message_is_dead() {
    let server = Smtp::start(vec![Reply::Recipient("451 come back later"); 13]).await;
    let post = Post::smtp(&server);
    let id = post.queue(hello("ada@example.org")).await.unwrap();
    let mut waits = Vec::new();
    loop {
        post.drain().await;
        let state = post.state(id).await;
        assert!(state.last_error.contains("come back later"), "{state:?}");
        if state.status == "dead" {
            assert_eq!(state.attempts, 13);
            break;
        }
        let wait = post.next_attempt(id).await.duration_since(post.clock.now());
        waits.push(wait.as_secs());
        post.clock.advance(wait);
    }
    assert_eq!(waits.len(), 12);
    assert!(waits[..5].is_sorted_by(|a, b| a * 2 < *b), "{waits:?}");
    assert!(waits.iter().sum::<i64>() > 36 * 3600, "{waits:?}");
    assert!(server.received().is_empty());
}

#[tokio::test]
async fn a_refused_recipient_is_dead_at_once_and_nobody_else_is_touched() {
    let server = Smtp::start([Reply::Recipient("550 no such user")]).await;
    let post = Post::smtp(&server);
    let refused = post.queue(hello("nobody@example.org")).await.unwrap();
    post.drain().await;
    let other = post.queue(hello("ada@example.org")).await.unwrap();
    post.drain().await;
    assert_eq!(post.state(refused).await.status, "dead");
    assert_eq!(post.state(other).await.status, "sent");
    assert_eq!(server.received().len(), 1);

    post.write(move |unit, clock| retry(unit, clock, &Actor::system(), refused)).await.unwrap();
    post.drain().await;
    assert_eq!(post.state(refused).await, State { status: "sent".into(), attempts: 1, last_error: String::new() });
    let again = post.write(move |unit, clock| retry(unit, clock, &Actor::system(), refused)).await.unwrap_err();
    assert_eq!(again.code(), Code::Conflict);
}

#[tokio::test]
async fn content_refused_for_now_is_tried_again() {
    let server = Smtp::start([Reply::Content("421 shutting down")]).await;
    let post = Post::smtp(&server);
    let id = post.queue(hello("ada@example.org")).await.unwrap();
    post.drain().await;
    assert_eq!(post.state(id).await.status, "queued");
    post.wait(1);
    post.drain().await;
    assert_eq!(post.state(id).await.status, "sent");
}

#[tokio::test]
async fn a_server_that_is_away_costs_no_message_a_try() {
    let server = Smtp::start([]).await;
    server.set_busy(true);
    let post = Post::smtp(&server);
    let id = post.queue(hello("ada@example.org")).await.unwrap();
    for _ in 0..20 {
        assert_eq!(post.drain().await, 0);
        post.wait(1);
    }
    let state = post.state(id).await;
    assert_eq!((state.status.as_str(), state.attempts), ("queued", 0));
    assert!(state.last_error.contains("421"), "{state:?}");
    assert!(post.worker.trouble().unwrap().contains("421"), "{:?}", post.worker.trouble());
    server.set_busy(false);
    assert_eq!(post.drain().await, 1);
    assert_eq!(post.worker.trouble(), None);
    assert_eq!(server.received().len(), 1);
}

#[tokio::test]
async fn a_message_that_is_too_late_when_the_server_is_back_is_cancelled_and_says_why() {
    let server = Smtp::start([]).await;
    server.set_busy(true);
    let post = Post::smtp(&server);
    let end = Some((post.clock.now() + SignedDuration::from_hours(2)).as_microsecond());
    let ending = Message { not_after: end, ..hello("ada@example.org") };
    let (late, other) =
        (post.queue(ending.clone()).await.unwrap(), post.queue(hello("ben@example.org")).await.unwrap());
    assert_eq!(post.drain().await, 0);
    post.wait(2);
    server.set_busy(false);
    assert_eq!(post.drain().await, 1);
    let state = post.state(late).await;
    assert_eq!((state.status.as_str(), state.attempts), ("cancelled", 0));
    assert!(state.last_error.starts_with("Its time was over"), "{state:?}");
    assert!(state.last_error.contains("421"), "{state:?}");
    assert_eq!(post.state(other).await.status, "sent");

    let later = Some((post.clock.now() + SignedDuration::from_hours(1)).as_microsecond());
    let in_time = post.queue(Message { not_after: later, ..ending }).await.unwrap();
    assert_eq!(post.drain().await, 1);
    assert_eq!(post.state(in_time).await.status, "sent");
    assert_eq!(server.received().len(), 2);
}

#[tokio::test]
async fn a_message_leased_by_a_process_that_died_is_sent_when_the_lease_is_over() {
    let post = Post::files();
    let id = post.queue(hello("ada@example.org")).await.unwrap();
    let until = clock::sql(post.clock.now() + SignedDuration::from_mins(10));
    let leased = "UPDATE mails SET status = 'sending', attempts = 1, lease_until = ?2 WHERE id = ?1";
    post.write(move |unit, _| Ok(unit.execute(leased, (id, until))?)).await.unwrap();
    assert_eq!(post.drain().await, 0);
    post.wait(1);
    assert_eq!(post.drain().await, 1);
    let state = post.state(id).await;
    assert_eq!((state.status.as_str(), state.attempts), ("sent", 2));
}

#[tokio::test]
async fn without_a_server_messages_are_files_named_by_their_id_and_written_over() {
    let post = Post::files();
    let id = post.queue(hello("ada@example.org")).await.unwrap();
    post.drain().await;
    let again = "UPDATE mails SET status = 'queued'";
    post.write(move |unit, _| Ok(unit.execute(again, [])?)).await.unwrap();
    post.drain().await;
    let names: Vec<_> = std::fs::read_dir(post.folder.path().join("mail"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    assert_eq!(names, [format!("{id}.eml")]);
}

#[tokio::test]
async fn an_invitation_reaches_the_recipient_as_a_calendar_can_read_it() {
    let server = Smtp::start([]).await;
    let post = Post::smtp(&server);
    let person = Person {
        email: "Ada@Example.org".to_owned(),
        name: "Ada Lovelace".to_owned(),
        locale: Locale::De,
        ..Person::default()
    };
    let person = post.write(move |unit, clock| people::upsert(unit, clock, &person, Trust::Anonymous)).await.unwrap();
    let attachment = Attachment {
        name: "plan.txt".to_owned(),
        content_type: "text/plain".to_owned(),
        content: "cGxhbg==".to_owned(),
    };
    let message = Message {
        person: Some(person),
        to: None,
        calendar: Some(invitation(Method::Request)),
        attachments: vec![attachment],
        ..hello("")
    };
    post.queue(message).await.unwrap();
    post.drain().await;
    let received = server.received().remove(0);
    assert_eq!(received.to, ["ada@example.org"]);
    assert_eq!(received.header("To"), Some("\"Ada Lovelace\" <ada@example.org>"));
    assert_eq!(received.header("Subject"), Some("de for you"));
    assert_eq!(received.header("Auto-Submitted"), Some("auto-generated"));
    assert!(received.header("Content-Type").unwrap().starts_with("multipart/mixed"));
    let content = &received.content;
    let part = content.split("text/calendar; method=REQUEST; charset=utf-8").nth(1).unwrap();
    let calendar: icalendar::Calendar =
        part.split("\r\n\r\n").nth(1).unwrap().split("\r\n--").next().unwrap().parse().unwrap();
    assert_eq!(calendar.property_value("METHOD"), Some("REQUEST"));
    let event = calendar.events().next().unwrap();
    assert_eq!(icalendar::Component::get_uid(event), Some("session-7@example.org"));
    assert!(content.contains("filename=\"invite.ics\"") && content.contains("filename=\"plan.txt\""), "{content}");
}

#[tokio::test]
async fn a_template_that_fails_is_tried_again_and_does_not_hold_up_others() {
    let post = Post::files();
    let broken = post.queue(Message { template: "gone".to_owned(), ..hello("ada@example.org") }).await.unwrap();
    let fine = post.queue(hello("bob@example.org")).await.unwrap();
    post.drain().await;
    assert_eq!(post.state(broken).await.status, "queued");
    assert_eq!(post.state(fine).await.status, "sent");
}

#[tokio::test]
async fn a_running_worker_sends_what_is_committed_and_ends_when_asked() {
    let post = Post::files();
    let shutdown = Shutdown::default();
    let running = tokio::spawn(post.worker.clone().run(shutdown.clone()));
    let mails = post.store.tables(["mails"]);
    for n in 0..3 {
        let id = post.queue(hello(&format!("person{n}@example.org"))).await.unwrap();
        let sent = async {
            loop {
                let known = post.store.generations(&mails);
                if post.state(id).await.status == "sent" {
                    return;
                }
                post.store.changed(&mails, &known).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(20), sent).await.expect("sent without being asked twice");
    }
    shutdown.begin();
    tokio::time::timeout(Duration::from_secs(20), running).await.expect("an end").unwrap();
}
