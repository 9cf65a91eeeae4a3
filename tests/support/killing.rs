//! A site that is killed, or loses its power, again and again in the middle of registrations.

use std::ops::Add;

use crate::registrations::{self, Roll};
use crate::{Client, Dice, Disk, DiskFault, Process, Unsynced, webinars};

/// What was done to a site, or to several.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Toll {
    /// Kills, each followed by a look at what is there.
    pub kills: u64,
    /// Kills after which somebody had no answer.
    pub cut_short: u64,
    /// Registrations that were acknowledged, all of them there after each later kill.
    pub acknowledged: usize,
}

impl Add for Toll {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            kills: self.kills + other.kills,
            cut_short: self.cut_short + other.cut_short,
            acknowledged: self.acknowledged + other.acknowledged,
        }
    }
}

/// Kills of one site; the next ones meet a fresh one, so that a look into its file stays quick.
const KILLS_OF_A_SITE: u64 = 50;
const SITES_SIDE_BY_SIDE: u64 = 2;

/// Kills sites as many times as that, some of them side by side, or a few more; after each of them `say` hears of all.
///
/// # Panics
/// As [`site`] does.
pub async fn sites(kills: u64, say: impl Fn(&Toll)) -> Toll {
    let mut toll = Toll::default();
    while toll.kills < kills {
        let each = (kills - toll.kills).div_ceil(SITES_SIDE_BY_SIDE).min(KILLS_OF_A_SITE);
        let sites: Vec<_> = (0..SITES_SIDE_BY_SIDE).map(|_| tokio::spawn(site(each, Dice::throw()))).collect();
        for site in sites {
            toll = toll + site.await.expect("a site that lost nothing");
        }
        say(&toll);
    }
    toll
}

/// Starts a site, kills it in the middle of registrations and looks at its file, as many times as that.
///
/// # Panics
/// When something acknowledged is not there, something is there that nobody sent, or something is there by half; the
/// message names round and seed.
pub async fn site(kills: u64, mut dice: Dice) -> Toll {
    let folder = tempfile::tempdir().expect("a folder");
    let session = webinars::announce(folder.path()).await;
    let (mut all, mut cut_short) = (Roll::default(), 0);
    for round in 0..kills {
        let process = Process::serve(folder.path(), &webinars::VARIABLES);
        let roll = registrations::cut_short(&process, session, round, &mut dice).await;
        drop(process);
        cut_short += u64::from(roll.acknowledged.len() < roll.attempted.len());
        all.append(roll);
        all.check(folder.path(), &format!("round {round}, seed {}", dice.seed)).await;
    }
    Toll { kills, cut_short, acknowledged: all.acknowledged.len() }
}

/// The same with a disk that loses its power at each kill: bytes that were not synced are gone.
///
/// # Panics
/// As [`site`] does.
pub async fn disk(losses: u64, mut dice: Dice) -> Toll {
    let disk = Disk::new();
    let session = webinars::announce(&disk.data()).await;
    let (mut all, mut cut_short) = (Roll::default(), 0);
    for round in 0..losses {
        let process = disk.serve(&webinars::VARIABLES);
        let roll = registrations::cut_short(&process, session, round, &mut dice).await;
        drop(process);
        let unsynced = if dice.coin() { Unsynced::Lost } else { Unsynced::ByChance };
        disk.lose_power(unsynced, &mut dice);
        cut_short += u64::from(roll.acknowledged.len() < roll.attempted.len());
        all.append(roll);
        let case = format!("round {round}, unsynced {unsynced:?}, seed {}", dice.seed);
        all.check(&disk.data(), &case).await;
    }
    Toll { kills: losses, cut_short, acknowledged: all.acknowledged.len() }
}

/// Kills a site in the middle of the first write of a registration and its mail, the next one in the middle of its second
/// write, and so on, until the mail of one has left before so many writes were done.
///
/// # Panics
/// As [`site`] does.
pub async fn each_write() -> Toll {
    let disk = Disk::new();
    let session = webinars::announce(&disk.data()).await;
    let (mut all, mut cut_short) = (Roll::default(), 0);
    for write in 1.. {
        let mut process = disk.serve(&webinars::VARIABLES);
        let admin = webinars::sign_in(&process.visitor()).await;
        let sent = once_none_waits(&admin).await.expect("a site that lives");
        disk.fail(DiskFault::DiesAt(write));
        let (email, answer) = registrations::send_one(process.visitor(), session, write.into(), 0).await;
        cut_short += u64::from(answer.is_none());
        all.add((email, answer));
        let lives = sees_more_than(sent, &admin).await;
        process.signal("KILL");
        process.wait();
        disk.mend(DiskFault::DiesAt(write));
        all.check(&disk.data(), &format!("write {write}")).await;
        if lives {
            return Toll { kills: u64::from(write) - 1, cut_short, acknowledged: all.acknowledged.len() };
        }
    }
    unreachable!("each registration has an end")
}

/// How many mails have left once none waits; nothing when nobody answers any more. What another process had taken when it
/// was killed waits longer than this.
async fn once_none_waits(admin: &Client) -> Option<u64> {
    while total(admin, "queued").await? > 0 {}
    total(admin, "sent").await
}

/// Waits for the next mail to leave, or for the end of the site.
async fn sees_more_than(sent: u64, admin: &Client) -> bool {
    while let Some(now) = total(admin, "sent").await {
        if now > sent {
            return true;
        }
    }
    false
}

async fn total(admin: &Client, status: &str) -> Option<u64> {
    let answer = admin.call("GET", &format!("/api/v1/mail?status={status}")).try_send().await?;
    answer.expect(200).json()["pagination"]["total"].as_u64()
}
