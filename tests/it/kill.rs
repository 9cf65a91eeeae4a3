//! Kill -9 in the middle of registrations: what was acknowledged is there, whole; nothing is there by half.

use magnetiq_tests::{Dice, killing};

const KILLS: u64 = 50;
/// Sites that are killed side by side: a start compiles the plugin, on one core.
const SITES: u64 = 2;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fifty_times_kill_nine_loses_no_acknowledged_registration_and_leaves_none_by_half() {
    let (first, second) = (killing::site(KILLS / SITES, Dice::throw()), killing::site(KILLS / SITES, Dice::throw()));
    let (first, second) = tokio::join!(tokio::spawn(first), tokio::spawn(second));
    let toll = first.unwrap() + second.unwrap();
    assert_eq!(toll.kills, KILLS);
    assert!(toll.acknowledged > 0, "every kill came before the first answer");
    assert!(toll.cut_short * 2 > toll.kills, "most kills came too late to show anything: {toll:?}");
}
