//! The outbox against a real server and a real database.

mod bad_days;
mod delivery;
mod encryption;
mod queueing;
mod smtp;

use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use magnetiq_contract::mail::{Attachment, Calendar, Event, Message, Method};
use magnetiq_contract::people::Person;
use magnetiq_contract::text::Locale;
use serde_json::json;
use tempfile::TempDir;

use self::smtp::{Reply, Smtp};
use super::{NewMessage, Renderer, SiteInfo, Templates, Transport, Worker, cancel, forget, purge, queue, retry};
use crate::clock::{self, Clock};
use crate::config::SmtpServer;
use crate::error::{Code, Error, Result};
use crate::people::{self, Trust};
use crate::resources::Actor;
use crate::shutdown::Shutdown;
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
        Self::at(&server.url)
    }

    fn at(url: &str) -> Self {
        Self::sending(&SmtpServer::parse(url).unwrap())
    }

    fn sending(server: &SmtpServer) -> Self {
        Self::with(|_| Transport::smtp(server).unwrap())
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
    let templates = Templates::new(site, renderer, Arc::new(|_| Err(Error::not_found()))).unwrap();
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
