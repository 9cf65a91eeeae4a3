//! What is queued, kept and forgotten.

use super::*;

#[tokio::test]
async fn nothing_leaves_of_a_unit_that_failed() {
    let server = Smtp::start([]).await;
    let post = Post::smtp(&server);
    let failed = post.write(|unit, clock| {
        queue(unit, clock, NewMessage { owner: "webinars".to_owned(), message: hello("ada@example.org") })?;
        Err::<(), _>(Error::not_found())
    });
    assert!(failed.await.is_err());
    assert_eq!(post.drain().await, 0);
    assert!(server.received().is_empty());
}

#[tokio::test]
async fn a_key_is_queued_once_ever() {
    let post = Post::files();
    let keyed = || Message { key: Some("reminder:7".to_owned()), ..hello("ada@example.org") };
    let first = post.queue(keyed()).await.unwrap();
    assert_eq!(post.queue(keyed()).await.unwrap(), first);
    assert_eq!(post.drain().await, 1);
    post.wait(24 * 365);
    post.write(purge).await.unwrap();
    assert_eq!(post.queue(keyed()).await.unwrap(), first);
    assert_eq!(post.drain().await, 0);
    let other = NewMessage { owner: "booking".to_owned(), message: keyed() };
    assert_ne!(post.write(|unit, clock| queue(unit, clock, other)).await.unwrap(), first);
}

#[tokio::test]
async fn a_message_that_waits_is_recalled_by_its_key_and_says_so_and_one_that_left_is_not() {
    let server = Smtp::start([]).await;
    server.set_busy(true);
    let post = Post::smtp(&server);
    let keyed = |key: &str| Message { key: Some(key.to_owned()), ..hello("ada@example.org") };
    let recalled = post.queue(keyed("changed:1")).await.unwrap();
    assert_eq!(post.drain().await, 0);
    let recall =
        |owner: &'static str, key: &'static str| post.write(move |unit, clock| cancel(unit, clock, owner, key));
    assert!(!recall("booking", "changed:1").await.unwrap(), "a key is its owner's");
    assert!(recall("webinars", "changed:1").await.unwrap());
    assert!(!recall("webinars", "changed:1").await.unwrap());
    let state = post.state(recalled).await;
    assert!(state.status == "cancelled" && state.last_error.starts_with("It was recalled. "), "{state:?}");
    let _ = post.queue(keyed("changed:2")).await.unwrap();
    server.set_busy(false);
    post.wait(1);
    assert_eq!(post.drain().await, 1);
    assert!(!recall("webinars", "changed:2").await.unwrap());
    assert_eq!(post.queue(keyed("changed:1")).await.unwrap(), recalled, "a key stays used");
    assert_eq!(post.drain().await, 0);
    assert_eq!(server.received().len(), 1);
}

#[tokio::test]
async fn a_message_for_later_waits_for_its_moment_and_bears_its_date() {
    let post = Post::files();
    let moment = post.clock.now() + SignedDuration::from_hours(3);
    let later = Message { not_before: Some(moment.as_microsecond()), ..hello("ada@example.org") };
    let id = post.queue(later).await.unwrap();
    post.wait(2);
    assert_eq!(post.drain().await, 0);
    post.wait(2);
    assert_eq!(post.drain().await, 1);
    let file = std::fs::read_to_string(post.folder.path().join(format!("mail/{id}.eml"))).unwrap();
    assert!(file.contains("Date: Sun, 01 Mar 2026 12:00:00 +0000\r\n"), "{file}");
}

#[tokio::test]
async fn what_cannot_be_sent_is_refused_when_it_is_queued() {
    let post = Post::files();
    let file = |content_type: &str, content: &str| Attachment {
        name: "a".to_owned(),
        content_type: content_type.to_owned(),
        content: content.to_owned(),
    };
    let with = |attachment| Message { attachments: vec![attachment], ..hello("ada@example.org") };
    let mut ends_early = invitation(Method::Request);
    ends_early.event.ends_at = 0;
    let refused = [
        ("to", hello("ada@example.org\r\nBcc: eve@example.org")),
        ("to", Message { to: None, ..hello("") }),
        ("to", Message { person: Some(1), ..hello("ada@example.org") }),
        ("person", Message { person: Some(99), to: None, ..hello("") }),
        ("template", Message { template: "../secret".to_owned(), ..hello("ada@example.org") }),
        ("key", Message { key: Some(String::new()), ..hello("ada@example.org") }),
        ("attachments.content", with(file("text/plain", "?"))),
        ("attachments.content_type", with(file("text/plain\r\nX: y", ""))),
        ("calendar.event.ends_at", Message { calendar: Some(ends_early), ..hello("ada@example.org") }),
        ("not_before", Message { not_before: Some(i64::MAX), ..hello("ada@example.org") }),
        ("not_after", Message { not_after: Some(i64::MAX), ..hello("ada@example.org") }),
    ];
    for (field, message) in refused {
        let error = post.queue(message).await.unwrap_err();
        assert_eq!(error.field_errors()[0].field, field, "{error}");
    }
}

#[tokio::test]
async fn an_erased_person_leaves_no_trace_in_the_outbox() {
    let post = Post::files();
    let person = Person { email: "ada@example.org".to_owned(), name: "Ada".to_owned(), ..Person::default() };
    let person = post.write(move |unit, clock| people::upsert(unit, clock, &person, Trust::Anonymous)).await.unwrap();
    let by_handle = post.queue(Message { person: Some(person), to: None, ..hello("x") }).await.unwrap();
    post.drain().await;
    let by_address = post.queue(hello("ada@example.org")).await.unwrap();
    post.write(move |unit, clock| forget(unit, clock, person)).await.unwrap();
    assert_eq!(post.drain().await, 0);
    assert_eq!(post.state(by_handle).await.status, "sent");
    assert_eq!(post.state(by_address).await.status, "cancelled");
    let sql = "SELECT count(*) FROM mails WHERE to_email || to_name || subject || coalesce(data, '') LIKE '%ada%'";
    let traces: i64 = post.store.read(move |unit| Ok(unit.query_row(sql, [], |row| row.get(0))?)).await.unwrap();
    assert_eq!(traces, 0);
}

#[tokio::test]
async fn content_is_purged_a_month_after_it_was_sent() {
    let post = Post::files();
    let id = post.queue(hello("ada@example.org")).await.unwrap();
    post.drain().await;
    let purged = |post: &Post| {
        let store = post.store.clone();
        async move {
            let sql = "SELECT data IS NULL FROM mails WHERE id = ?";
            store.read(move |unit| Ok(unit.query_row(sql, [id], |row| row.get::<_, bool>(0))?)).await.unwrap()
        }
    };
    post.wait(24 * 29);
    post.write(purge).await.unwrap();
    assert!(!purged(&post).await);
    post.wait(24 * 2);
    post.write(purge).await.unwrap();
    assert!(purged(&post).await);
}

#[tokio::test]
async fn the_list_agrees_with_the_migrated_table() {
    let post = Post::files();
    let findings = post.store.read(|snapshot| crate::mail::table().check(snapshot)).await.unwrap();
    assert_eq!((findings.faults, findings.warnings), (Vec::new(), Vec::new()));
}
