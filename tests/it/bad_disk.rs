//! A disk that is full, that fails, or whose bytes are damaged: what is answered, what goes on, and what ends.

use std::collections::BTreeSet;
use std::fs::OpenOptions;
use std::os::unix::fs::FileExt;
use std::time::{Duration, Instant};

use magnetiq::config::DataDir;
use magnetiq::store::fault::EXIT_CODE;
use magnetiq_tests::{Answer, Client, Dice, Disk, DiskFault, Process, Unsynced, registrations, webinars};

/// Far more than anything here takes.
const PATIENCE: Duration = Duration::from_secs(60);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_refuses_writes_serves_reads_and_is_used_again_when_there_is_room() {
    let disk = Disk::new();
    let session = webinars::announce(&disk.data()).await;
    let process = disk.serve(&webinars::VARIABLES);
    let (visitor, admin) = (process.visitor(), webinars::sign_in(&process.visitor()).await);
    let mut told = told(&registrations::send(&visitor, session, 0).join_all().await);

    disk.fail(DiskFault::Full);
    told.extend(until_it_is_full(&visitor, session).await);
    for path in ["/en/webinars/topic", "/de/webinare", "/livez", "/readyz"] {
        visitor.get(path).await.expect(200);
    }
    assert!(total(&admin, "/api/v1/webinars/registrations").await >= told.len() as u64);

    disk.mend(DiskFault::Full);
    let sent = total(&admin, SENT).await;
    let answers = registrations::send(&visitor, session, 1_000).join_all().await;
    let last = self::told(&answers);
    assert!(!last.is_empty(), "{:?}", answers.iter().map(|(_, answer)| answer.as_ref().map(Answer::text)));
    told.extend(last);
    // The mails, too, leave again.
    let begun = Instant::now();
    while total(&admin, SENT).await <= sent {
        assert!(begun.elapsed() < PATIENCE, "no mail leaves");
    }
    process.signal("KILL");
    drop(process);
    disk.lose_power(Unsynced::Lost, &mut Dice::throw());
    registrations::check(&disk.data(), &told, "after a full disk").await;
}

#[tokio::test]
async fn a_start_on_a_full_disk_says_so_and_works_once_there_is_room() {
    let disk = Disk::new();
    let session = webinars::announce(&disk.data()).await;
    disk.fail(DiskFault::Full);
    let (code, said) = disk.serve_in_vain(&webinars::VARIABLES);
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("The disk is full"), "{said}");
    disk.mend(DiskFault::Full);
    let process = disk.serve(&webinars::VARIABLES);
    assert!(!told(&registrations::send(&process.visitor(), session, 0).join_all().await).is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_failed_sync_ends_the_process_and_acknowledges_nothing() {
    ends_and_comes_back(DiskFault::SyncFails).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_failed_write_ends_the_process_and_acknowledges_nothing() {
    ends_and_comes_back(DiskFault::WriteFails).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_failed_read_ends_the_process_and_loses_nothing() {
    ends_and_comes_back(DiskFault::ReadFails).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn damage_met_while_serving_ends_the_process_and_the_next_start_names_the_backups() {
    let disk = Disk::new();
    let session = webinars::announce(&disk.data()).await;
    let mut process = disk.serve(&webinars::VARIABLES);
    let database = OpenOptions::new().write(true).open(DataDir::new(disk.data()).database()).unwrap();
    let length = database.metadata().unwrap().len();
    database.write_all_at(&vec![0xff; (length / 2) as usize], length / 2).unwrap();
    until_the_end(&process, session).await;
    assert_eq!(process.exit_code(), Some(EXIT_CODE), "{}", process.rest());
    let (code, said) = disk.serve_in_vain(&webinars::VARIABLES);
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("Restore the newest backup"), "{said}");
}

/// Registers until the disk has no room: the log may begin anew in its file before. Who was told that all is well.
async fn until_it_is_full(visitor: &Client, session: i64) -> BTreeSet<String> {
    let (begun, mut kept) = (Instant::now(), BTreeSet::new());
    for round in 1.. {
        let answers = registrations::send(visitor, session, round).join_all().await;
        kept.extend(told(&answers));
        if answers.iter().filter_map(|(_, answer)| answer.as_ref()).any(is_full) {
            break;
        }
        assert!(begun.elapsed() < PATIENCE, "a full disk takes everything");
    }
    kept
}

/// After the fault the process ends by itself, for its supervisor to start it again; what it had acknowledged is on the
/// disk even if the power fails as well.
async fn ends_and_comes_back(fault: DiskFault) {
    let disk = Disk::new();
    let session = webinars::announce(&disk.data()).await;
    let mut process = disk.serve(&webinars::VARIABLES);
    let mut told = told(&registrations::send(&process.visitor(), session, 0).join_all().await);
    assert!(!told.is_empty(), "nobody was told anything");
    disk.fail(fault);
    let after = until_the_end(&process, session).await;
    if fault != DiskFault::ReadFails {
        assert!(after.is_empty(), "acknowledged on a disk that keeps nothing: {after:?}");
    }
    told.extend(after);
    assert_eq!(process.exit_code(), Some(EXIT_CODE), "{}", process.rest());
    disk.mend(fault);
    disk.lose_power(Unsynced::Lost, &mut Dice::throw());
    registrations::check(&disk.data(), &told, &format!("after {fault:?}")).await;
    let process = disk.serve(&webinars::VARIABLES);
    assert!(!self::told(&registrations::send(&process.visitor(), session, 1_000).join_all().await).is_empty());
}

/// Registers until nobody answers any more; who was told that all is well.
async fn until_the_end(process: &Process, session: i64) -> BTreeSet<String> {
    let (begun, mut kept) = (Instant::now(), BTreeSet::new());
    for round in 1.. {
        let answers = registrations::send(&process.visitor(), session, round).join_all().await;
        kept.extend(told(&answers));
        if answers.iter().all(|(_, answer)| answer.is_none()) {
            break;
        }
        assert!(begun.elapsed() < PATIENCE, "the process goes on");
    }
    kept
}

/// Who was told that all is well; everybody else was told that the fault is the host's, or nothing.
fn told(answers: &[(String, Option<Answer>)]) -> BTreeSet<String> {
    let answered = answers.iter().filter_map(|(email, answer)| Some((email, answer.as_ref()?)));
    let good = answered.filter(|(_, answer)| {
        assert!(answer.status == 201 || answer.status.is_server_error(), "{}", answer.text());
        answer.status == 201
    });
    good.map(|(email, _)| email.clone()).collect()
}

fn is_full(answer: &Answer) -> bool {
    answer.status == 507 && answer.code() == "STORAGE_FULL" && !answer.header("retry-after").is_empty()
}

const SENT: &str = "/api/v1/mail?status=sent";

/// How many rows a list has.
async fn total(admin: &Client, path: &str) -> u64 {
    admin.get(path).await.expect(200).json()["pagination"]["total"].as_u64().unwrap()
}
