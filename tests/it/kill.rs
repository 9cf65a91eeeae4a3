//! Kill -9 in the middle of registrations: what was acknowledged is there, whole; nothing is there by half.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use magnetiq_tests::{Dice, Process, registrations, webinars};

const ROUNDS: u64 = 50;
/// No round begins after this, however slow the machine is.
const LONGEST: Duration = Duration::from_secs(150);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn kill_nine_loses_no_acknowledged_registration_and_leaves_none_by_half() {
    let folder = tempfile::tempdir().unwrap();
    let session = webinars::announce(folder.path()).await;
    let (mut dice, begun) = (Dice::throw(), Instant::now());
    let (mut acknowledged, mut rounds, mut cut_short) = (BTreeSet::new(), 0, 0);
    while rounds < ROUNDS && begun.elapsed() < LONGEST {
        let process = Process::serve(folder.path(), &webinars::VARIABLES);
        let told = registrations::cut_short(&process, session, rounds, &mut dice).await;
        drop(process);
        cut_short += u64::from((told.len() as u64) < registrations::CLIENTS);
        acknowledged.extend(told);
        registrations::check(folder.path(), &acknowledged, &format!("round {rounds}, seed {}", dice.seed)).await;
        rounds += 1;
    }
    eprintln!(
        "{rounds} kills in {:?}, {cut_short} of them in the middle, {} acknowledged; seed {}",
        begun.elapsed(),
        acknowledged.len(),
        dice.seed
    );
    assert!(cut_short * 2 > rounds, "most kills came too late to show anything");
}
