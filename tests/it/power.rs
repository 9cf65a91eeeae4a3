//! Power loss in the middle of registrations: unsynced bytes are gone, and what was acknowledged is there all the same.

use std::collections::BTreeSet;
use std::ffi::OsString;

use magnetiq::config::DataDir;
use magnetiq_tests::{Dice, Disk, DiskFault, PASSWORD, Unsynced, killing, registrations, webinars};
use serde_json::json;

const LOSSES: u64 = 10;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn power_loss_takes_no_acknowledged_registration_and_leaves_none_by_half() {
    let toll = killing::disk(LOSSES, Dice::throw()).await;
    assert!(toll.acknowledged > 0, "every cut came before the first answer");
}

/// The control: the same eyes see the loss where a sync does nothing.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_disk_whose_syncs_lie_is_seen_to_lose_acknowledged_registrations() {
    let disk = Disk::new();
    let session = webinars::announce(&disk.data()).await;
    disk.fail(DiskFault::SyncLies);
    let process = disk.serve(&webinars::VARIABLES);
    let calls = registrations::send(&process.visitor(), session, 0).join_all().await;
    let told: BTreeSet<String> = calls.into_iter().filter_map(registrations::acknowledged).collect();
    process.signal("KILL");
    drop(process);
    disk.lose_power(Unsynced::Lost, &mut Dice::throw());
    assert!(!told.is_empty(), "nobody was told anything");
    let lost = registrations::lost(&disk.data(), &told).await;
    assert_eq!(lost, Vec::from_iter(told));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn power_loss_after_a_first_start_leaves_the_first_administrator_and_all_keys() {
    let disk = Disk::new();
    let mut process = disk.serve(&webinars::VARIABLES);
    let token = process.next_line().rsplit_once('#').unwrap().1.trim().to_owned();
    let keys = keys(&disk);
    let admin = json!({"email": "root@example.org", "name": "Root", "password": PASSWORD, "deliver": "body"});
    let setup = format!("/api/v1/auth/setup/{token}");
    let answer = process.visitor().post_json(&setup, &admin).await.expect(201).data();
    process.signal("KILL");
    drop(process);
    disk.lose_power(Unsynced::Lost, &mut Dice::throw());
    let process = disk.serve(&webinars::VARIABLES);
    assert_eq!(self::keys(&disk), keys);
    let signed_in = process.visitor().with_token(answer["access_token"].as_str().unwrap());
    assert_eq!(signed_in.get("/api/v1/auth/me").await.expect(200).data()["email"], "root@example.org");
}

/// The names and contents of all keys.
fn keys(disk: &Disk) -> BTreeSet<(OsString, Vec<u8>)> {
    let files = std::fs::read_dir(DataDir::new(disk.data()).keys()).unwrap().map(Result::unwrap);
    files.map(|file| (file.file_name(), std::fs::read(file.path()).unwrap())).collect()
}
