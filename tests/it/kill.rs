//! Kill -9 in the middle of registrations: what was acknowledged is there, whole; nothing is there by half.

use magnetiq_tests::killing;

const KILLS: u64 = 200;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_hundred_times_kill_nine_loses_no_acknowledged_registration_and_leaves_none_by_half() {
    let toll = killing::sites(KILLS, |_| {}).await;
    assert_eq!(toll.kills, KILLS);
    assert!(toll.acknowledged > 0, "every kill came before the first answer");
    assert!(toll.cut_short * 2 > toll.kills, "most kills came too late to show anything: {toll:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_kill_in_each_write_of_a_registration_leaves_it_whole_or_not_at_all() {
    let toll = killing::each_write().await;
    assert!(toll.cut_short > 0, "every kill came after the answer");
    assert!(toll.cut_short < toll.kills, "the mail's writes were left out: {toll:?}");
}
