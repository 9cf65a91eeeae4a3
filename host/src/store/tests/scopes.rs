//! The scope holds where SQLite asks late, or not at all: in the middle of a step, in somebody else's change, and in
//! what one connection keeps for the next user.

use super::{TestStore, clock, first_column, nothing, plugin, refusal};
use crate::error::{Code, Result};
use crate::store::sql::{self, SqlBudget};
use crate::store::{Options, Owner, Session, Store, Unit};

const READ: &str = "SELECT text FROM p_login__notes";
const SEARCH: &str = "SELECT text FROM p_login__letters WHERE p_login__letters MATCH 'dear'";

/// The host's users, and a plugin `login` with notes, and letters that can be searched.
async fn store() -> TestStore {
    let store = TestStore::new();
    store
        .run(
            "CREATE TABLE people_secret (id INTEGER PRIMARY KEY, email TEXT NOT NULL, role TEXT NOT NULL DEFAULT 'viewer') STRICT;
             INSERT INTO people_secret (email) VALUES ('ada@example.org'), ('bob@example.org');",
        )
        .await;
    let login = "CREATE TABLE p_login__notes (id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT;
                 CREATE VIRTUAL TABLE p_login__letters USING fts5(text);
                 INSERT INTO p_login__notes (text) VALUES ('first');
                 INSERT INTO p_login__letters (text) VALUES ('dear Ada');";
    store.migrate("login", login).await.unwrap();
    store
}

/// Puts into the file what no migration lets through, behind the store's back.
fn smuggle(store: TestStore, sql: &str) -> TestStore {
    rusqlite::Connection::open(store.path()).unwrap().execute_batch(sql).unwrap();
    store.again().unwrap()
}

fn query(session: &Session, sql: &str) -> Result<Vec<String>> {
    let rows = sql::query(session, &"login".into(), sql, &[], &mut SqlBudget::default());
    rows.map(|rows| first_column(&rows))
}

/// Gives a table of `login` to another plugin, with a change of the schema.
async fn give_away(store: &TestStore, table: &'static str) {
    let give = move |unit: &mut Unit| {
        unit.execute("UPDATE plugin_tables SET owner = 'other' WHERE table_name = ?", [table])?;
        Ok(unit.execute_batch("CREATE TABLE more (id INTEGER PRIMARY KEY) STRICT")?)
    };
    store.write(Owner::Core, give).await.unwrap();
}

#[tokio::test]
async fn a_statement_that_is_prepared_again_in_the_middle_of_a_step_is_still_the_plugins() {
    let store = store().await;
    assert_eq!(store.query("login", READ).await.unwrap(), ["first"]);
    assert_eq!(in_unit(&store, READ).await.unwrap(), ["first"]);
    // The connections find their prepared statements again; SQLite sees in the step that they are of an older schema.
    give_away(&store, "p_login__notes").await;
    assert_eq!(refusal(store.query("login", READ).await).0, Code::Forbidden);
    assert_eq!(refusal(in_unit(&store, READ).await).0, Code::Forbidden);
}

async fn in_unit(store: &TestStore, sql: &'static str) -> Result<Vec<String>> {
    store.write(plugin("login"), move |unit| query(unit.session(), sql)).await
}

#[tokio::test]
async fn a_statement_that_is_prepared_again_after_a_neighbours_migration_goes_on() {
    let store = store().await;
    assert_eq!(store.query("login", READ).await.unwrap(), ["first"]);
    store.migrate("third", "CREATE TABLE p_third__t (id INTEGER PRIMARY KEY)").await.unwrap();
    assert_eq!(store.query("login", READ).await.unwrap(), ["first"]);
    assert_eq!(refusal(store.query("login", "SELECT count(*) FROM p_third__t").await).0, Code::Forbidden);
}

#[tokio::test]
async fn what_a_full_text_search_prepares_while_it_is_stepped_is_the_plugins_too() {
    let store = store().await;
    assert_eq!(store.query("login", SEARCH).await.unwrap(), ["dear Ada"]);
    assert_eq!(in_unit(&store, SEARCH).await.unwrap(), ["dear Ada"]);
    // The search itself stays the plugin's. Where its texts are, it asks in the middle of a step.
    give_away(&store, "p_login__letters_content").await;
    let (code, sentence) = refusal(store.again().unwrap().query("login", SEARCH).await);
    assert_eq!(code, Code::Forbidden);
    assert!(sentence.contains("reading p_login__letters_content"), "{sentence}");
}

#[tokio::test]
async fn a_trigger_and_a_cascade_are_refused_in_a_migration() {
    let store = store().await;
    let table = "CREATE TABLE p_bad__a (id INTEGER PRIMARY KEY, person INTEGER REFERENCES people_secret (id) ON DELETE CASCADE);";
    let (_, sentence) = refusal(store.migrate("bad", table).await);
    assert!(sentence.contains("points to people_secret"), "{sentence}");
    let trigger = "CREATE TABLE p_bad__a (id INTEGER PRIMARY KEY);
        CREATE TRIGGER p_bad__t AFTER DELETE ON p_bad__a BEGIN UPDATE people_secret SET role = 'super_admin'; END;";
    let (_, sentence) = refusal(store.migrate("bad", trigger).await);
    assert!(sentence.contains("a trigger"), "{sentence}");
}

#[tokio::test]
async fn a_trigger_that_the_hosts_own_delete_would_fire_through_a_cascade_changes_nothing() {
    for deed in [
        "UPDATE people_secret SET role = 'super_admin'",
        "DELETE FROM people_secret",
        "INSERT INTO people_secret (email) VALUES ('eve@example.org')",
        "INSERT INTO p_login__notes (text) SELECT email FROM people_secret",
    ] {
        let trap = format!(
            "CREATE TABLE p_login__trap (id INTEGER PRIMARY KEY, person INTEGER REFERENCES people_secret (id) ON DELETE CASCADE);
             INSERT INTO p_login__trap (person) SELECT id FROM people_secret;
             CREATE TRIGGER p_login__t AFTER DELETE ON p_login__trap BEGIN {deed}; END;"
        );
        let store = smuggle(store().await, &trap);
        let delete = |unit: &mut Unit| Ok(unit.execute("DELETE FROM people_secret WHERE id = 2", [])?);
        assert!(store.write(Owner::Core, delete).await.is_err(), "{deed}");
        assert_eq!(store.number("SELECT count(*) FROM people_secret WHERE role = 'viewer'").await, 2, "{deed}");
        assert_eq!(store.number("SELECT count(*) FROM p_login__notes").await, 1, "{deed}");
    }
}

#[tokio::test]
async fn a_cascade_of_the_hosts_own_delete_goes_on() {
    let store = store().await;
    store
        .run(
            "CREATE TABLE letters (id INTEGER PRIMARY KEY, person INTEGER REFERENCES people_secret (id) ON DELETE CASCADE) STRICT;
             INSERT INTO letters (person) SELECT id FROM people_secret;
             DELETE FROM people_secret WHERE id = 2;",
        )
        .await;
    assert_eq!(store.number("SELECT count(*) FROM letters").await, 1);
}

#[tokio::test]
async fn a_search_over_the_hosts_rows_is_refused_in_a_migration() {
    let store = store().await;
    for content in ["content='people_secret'", "content=people_secret", "CONTENT = \"People_Secret\""] {
        let search = format!("CREATE VIRTUAL TABLE p_login__s USING fts5(email, {content}, content_rowid=id);");
        let outcome = store.migrate_plugin("login", vec![("2.sql".into(), search)], nothing).await;
        let (code, sentence) = refusal(outcome);
        assert_eq!(code, Code::Conflict);
        assert!(sentence.to_lowercase().contains("searches people_secret"), "{content}: {sentence}");
    }
}

#[tokio::test]
async fn a_search_over_the_hosts_rows_gives_a_plugin_nothing_even_after_the_host_has_used_it() {
    let search = "CREATE VIRTUAL TABLE p_login__stolen USING fts5(email, content='people_secret', content_rowid=id);
        INSERT INTO p_login__stolen (p_login__stolen) VALUES ('rebuild');
        INSERT INTO plugin_tables (owner, table_name, kind, created_at, updated_at)
            SELECT 'login', name, type, '', '' FROM pragma_table_list WHERE name LIKE 'p_login__stolen%';";
    let store = smuggle(store().await, search);
    let steal = "SELECT email FROM p_login__stolen WHERE p_login__stolen MATCH 'ada'";
    let snapshot = store.snapshot(Owner::Core).await.unwrap();
    // Now the search keeps the statement by which it reads the host's rows.
    let email: String = snapshot.query_row(steal, [], |row| row.get(0)).unwrap();
    assert_eq!(email, "ada@example.org");
    for sql in [steal, "SELECT count(*) FROM p_login__stolen_data", "SELECT count(*) FROM p_login__stolen_idx"] {
        assert_eq!(refusal(query(snapshot.session(), sql)).0, Code::Forbidden, "{sql}");
    }
}

#[tokio::test]
async fn every_connection_keeps_its_scratch_in_memory_and_within_a_limit() {
    const READERS: usize = 3;
    let folder = tempfile::tempdir().unwrap();
    let options = Options { readers: READERS, ..Options::default() };
    let store = Store::open_with(&folder.path().join("site.db"), &clock(), options).unwrap();
    let settings = |connection: &rusqlite::Connection| -> Result<[i64; 4]> {
        let ask = |name: &str| connection.pragma_query_value(None, name, |row| row.get(0));
        Ok([ask("temp_store")?, ask("hard_heap_limit")?, ask("mmap_size")?, ask("foreign_keys")?])
    };
    let wanted = [2, 512 << 20, 0, 1];
    assert_eq!(store.write(Owner::Core, move |unit| settings(unit)).await.unwrap(), wanted);
    // All at once, so that each is another connection.
    let mut snapshots = Vec::new();
    for _ in 0..READERS {
        snapshots.push(store.snapshot(Owner::Core).await.unwrap());
    }
    for snapshot in &snapshots {
        assert_eq!(settings(snapshot).unwrap(), wanted);
        assert!(snapshot.pragma_query_value(None, "query_only", |row| row.get::<_, bool>(0)).unwrap());
    }
}
