use super::{TestStore, plugin};
use crate::store::sql::{self, SqlBudget};
use crate::store::{Owner, Snapshot, TableSet};

async fn store() -> TestStore {
    let store = TestStore::new();
    store
        .run(
            "CREATE TABLE pages (id INTEGER PRIMARY KEY, title TEXT) STRICT;
             CREATE TABLE blocks (id INTEGER PRIMARY KEY, page INTEGER REFERENCES pages (id) ON DELETE CASCADE) STRICT;
             CREATE TABLE others (id INTEGER PRIMARY KEY) STRICT;
             INSERT INTO pages (title) VALUES ('a'); INSERT INTO blocks (page) VALUES (1); INSERT INTO others VALUES (1);",
        )
        .await;
    store
}

async fn read(store: &TestStore, sql: &str) -> TableSet {
    let work = |snapshot: &Snapshot| {
        snapshot.prepare_cached(sql)?.query_row([], |_| Ok(()))?;
        Ok(snapshot.tables_read())
    };
    store.read(work).await.unwrap()
}

#[tokio::test]
async fn what_was_read_is_known_the_first_time_and_from_the_cache() {
    let store = store().await;
    let sql = "SELECT title FROM pages WHERE EXISTS (SELECT 1 FROM blocks)";
    let expected = store.tables(["pages", "blocks"]);
    for _ in 0..3 {
        assert_eq!(read(&store, sql).await, expected);
    }
    assert_eq!(read(&store, "SELECT 1").await, TableSet::default());
    assert_eq!(read(&store, "SELECT 1").await, TableSet::default());
}

#[tokio::test]
async fn statements_that_were_prepared_before_any_ran_count_as_everything_until_they_are_known() {
    let store = store().await;
    let both = |snapshot: &Snapshot| {
        let mut first = snapshot.prepare_cached("SELECT id FROM pages").unwrap();
        let mut second = snapshot.prepare_cached("SELECT id FROM others").unwrap();
        first.query_row([], |_| Ok(()))?;
        second.query_row([], |_| Ok(()))?;
        Ok(snapshot.tables_read())
    };
    assert!(store.read(both).await.unwrap().is_everything());
    assert_eq!(read(&store, "SELECT id FROM others").await, store.tables(["others"]));
}

#[tokio::test]
async fn a_question_for_the_time_is_noted() {
    let store = store().await;
    for _ in 0..2 {
        assert!(read(&store, "SELECT title FROM pages WHERE title > datetime('now')").await.is_volatile());
    }
    assert!(!read(&store, "SELECT title FROM pages").await.is_volatile());
}

#[tokio::test]
async fn a_change_is_seen_in_its_table_and_in_those_it_cascades_to() {
    let store = store().await;
    let names = ["pages", "blocks", "others"];
    let now = || names.map(|name| store.generations(&store.tables([name])));
    let before = now();
    store.run("UPDATE pages SET title = 'b' WHERE id = 99").await;
    assert_eq!(now(), before, "no row was changed");
    store.run("DELETE FROM pages WHERE id = 1").await;
    let after = now();
    assert_ne!(after[0], before[0]);
    assert_ne!(after[1], before[1]);
    assert_eq!(after[2], before[2]);
}

#[tokio::test]
async fn a_table_that_is_emptied_whole_has_changed_too() {
    let store = store().await;
    let before = store.generations(&store.tables(["others"]));
    store.run("DELETE FROM others").await;
    assert_ne!(store.generations(&store.tables(["others"])), before);
}

#[tokio::test]
async fn a_rolled_back_unit_changes_no_generation() {
    let store = store().await;
    let all = TableSet::everything();
    let before = store.generations(&all);
    let work = |unit: &mut crate::store::Unit| {
        unit.execute("DELETE FROM others", [])?;
        Err::<(), _>(crate::error::Error::not_found())
    };
    store.write(Owner::Core, work).await.unwrap_err();
    assert_eq!(store.generations(&all), before);
    store.run("INSERT INTO others VALUES (2)").await;
    assert_ne!(store.generations(&all), before);
}

#[tokio::test]
async fn a_search_is_outdated_when_its_insides_change() {
    let store = store().await;
    let sql = "CREATE VIRTUAL TABLE p_web__search USING fts5(text);";
    store.migrate("web", sql).await.unwrap();
    let snapshot = store.snapshot(plugin("web")).await.unwrap();
    let find = "SELECT text FROM p_web__search WHERE p_web__search MATCH 'a'";
    sql::query(snapshot.session(), &"web".into(), find, &[], &mut SqlBudget::default()).unwrap();
    let read = snapshot.tables_read();
    assert!(!read.is_everything());
    let before = store.generations(&read);
    store.execute("web", "INSERT INTO p_web__search (text) VALUES ('a')").await.unwrap();
    assert_ne!(store.generations(&read), before);
}
