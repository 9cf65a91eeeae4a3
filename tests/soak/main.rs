//! `make soak`: what takes hours. Thousands of kills and power losses, and a long mixed load.
//!
//! `SOAK_KILLS` and `SOAK_MINUTES` say how much of it; each part says its figures on the standard output.

mod load;

use std::io::Write;
use std::time::{Duration, Instant};

use magnetiq_tests::Dice;
use magnetiq_tests::killing::{self, Toll};

/// Power losses of one site; the next ones meet a fresh one, so that a look into its file stays quick.
const LOSSES_OF_A_SITE: u64 = 50;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn thousands_of_kills_lose_nothing_that_was_acknowledged() {
    let begun = Instant::now();
    let toll =
        killing::sites(setting("SOAK_KILLS", 2_000), |toll| say(&format!("{toll:?} in {:.0?}", begun.elapsed()))).await;
    assert!(toll.cut_short * 2 > toll.kills, "most kills came too late to show anything: {toll:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn hundreds_of_power_losses_lose_nothing_that_was_acknowledged() {
    let (losses, begun, mut toll) = (setting("SOAK_KILLS", 2_000).div_ceil(10), Instant::now(), Toll::default());
    while toll.kills < losses {
        let each = (losses - toll.kills).min(LOSSES_OF_A_SITE);
        toll = toll + killing::disk(each, Dice::throw()).await;
        say(&format!("power losses: {toll:?} in {:.0?}", begun.elapsed()));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_long_mixed_load_is_answered_well_and_does_not_grow_the_process() {
    let span = Duration::from_secs(60 * setting("SOAK_MINUTES", 120));
    let figures = load::run(span).await;
    say(&format!("{figures:?}"));
    figures.check();
}

fn setting(name: &str, default: u64) -> u64 {
    match std::env::var(name) {
        Ok(text) => text.parse().unwrap_or_else(|_| panic!("{name} is a whole number, not {text}")),
        Err(_) => default,
    }
}

/// A figure for whoever waits; the harness would keep it back until the end.
fn say(figure: &str) {
    // Nobody may be reading any more; the test goes on.
    let _ = writeln!(std::io::stdout(), "{figure}");
}
