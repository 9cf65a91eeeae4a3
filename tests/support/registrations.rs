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

/// Sends registrations for a session, each from an address of its own. No two rounds send the same.
#[must_use]
pub fn send(visitor: &Client, session: i64, round: u64) -> Calls {
    let mut calls = JoinSet::new();
    for client in 0..CLIENTS {
        let email = format!("round{round}-client{client}@example.org");
        let body = json!({"email": email, "name": "Ada", "consent": {"marketing": client % 2 == 0}});
        let call = visitor
            .call("POST", &format!("/api/v1/webinars/sessions/{session}/registrations"))
            .header("x-forwarded-for", &format!("198.{}.{}.{client}", 18 + round / 256, round % 256))
            .json(&body);
        calls.spawn(async move { (email, call.try_send().await) });
    }
    calls
}

/// Sends registrations at once and kills the host after some of the answers; who was told that all is well.
///
/// # Panics
/// When one is refused for another reason than that the machine is busy.
pub async fn cut_short(process: &Process, session: i64, round: u64, dice: &mut Dice) -> BTreeSet<String> {
    let mut calls = send(&process.visitor(), session, round);
    let (answers, moment) = (dice.below(CLIENTS), Duration::from_micros(dice.below(3_000)));
    let mut kept = BTreeSet::new();
    for _ in 0..answers {
        kept.extend(calls.join_next().await.and_then(|done| acknowledged(done.expect("a call"))));
    }
    // Answers come in groups, one for each sync: the moment lies anywhere in the next one.
    tokio::time::sleep(moment).await;
    process.signal("KILL");
    while let Some(done) = calls.join_next().await {
        kept.extend(acknowledged(done.expect("a call")));
    }
    kept
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
    let lost = lost(folder, acknowledged).await;
    assert!(lost.is_empty(), "{case}: acknowledged and not there: {lost:?}");
    let half = half(folder).await;
    assert!(half.is_empty(), "{case}: {half:?}");
}

/// Who was told that all is well and is not there.
pub async fn lost(folder: &Path, acknowledged: &BTreeSet<String>) -> Vec<String> {
    let registered: BTreeSet<_> = texts(folder, REGISTERED).await.into_iter().collect();
    acknowledged.difference(&registered).cloned().collect()
}

/// What is there by half, in words; so is a message that is said to be sent and is not in its folder.
async fn half(folder: &Path) -> Vec<String> {
    let mails = DataDir::new(folder.into()).mail();
    let unsent = |id: &String| !mails.join(format!("{id}.eml")).metadata().is_ok_and(|file| file.len() > 0);
    let sent = texts(folder, "SELECT CAST(id AS TEXT) FROM mails WHERE status = 'sent'").await.into_iter();
    let missing = sent.filter(unsent).map(|id| format!("mail {id} was sent and is not there"));
    texts(folder, HALF).await.into_iter().chain(missing).collect()
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
    SELECT 'the database: ' || integrity_check FROM pragma_integrity_check WHERE integrity_check <> 'ok'";

async fn texts(folder: &Path, sql: &'static str) -> Vec<String> {
    let store = Store::open(&DataDir::new(folder.into()).database(), &Clock::system()).expect("a sound database");
    let read = store.read(move |snapshot| {
        let mut statement = snapshot.prepare(sql)?;
        let rows = statement.query_map([], |row| row.get(0))?;
        Ok(rows.collect::<Result<Vec<String>, _>>()?)
    });
    read.await.expect("rows")
}
