//! Kill -9 in the middle of registrations: what was acknowledged is there, whole; nothing is there by half.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::{Duration, Instant};

use magnetiq::clock::{Clock, random_bytes};
use magnetiq::config::DataDir;
use magnetiq::store::Store;
use magnetiq_tests::{Answer, Client, Process, webinars};
use serde_json::json;
use tokio::task::JoinSet;

const ROUNDS: u64 = 50;
const CLIENTS: u64 = 64;
/// No round begins after this, however slow the machine is.
const LONGEST: Duration = Duration::from_secs(150);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn kill_nine_loses_no_acknowledged_registration_and_leaves_none_by_half() {
    let folder = tempfile::tempdir().unwrap();
    let session = webinars::announce(folder.path()).await;
    let seed = u64::from_le_bytes(random_bytes());
    let (mut dice, begun) = (Dice(seed), Instant::now());
    let (mut acknowledged, mut rounds, mut cut_short) = (BTreeSet::new(), 0, 0);
    while rounds < ROUNDS && begun.elapsed() < LONGEST {
        let kept = round(folder.path(), session, rounds, &mut dice).await;
        cut_short += u64::from((kept.len() as u64) < CLIENTS);
        acknowledged.extend(kept);
        check(folder.path(), &acknowledged, &format!("round {rounds}, seed {seed}")).await;
        rounds += 1;
    }
    eprintln!(
        "{rounds} kills in {:?}, {cut_short} of them in the middle, {} acknowledged; seed {seed}",
        begun.elapsed(),
        acknowledged.len()
    );
    assert!(cut_short * 2 > rounds, "most kills came too late to show anything");
}

/// Sends registrations at once and kills the host after some of the answers; who was told that all is well.
async fn round(folder: &Path, session: i64, round: u64, dice: &mut Dice) -> Vec<String> {
    let process = Process::serve(folder, &webinars::VARIABLES);
    let visitor = Client::visitor(format!("http://{}", process.address));
    let mut calls = JoinSet::new();
    for client in 0..CLIENTS {
        let email = format!("round{round}-client{client}@example.org");
        let body = json!({"email": email, "name": "Ada", "consent": {"marketing": client % 2 == 0}});
        let call = visitor
            .call("POST", &format!("/api/v1/webinars/sessions/{session}/registrations"))
            .header("x-forwarded-for", &format!("198.18.{round}.{client}"))
            .json(&body);
        calls.spawn(async move { (email, call.try_send().await) });
    }
    let (answers, moment) = (dice.below(CLIENTS), Duration::from_micros(dice.below(3_000)));
    let mut kept = Vec::new();
    for _ in 0..answers {
        kept.extend(calls.join_next().await.and_then(|done| acknowledged(done.unwrap())));
    }
    // Answers come in groups, one for each sync: the moment lies anywhere in the next one.
    tokio::time::sleep(moment).await;
    process.signal("KILL");
    while let Some(done) = calls.join_next().await {
        kept.extend(acknowledged(done.unwrap()));
    }
    kept
}

/// A busy machine may refuse a call for its time; that acknowledges nothing, and nothing of it may stay.
fn acknowledged((email, answer): (String, Option<Answer>)) -> Option<String> {
    let answer = answer?;
    match answer.status.as_u16() {
        201 => Some(email),
        502 | 503 => None,
        _ => panic!("{}", answer.text()),
    }
}

/// Looks into the file that the killed process left.
async fn check(folder: &Path, acknowledged: &BTreeSet<String>, case: &str) {
    let store = Store::open(&DataDir::new(folder.into()).database(), &Clock::system()).unwrap();
    let registered = texts(
        &store,
        "SELECT c.email FROM p_webinars__registrations AS r JOIN contacts AS c ON c.id = r.person
         WHERE r.status = 'confirmed' AND r.mailed_at IS NOT NULL",
    );
    let registered: BTreeSet<_> = registered.await.into_iter().collect();
    let lost: Vec<_> = acknowledged.difference(&registered).collect();
    assert!(lost.is_empty(), "{case}: acknowledged and not there: {lost:?}");
    let half = texts(&store, HALF).await;
    assert!(half.is_empty(), "{case}: {half:?}");
}

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

async fn texts(store: &Store, sql: &'static str) -> Vec<String> {
    let read = store.read(move |snapshot| {
        let mut statement = snapshot.prepare(sql)?;
        let rows = statement.query_map([], |row| row.get(0))?;
        Ok(rows.collect::<Result<Vec<String>, _>>()?)
    });
    read.await.unwrap()
}

/// Numbers that a seed gives again (splitmix64).
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % bound
    }
}
