use rusqlite::StatementStatus;

use super::{TestStore, hold, is_pending, plugin};
use crate::error::{Code, Error};
use crate::store::{Owner, Verdict};

async fn store() -> TestStore {
    let store = TestStore::new();
    store
        .run(
            "CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE) STRICT;
             CREATE TABLE parts (id INTEGER PRIMARY KEY,
                 note INTEGER REFERENCES notes (id) DEFERRABLE INITIALLY DEFERRED) STRICT;",
        )
        .await;
    store
}

#[tokio::test]
async fn a_unit_is_there_once_its_caller_has_its_answer() {
    let store = store().await;
    let id = store
        .write(Owner::Core, |unit| {
            unit.execute("INSERT INTO notes (text) VALUES ('a')", [])?;
            Ok(unit.last_insert_rowid())
        })
        .await
        .unwrap();
    assert_eq!(store.number(&format!("SELECT count(*) FROM notes WHERE id = {id}")).await, 1);
}

#[tokio::test]
async fn an_error_leaves_nothing() {
    let store = store().await;
    let refused = store
        .write(Owner::Core, |unit| {
            unit.execute("INSERT INTO notes (text) VALUES ('a')", [])?;
            Err::<(), _>(Error::not_found())
        })
        .await;
    assert_eq!(refused.unwrap_err().code(), Code::NotFound);
    assert_eq!(store.number("SELECT count(*) FROM notes").await, 0);
}

#[tokio::test]
async fn a_panic_leaves_nothing_and_the_next_unit_works() {
    let store = store().await;
    let refused = store
        .write(Owner::Core, |unit| -> crate::error::Result<()> {
            unit.execute("INSERT INTO notes (text) VALUES ('a')", [])?;
            panic!("on purpose")
        })
        .await;
    assert_eq!(refused.unwrap_err().code(), Code::Internal);
    store.run("INSERT INTO notes (text) VALUES ('b')").await;
    assert_eq!(store.number("SELECT count(*) FROM notes").await, 1);
}

#[tokio::test]
async fn a_lent_unit_may_carry_a_value_out_of_a_rollback() {
    let store = store().await;
    let answer = store
        .lend(plugin("guest"), |unit| {
            let done = unit.execute("INSERT INTO notes (text) VALUES ('a')", []);
            (unit, Verdict::RollBack(Ok(done.unwrap())))
        })
        .await;
    assert_eq!(answer.unwrap(), 1);
    assert_eq!(store.number("SELECT count(*) FROM notes").await, 0);
}

#[tokio::test]
async fn a_unit_that_a_panic_took_along_is_rolled_back_and_the_connection_opened_anew() {
    let store = store().await;
    let refused = store
        .lend(plugin("guest"), |unit| -> (_, Verdict<()>) {
            unit.execute("INSERT INTO notes (text) VALUES ('a')", []).unwrap();
            panic!("on purpose")
        })
        .await;
    assert_eq!(refused.unwrap_err().code(), Code::Internal);
    store.run("INSERT INTO notes (text) VALUES ('b')").await;
    assert_eq!(store.number("SELECT count(*) FROM notes").await, 1);
}

#[tokio::test]
async fn or_rollback_ends_its_own_unit_and_nothing_of_it_stays() {
    let store = store().await;
    store.run("INSERT INTO notes (text) VALUES ('taken')").await;
    let refused = store
        .write(Owner::Core, |unit| {
            unit.execute("INSERT INTO notes (text) VALUES ('before')", [])?;
            let _ = unit.execute("INSERT OR ROLLBACK INTO notes (text) VALUES ('taken')", []);
            // The connection is in autocommit now: without the commit hook this would stay.
            let _ = unit.execute("INSERT INTO notes (text) VALUES ('after')", []);
            Ok(())
        })
        .await;
    assert_eq!(refused.unwrap_err().code(), Code::Conflict);
    store.run("INSERT INTO notes (text) VALUES ('neighbour')").await;
    assert_eq!(store.number("SELECT count(*) FROM notes").await, 2);
}

#[tokio::test]
async fn an_interrupted_statement_ends_its_own_unit_and_no_other() {
    let store = store().await;
    let slow = store.write(Owner::Core, |unit| {
        unit.execute("INSERT INTO notes (text) VALUES ('before')", [])?;
        unit.set_deadline(crate::store::Deadline::after(std::time::Duration::ZERO));
        let endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) \
                       INSERT INTO notes (text) SELECT 'n' || i FROM n";
        Ok(unit.execute(endless, [])?)
    });
    let neighbour = store.write(Owner::Core, |unit| Ok(unit.execute("INSERT INTO notes (text) VALUES ('b')", [])?));
    let (slow, neighbour) = tokio::join!(slow, neighbour);
    assert_eq!(slow.unwrap_err().code(), Code::Unavailable);
    assert_eq!(neighbour.unwrap(), 1);
    assert_eq!(store.number("SELECT count(*) FROM notes").await, 1);
}

#[tokio::test]
async fn a_deferred_key_fails_its_own_unit_at_the_end_and_no_other() {
    let store = store().await;
    let broken = store.write(Owner::Core, |unit| Ok(unit.execute("INSERT INTO parts (note) VALUES (999)", [])?));
    let neighbour = store.write(Owner::Core, |unit| Ok(unit.execute("INSERT INTO notes (text) VALUES ('b')", [])?));
    let (broken, neighbour) = tokio::join!(broken, neighbour);
    assert_eq!(broken.unwrap_err().code(), Code::Conflict);
    assert_eq!(neighbour.unwrap(), 1);
    assert_eq!(store.number("SELECT count(*) FROM parts").await, 0);
}

#[tokio::test]
async fn a_commit_inside_a_unit_is_refused() {
    let store = store().await;
    for end in ["COMMIT", "END", "ROLLBACK"] {
        let refused = store
            .write(Owner::Core, move |unit| {
                unit.execute("INSERT INTO notes (text) VALUES ('a')", [])?;
                Ok(unit.execute_batch(end)?)
            })
            .await;
        assert!(refused.is_err(), "{end}");
    }
    assert_eq!(store.number("SELECT count(*) FROM notes").await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_sync_covers_many_units() {
    let store = store().await;
    let before = store.syncs();
    let writes = (0..400).map(|number| {
        let store = store.store.clone();
        tokio::spawn(async move {
            let text = format!("note {number}");
            store.write(Owner::Core, move |unit| Ok(unit.execute("INSERT INTO notes (text) VALUES (?)", [text])?)).await
        })
    });
    for write in writes.collect::<Vec<_>>() {
        assert_eq!(write.await.unwrap().unwrap(), 1);
    }
    let syncs = store.syncs() - before;
    assert!(syncs < 400, "{syncs} syncs for 400 units");
    assert_eq!(store.number("SELECT count(*) FROM notes").await, 400);
}

#[tokio::test]
async fn a_reader_sees_one_state_until_it_is_done() {
    let store = store().await;
    let snapshot = store.snapshot(Owner::Core).await.unwrap();
    let count = || snapshot.query_row("SELECT count(*) FROM notes", [], |row| row.get::<_, i64>(0)).unwrap();
    assert_eq!(count(), 0);
    store.run("INSERT INTO notes (text) VALUES ('a')").await;
    assert_eq!(count(), 0);
    drop(snapshot);
    assert_eq!(store.number("SELECT count(*) FROM notes").await, 1);
}

#[tokio::test]
async fn a_reader_cannot_write() {
    let store = store().await;
    let refused = store.read(|snapshot| Ok(snapshot.execute("INSERT INTO notes (text) VALUES ('a')", [])?)).await;
    assert!(refused.is_err());
}

#[tokio::test]
async fn a_unit_whose_caller_is_gone_before_it_began_does_nothing() {
    let store = store().await;
    let (release, held) = hold(&store).await;
    {
        let write = store.write(Owner::Core, |unit| Ok(unit.execute("INSERT INTO notes (text) VALUES ('a')", [])?));
        assert!(is_pending(std::pin::pin!(write)));
    }
    release.send(()).unwrap();
    held.await.unwrap().unwrap();
    store.run("INSERT INTO notes (text) VALUES ('b')").await;
    assert_eq!(store.number("SELECT count(*) FROM notes").await, 1);
    assert!(store.faults.lock().is_empty());
    assert!(store.path().exists());
}

#[tokio::test]
async fn a_statement_is_prepared_once_whatever_its_values_are() {
    let store = store().await;
    store.run("CREATE INDEX parts_of_first ON parts (id) WHERE note = 1").await;
    let prepared_again = store.write(Owner::Core, |unit| {
        let mut statement = unit.prepare_cached("SELECT id FROM parts WHERE note = ?")?;
        for note in [1, 2, 1] {
            statement.exists([note])?;
        }
        Ok(statement.get_status(StatementStatus::RePrepare))
    });
    assert_eq!(prepared_again.await.unwrap(), 0);
}
