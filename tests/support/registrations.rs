//! Registrations in great numbers, cut short; and what the database holds of them afterwards.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

use magnetiq::clock::Clock;
use magnetiq::config::DataDir;
use magnetiq::store::Store;
use serde_json::json;
use tokio::task::JoinSet;

use crate::{Answer, Client, Dice, Process};

/// Registrations that are under way at the same time.
pub const CLIENTS: u64 = 64;

/// A call for each client, on its way: the address that it registers, and the answer if there was one.
pub type Calls = JoinSet<(String, Option<Answer>)>;

/// Who registered on a site.
#[derive(Debug, Default)]
pub struct Roll {
    /// Everybody who tried.
    pub attempted: BTreeSet<String>,
    /// Those of them who were told that all is well.
    pub acknowledged: BTreeSet<String>,
}

impl Roll {
    /// Adds a call that has ended.
    ///
    /// # Panics
    /// As [`acknowledged`] does.
    pub fn add(&mut self, (email, answer): (String, Option<Answer>)) {
        self.attempted.insert(email.clone());
        self.acknowledged.extend(acknowledged((email, answer)));
    }

    /// Adds those of another round.
    pub fn append(&mut self, mut other: Self) {
        self.attempted.append(&mut other.attempted);
        self.acknowledged.append(&mut other.acknowledged);
    }

    /// Looks into the file that an ended process left: acknowledged ⊆ present ⊆ attempted, and nothing is there by half.
    ///
    /// # Panics
    /// When that is not so; `case` says when.
    pub async fn check(&self, folder: &Path, case: &str) {
        let store = open(folder);
        look(folder, &store, &self.acknowledged, case).await;
        let present = texts(&store, "SELECT email FROM contacts").await;
        let strangers: Vec<_> = present.iter().filter(|email| !self.attempted.contains(*email)).collect();
        assert!(strangers.is_empty(), "{case}: there and never sent: {strangers:?}");
    }
}

/// Sends registrations for a session, each from an address of its own. No two rounds send the same.
#[must_use]
pub fn send(visitor: &Client, session: i64, round: u64) -> Calls {
    (0..CLIENTS).map(|client| send_one(visitor.clone(), session, round, client)).collect()
}

/// Sends one of a round's registrations.
pub async fn send_one(visitor: Client, session: i64, round: u64, client: u64) -> (String, Option<Answer>) {
    let email = format!("round{round}-client{client}@example.org");
    let body = json!({"email": email, "name": "Ada", "consent": {"marketing": client.is_multiple_of(2)}});
    let call = visitor
        .call("POST", &format!("/api/v1/webinars/sessions/{session}/registrations"))
        .header("x-forwarded-for", &format!("198.{}.{}.{client}", 18 + round / 256, round % 256))
        .json(&body);
    (email, call.try_send().await)
}

/// Sends registrations at once and kills the host after some of the answers.
///
/// # Panics
/// When one is refused for another reason than that the machine is busy.
pub async fn cut_short(process: &Process, session: i64, round: u64, dice: &mut Dice) -> Roll {
    let mut calls = send(&process.visitor(), session, round);
    let (answers, moment) = (dice.below(CLIENTS), Duration::from_micros(dice.below(3_000)));
    let mut roll = Roll::default();
    for _ in 0..answers {
        roll.add(calls.join_next().await.expect("a call under way").expect("a call"));
    }
    // Answers come in groups, one for each sync: the moment lies anywhere in the next one.
    tokio::time::sleep(moment).await;
    process.signal("KILL");
    while let Some(done) = calls.join_next().await {
        roll.add(done.expect("a call"));
    }
    roll
}

/// The address, when its registration was acknowledged. A busy machine may refuse a call for its time; that
/// acknowledges nothing, and nothing of it may stay.
///
/// # Panics
/// When it was refused for another reason.
#[must_use]
pub fn acknowledged((email, answer): (String, Option<Answer>)) -> Option<String> {
    let answer = answer?;
    match answer.status.as_u16() {
        201 => Some(email),
        502 | 503 => None,
        _ => panic!("{}", answer.text()),
    }
}

/// Looks into the file that an ended process left: all who were told are there, and nothing is there by half.
///
/// # Panics
/// When that is not so; `case` says when.
pub async fn check(folder: &Path, acknowledged: &BTreeSet<String>, case: &str) {
    look(folder, &open(folder), acknowledged, case).await;
}

/// Who was told that all is well and is not there.
pub async fn lost(folder: &Path, acknowledged: &BTreeSet<String>) -> Vec<String> {
    missing(&open(folder), acknowledged).await
}

fn open(folder: &Path) -> Store {
    Store::open(&DataDir::new(folder.into()).database(), &Clock::system()).expect("a sound database")
}

async fn look(folder: &Path, store: &Store, acknowledged: &BTreeSet<String>, case: &str) {
    let lost = missing(store, acknowledged).await;
    assert!(lost.is_empty(), "{case}: acknowledged and not there: {lost:?}");
    let half = half(folder, store).await;
    assert!(half.is_empty(), "{case}: {half:?}");
}

async fn missing(store: &Store, acknowledged: &BTreeSet<String>) -> Vec<String> {
    let registered: BTreeSet<_> = texts(store, REGISTERED).await.into_iter().collect();
    acknowledged.difference(&registered).cloned().collect()
}

/// What is there by half, in words; so is a message that is said to be sent and is not in its folder.
async fn half(folder: &Path, store: &Store) -> Vec<String> {
    let mails = DataDir::new(folder.into()).mail();
    let unsent = |id: &String| !mails.join(format!("{id}.eml")).metadata().is_ok_and(|file| file.len() > 0);
    let sent = texts(store, "SELECT CAST(id AS TEXT) FROM mails WHERE status = 'sent'").await.into_iter();
    let missing = sent.filter(unsent).map(|id| format!("mail {id} was sent and is not there"));
    texts(store, HALF).await.into_iter().chain(missing).collect()
}

const REGISTERED: &str = "
    SELECT c.email FROM p_webinars__registrations AS r JOIN contacts AS c ON c.id = r.person
    WHERE r.status = 'confirmed' AND r.mailed_at IS NOT NULL";

/// Everything that one registration writes counts one, for each contact; what does not is named.
const HALF: &str = "
    SELECT 'contact ' || id || ' has ' || registrations || ' registrations, ' || mails || ' mails, '
        || activities || ' activities' FROM (
        SELECT c.id,
            (SELECT COUNT(*) FROM p_webinars__registrations AS r WHERE r.person = c.id) AS registrations,
            (SELECT COUNT(*) FROM mails AS m WHERE m.contact_id = c.id AND m.template LIKE '%confirmation') AS mails,
            (SELECT COUNT(*) FROM activities AS a WHERE a.contact_id = c.id) AS activities
        FROM contacts AS c)
    WHERE registrations <> 1 OR mails <> 1 OR activities <> 1
    UNION ALL
    SELECT 'registration ' || id || ' has no contact' FROM p_webinars__registrations
    WHERE person NOT IN (SELECT id FROM contacts)
    UNION ALL
    SELECT 'mail ' || id || ' belongs to nobody' FROM mails WHERE owner = 'webinars' AND contact_id IS NULL
    UNION ALL
    SELECT 'row ' || rowid || ' of ' || [table] || ' has lost its ' || parent FROM pragma_foreign_key_check
    UNION ALL
    SELECT 'the database: ' || integrity_check FROM pragma_integrity_check WHERE integrity_check <> 'ok'";

async fn texts(store: &Store, sql: &'static str) -> Vec<String> {
    let read = store.read(move |snapshot| {
        let mut statement = snapshot.prepare(sql)?;
        let rows = statement.query_map([], |row| row.get(0))?;
        Ok(rows.collect::<Result<Vec<String>, _>>()?)
    });
    read.await.expect("rows")
}
