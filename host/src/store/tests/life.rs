use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use super::{TestStore, refusal};
use crate::error::Code;
use crate::store::{Owner, Snapshot};

async fn filled() -> TestStore {
    let store = TestStore::new();
    store
        .run(
            "CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT) STRICT;
             WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500)
             INSERT INTO notes (text) SELECT printf('%0500d', i) FROM n;",
        )
        .await;
    store
}

#[tokio::test]
async fn what_was_written_is_there_after_a_stop() {
    let store = filled().await.again().unwrap();
    assert_eq!(store.number("SELECT count(*) FROM notes").await, 500);
}

#[tokio::test]
async fn an_orderly_stop_leaves_an_empty_log_and_no_mark() {
    let store = filled().await;
    assert!(store.folder.path().join("site.db-running").exists());
    store.close();
    assert!(!store.folder.path().join("site.db-running").exists());
    assert_eq!(std::fs::metadata(store.folder.path().join("site.db-wal")).unwrap().len(), 0);
    assert_eq!(refusal(store.write(Owner::Core, |_| Ok(())).await).0, Code::Unavailable);
}

#[tokio::test]
async fn nobody_but_the_owner_may_read_the_database_and_what_lies_beside_it() {
    let open = |file: &Path, mode| std::fs::set_permissions(file, Permissions::from_mode(mode)).unwrap();
    let store = filled().await;
    let files = ["site.db", "site.db-wal", "site.db-shm"].map(|name| store.folder.path().join(name));
    let modes = || files.each_ref().map(|file| std::fs::metadata(file).unwrap().permissions().mode() & 0o777);
    assert_eq!(modes(), [0o600; 3], "made so");
    let folder = store.folder;
    drop(store.store);
    files.iter().filter(|file| file.exists()).for_each(|file| open(file, 0o644));
    let store = TestStore::in_folder(folder).unwrap();
    assert_eq!((modes(), store.number("SELECT count(*) FROM notes").await), ([0o600; 3], 500), "closed");
}

#[tokio::test]
async fn a_damaged_file_is_refused_after_an_unclean_stop() {
    let store = filled().await;
    let path = store.path();
    let folder = store.folder;
    drop(store.store);
    std::fs::write(folder.path().join("site.db-running"), "").unwrap();
    let mut bytes = std::fs::read(&path).unwrap();
    let middle = bytes.len() - 40_000;
    bytes[middle..middle + 20_000].fill(0xff);
    std::fs::write(&path, bytes).unwrap();
    let (_, sentence) = refusal(TestStore::in_folder(folder).map(drop));
    assert!(sentence.contains("damaged"), "{sentence}");
}

#[tokio::test]
async fn a_sound_file_opens_after_an_unclean_stop() {
    let store = filled().await;
    let folder = store.folder;
    drop(store.store);
    std::fs::write(folder.path().join("site.db-running"), "").unwrap();
    let store = TestStore::in_folder(folder).unwrap();
    assert_eq!(store.number("SELECT count(*) FROM notes").await, 500);
}

#[tokio::test]
async fn damage_is_found_in_the_background_after_an_orderly_stop() {
    let store = filled().await;
    let path = store.path();
    let folder = store.folder;
    drop(store.store);
    let mut bytes = std::fs::read(&path).unwrap();
    let length = bytes.len();
    bytes[length - 200_000..].fill(0xff);
    std::fs::write(&path, bytes).unwrap();
    let store = TestStore::in_folder(folder).unwrap();
    let check = store.store.0.check.lock().take().unwrap();
    check.finish();
    assert!(store.faults.lock()[0].contains("damaged"), "{:?}", store.faults.lock());
}

#[tokio::test]
async fn a_key_that_points_to_nothing_is_found_by_either_check() {
    for mark_is_left in [false, true] {
        let store = filled().await;
        store.run("CREATE TABLE tags (id INTEGER PRIMARY KEY, note INTEGER REFERENCES notes (id)) STRICT").await;
        store.run("INSERT INTO tags (note) VALUES (7)").await;
        let (path, folder) = (store.path(), store.folder);
        drop(store.store);
        let outside = rusqlite::Connection::open(&path).unwrap();
        outside.execute_batch("PRAGMA foreign_keys = OFF; DELETE FROM notes WHERE id = 7").unwrap();
        drop(outside);
        let wanted = "tags points to a missing notes";
        if mark_is_left {
            std::fs::write(folder.path().join("site.db-running"), "").unwrap();
            assert!(refusal(TestStore::in_folder(folder).map(drop)).1.contains(wanted));
        } else {
            let store = TestStore::in_folder(folder).unwrap();
            store.store.0.check.lock().take().unwrap().finish();
            assert!(store.faults.lock()[0].contains(wanted), "{:?}", store.faults.lock());
        }
    }
}

#[tokio::test]
async fn damage_met_while_writing_stops_all_acknowledgements() {
    let store = filled().await;
    let store = store.again().unwrap();
    // The look in the background would find it too.
    store.store.0.check.lock().take().unwrap().stop();
    assert!(store.faults.lock().is_empty());
    let mut bytes = std::fs::read(store.path()).unwrap();
    let length = bytes.len();
    bytes[length - 200_000..].fill(0xff);
    std::fs::write(store.path(), bytes).unwrap();
    let refused = store.write(Owner::Core, |unit| Ok(unit.execute("UPDATE notes SET text = text || 'x'", [])?)).await;
    assert!(refused.is_err());
    let next = store.write(Owner::Core, |_| Ok(())).await;
    assert_eq!(refusal(next).0, Code::Unavailable);
    assert_eq!(store.faults.lock().len(), 1, "{:?}", store.faults.lock());
}

#[tokio::test]
async fn a_full_disk_refuses_writes_lets_reads_go_on_and_heals() {
    let store = filled().await;
    let pages = store.number("PRAGMA page_count").await;
    let limit = async |pages: i64| {
        let sql = format!("PRAGMA max_page_count = {pages}");
        store.write(Owner::Core, move |unit| Ok(unit.query_row(&sql, [], |_| Ok(()))?)).await.unwrap();
    };
    let fill = "INSERT INTO notes (text) SELECT text FROM notes";
    limit(pages).await;
    let refused = store.write(Owner::Core, move |unit| Ok(unit.execute(fill, [])?)).await;
    assert_eq!(refusal(refused).0, Code::StorageFull);
    assert_eq!(store.number("SELECT count(*) FROM notes").await, 500);
    limit(pages * 100).await;
    store.run(fill).await;
    assert_eq!(store.number("SELECT count(*) FROM notes").await, 1000);
    assert!(store.faults.lock().is_empty());
}

#[tokio::test]
async fn a_copy_is_whole_and_does_not_overwrite() {
    let store = filled().await;
    let target = store.folder.path().join("copy.db");
    store.backup_to(&target).await.unwrap();
    let copy = rusqlite::Connection::open(&target).unwrap();
    let count: i64 = copy.query_row("SELECT count(*) FROM notes", [], |row| row.get(0)).unwrap();
    assert_eq!(count, 500);
    assert_eq!(refusal(store.backup_to(&target).await).0, Code::Conflict);
}

#[tokio::test]
async fn a_snapshot_that_gets_too_old_is_interrupted() {
    let store = filled().await;
    let endless = |snapshot: &Snapshot| {
        let sql = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n";
        Ok(snapshot.query_row(sql, [], |row| row.get::<_, i64>(0))?)
    };
    assert_eq!(refusal(store.read(endless).await).0, Code::Unavailable);
    assert_eq!(store.number("SELECT count(*) FROM notes").await, 500);
}

#[tokio::test]
async fn the_log_is_copied_while_writing_goes_on() {
    let store = filled().await;
    for _ in 0..40 {
        store.run("UPDATE notes SET text = text || 'x'").await;
    }
    let log = std::fs::metadata(store.folder.path().join("site.db-wal")).unwrap().len();
    assert!(log < 12 << 20, "{log} bytes in the log");
}
