//! The outbox against a real server and a real database.

mod smtp;

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use magnetiq_contract::mail::{Attachment, Calendar, Event, Message, Method};
use magnetiq_contract::people::Person;
use magnetiq_contract::text::Locale;
use serde_json::json;
use tempfile::TempDir;

use self::smtp::{Reply, Smtp};
use super::{NewMessage, Renderer, SiteInfo, Templates, Transport, Worker, forget, purge, queue, retry};
use crate::clock::{self, Clock};
use crate::error::{Code, Error, Result};
use crate::people::{self, Trust};
use crate::resources::Actor;
use crate::store::{Connection, Owner, Store};

struct Post {
    folder: TempDir,
    clock: Clock,
    store: Store,
    worker: Worker,
}

/// A row as the tests look at it.
#[derive(Debug, PartialEq)]
struct State {
    status: String,
    attempts: u32,
    last_error: String,
}

impl Post {
    fn with(transport: impl FnOnce(&TempDir) -> Transport) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Clock::fixed("2026-03-01T09:00:00Z".parse().unwrap());
        let store = Store::open(&folder.path().join("magnetiq.db"), &clock).unwrap();
        let worker = worker(&store, &clock, transport(&folder));
        Self { folder, clock, store, worker }
    }

    fn smtp(server: &Smtp) -> Self {
        Self::with(|_| Transport::smtp(&server.url).unwrap())
    }

    fn files() -> Self {
        Self::with(|folder| Transport::folder(&folder.path().join("mail")).unwrap())
    }

    async fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection, &Clock) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let clock = self.clock.clone();
        self.store.write(Owner::Core, move |unit| work(unit, &clock)).await
    }

    async fn queue(&self, message: Message) -> Result<i64> {
        self.write(|unit, clock| queue(unit, clock, NewMessage { owner: "webinars".to_owned(), message })).await
    }

    async fn state(&self, id: i64) -> State {
        let sql = "SELECT status, attempts, last_error FROM mails WHERE id = ?";
        let state = move |unit: &Connection| {
            Ok(unit.query_row(sql, [id], |row| {
                Ok(State { status: row.get(0)?, attempts: row.get(1)?, last_error: row.get(2)? })
            })?)
        };
        self.store.read(move |snapshot| state(snapshot)).await.unwrap()
    }

    async fn next_attempt(&self, id: i64) -> Timestamp {
        let sql = "SELECT next_attempt_at FROM mails WHERE id = ?";
        let text: String =
            self.store.read(move |snapshot| Ok(snapshot.query_row(sql, [id], |row| row.get(0))?)).await.unwrap();
        clock::parse_sql(&text).unwrap()
    }

    async fn drain(&self) -> usize {
        self.worker.drain_due().await.unwrap()
    }

    fn wait(&self, hours: i64) {
        self.clock.advance(SignedDuration::from_hours(hours));
    }
}

fn worker(store: &Store, clock: &Clock, transport: Transport) -> Worker {
    let site = SiteInfo {
        name: "Example".to_owned(),
        public_url: "https://example.org".to_owned(),
        time_zone: "Europe/Berlin".to_owned(),
    };
    let renderer: Renderer = Arc::new(|request| match request.template {
        "mail/hello.html" => Ok(format!("<h1>Hello {}</h1>", request.data["who"])),
        "mail/hello.txt" => Ok(format!("Subject: {} for you\nHello {}", request.locale.code(), request.data["who"])),
        _ => Err(Error::not_found()),
    });
    let templates = Templates::new(site, renderer).unwrap();
    Worker::new(store.clone(), clock.clone(), "Events <events@example.org>", transport, templates).unwrap()
}

fn hello(to: &str) -> Message {
    Message { to: Some(to.to_owned()), template: "hello".to_owned(), data: json!({"who": to}), ..Message::default() }
}

fn invitation(method: Method) -> Calendar {
    let event = Event {
        uid: "session-7@example.org".to_owned(),
        sequence: 0,
        starts_at: 1_772_355_600_000_000,
        ends_at: 1_772_359_200_000_000,
        summary: "Heat pumps".to_owned(),
        description: String::new(),
        location: String::new(),
        url: String::new(),
    };
    Calendar { method, event }
}

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
    assert_eq!(post.state(id).await, State { status: "queued".into(), attempts: 0, last_error: String::new() });
    assert!(post.worker.trouble().unwrap().contains("421"), "{:?}", post.worker.trouble());
    server.set_busy(false);
    assert_eq!(post.drain().await, 1);
    assert_eq!(post.worker.trouble(), None);
    assert_eq!(server.received().len(), 1);
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
