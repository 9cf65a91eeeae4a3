//! A site that is killed, or loses its power, again and again in the middle of registrations.

use std::collections::BTreeSet;
use std::ops::Add;

use crate::{Dice, Disk, Process, Unsynced, registrations, webinars};

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

/// Starts a site, kills it in the middle of registrations and looks at its file, as many times as that.
///
/// # Panics
/// When something acknowledged is not there, or something is there by half; the message names round and seed.
pub async fn site(kills: u64, mut dice: Dice) -> Toll {
    let folder = tempfile::tempdir().expect("a folder");
    let session = webinars::announce(folder.path()).await;
    let (mut acknowledged, mut cut_short) = (BTreeSet::new(), 0);
    for round in 0..kills {
        let process = Process::serve(folder.path(), &webinars::VARIABLES);
        let told = registrations::cut_short(&process, session, round, &mut dice).await;
        drop(process);
        cut_short += u64::from((told.len() as u64) < registrations::CLIENTS);
        acknowledged.extend(told);
        registrations::check(folder.path(), &acknowledged, &format!("round {round}, seed {}", dice.seed)).await;
    }
    Toll { kills, cut_short, acknowledged: acknowledged.len() }
}

/// The same with a disk that loses its power at each kill: bytes that were not synced are gone.
///
/// # Panics
/// As [`site`] does.
pub async fn disk(losses: u64, mut dice: Dice) -> Toll {
    let disk = Disk::new();
    let session = webinars::announce(&disk.data()).await;
    let (mut acknowledged, mut cut_short) = (BTreeSet::new(), 0);
    for round in 0..losses {
        let process = disk.serve(&webinars::VARIABLES);
        let told = registrations::cut_short(&process, session, round, &mut dice).await;
        drop(process);
        let unsynced = if dice.coin() { Unsynced::Lost } else { Unsynced::ByChance };
        disk.lose_power(unsynced, &mut dice);
        cut_short += u64::from((told.len() as u64) < registrations::CLIENTS);
        acknowledged.extend(told);
        let case = format!("round {round}, unsynced {unsynced:?}, seed {}", dice.seed);
        registrations::check(&disk.data(), &acknowledged, &case).await;
    }
    Toll { kills: losses, cut_short, acknowledged: acknowledged.len() }
}
