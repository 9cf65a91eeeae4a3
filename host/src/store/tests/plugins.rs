use super::{TestStore, first_column, plugin, refusal};
use crate::error::{Code, Result};
use crate::store::sql::{self, SqlBudget};
use crate::store::{Owner, Unit};

/// The host's users, and a plugin `login` with notes and a search over them; a plugin `other` beside it.
async fn store() -> TestStore {
    let store = TestStore::new();
    store
        .run(
            "CREATE TABLE people_secret (id INTEGER PRIMARY KEY, email TEXT NOT NULL, role TEXT NOT NULL DEFAULT 'viewer') STRICT;
             INSERT INTO people_secret (email) VALUES ('ada@example.org');
             CREATE TABLE login_tries (id INTEGER PRIMARY KEY, secret TEXT) STRICT;
             INSERT INTO login_tries (secret) VALUES ('host');",
        )
        .await;
    let login = "CREATE TABLE p_login__notes (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE, size INTEGER CHECK (size < 10)) STRICT;
                 CREATE TABLE p_login__parts (id INTEGER PRIMARY KEY,
                     note_id INTEGER NOT NULL REFERENCES p_login__notes (id) ON DELETE CASCADE) STRICT;
                 CREATE INDEX p_login__parts_note ON p_login__parts (note_id);
                 CREATE VIRTUAL TABLE p_login__search USING fts5(text, content='');
                 INSERT INTO p_login__notes (text) VALUES ('first');";
    store.migrate("login", login).await.unwrap();
    store.migrate("other", "CREATE TABLE p_other__things (id INTEGER PRIMARY KEY, text TEXT) STRICT;").await.unwrap();
    store
}

#[tokio::test]
async fn a_plugin_reads_and_writes_its_own_tables() {
    let store = store().await;
    assert_eq!(store.execute("login", "INSERT INTO p_login__notes (text) VALUES ('second')").await.unwrap(), 1);
    let texts = store.query("login", "SELECT text FROM p_login__notes ORDER BY id").await.unwrap();
    assert_eq!(texts, ["first", "second"]);
    let counted = store.query("login", "WITH n AS (SELECT id FROM p_login__notes) SELECT count(*) FROM n").await;
    assert_eq!(counted.unwrap(), ["2"]);
    let listed = store.query("login", "SELECT value FROM json_each('[1,2]')").await.unwrap();
    assert_eq!(listed, ["1", "2"]);
}

#[tokio::test]
async fn a_plugin_reaches_nothing_else() {
    let store = store().await;
    for statement in [
        "SELECT email FROM people_secret",
        "SELECT count(*) FROM people_secret",
        "SELECT EXISTS (SELECT 1 FROM people_secret)",
        "SELECT text FROM p_login__notes WHERE EXISTS (SELECT 1 FROM people_secret WHERE email LIKE 'a%')",
        "WITH p AS (SELECT * FROM people_secret) SELECT count(*) FROM p",
        "SELECT secret FROM login_tries",
        "SELECT text FROM p_other__things",
        "SELECT count(*) FROM P_OTHER__things",
        "INSERT INTO p_login__notes (text) SELECT email FROM people_secret RETURNING text",
        "UPDATE people_secret SET role = 'super_admin'",
        "DELETE FROM p_other__things",
        "INSERT INTO p_login__notes (text) VALUES ('x') ON CONFLICT DO UPDATE SET text = (SELECT email FROM people_secret)",
        "SELECT name FROM sqlite_master",
        "SELECT count(*) FROM sqlite_schema",
        "SELECT count(*) FROM sqlite_temp_master",
        "SELECT count(*) FROM sqlite_sequence",
        "SELECT name FROM pragma_table_list",
        "SELECT count(*) FROM pragma_table_info('people_secret')",
        "SELECT count(*) FROM dbstat",
        "SELECT count(*) FROM sqlite_dbpage",
        "PRAGMA table_info(people_secret)",
        "PRAGMA writable_schema = ON",
        "PRAGMA foreign_keys = OFF",
        "PRAGMA query_only = OFF",
        "PRAGMA defer_foreign_keys = ON",
        "CREATE TABLE p_login__more (id INTEGER PRIMARY KEY)",
        "CREATE TEMP TABLE t (a)",
        "CREATE TEMP VIEW v AS SELECT 1",
        "CREATE TEMP TRIGGER t AFTER INSERT ON p_login__notes BEGIN SELECT 1; END",
        "CREATE TRIGGER p_login__t AFTER INSERT ON p_login__notes BEGIN SELECT 1; END",
        "CREATE VIRTUAL TABLE p_login__v USING fts5vocab('p_login__search', 'row')",
        "CREATE VIRTUAL TABLE temp.v USING fts5vocab(main, 'p_login__search', 'row')",
        "DROP TABLE p_login__notes",
        "ALTER TABLE p_login__notes ADD COLUMN more TEXT",
        "CREATE INDEX p_login__i ON p_login__notes (size)",
        "REINDEX",
        "ANALYZE",
        "ATTACH DATABASE '/tmp/other.db' AS other",
        "DETACH DATABASE main",
        "VACUUM",
        "COMMIT",
        "ROLLBACK",
        "BEGIN",
        "SAVEPOINT a",
        "RELEASE a",
        "SELECT load_extension('/tmp/evil.so')",
        "SELECT fts3_tokenizer('simple')",
        "SELECT sqlite_compileoption_get(1)",
        "EXPLAIN SELECT email FROM people_secret",
    ] {
        let (code, sentence) = refusal(store.execute("login", statement).await);
        // SQLite's own guards come first here and there; nothing is ever done.
        assert!(matches!(code, Code::Forbidden | Code::BadRequest), "{statement}: {sentence}");
        let (code, sentence) = refusal(store.query("login", statement).await);
        assert!(matches!(code, Code::Forbidden | Code::BadRequest), "{statement}: {sentence}");
    }
    let (code, sentence) = refusal(store.query("login", "SELECT email FROM people_secret").await);
    assert_eq!(code, Code::Forbidden);
    assert!(sentence.contains("capability db does not cover reading people_secret"), "{sentence}");
    assert_eq!(store.number("SELECT count(*) FROM people_secret WHERE role = 'viewer'").await, 1);
}

#[tokio::test]
async fn a_plugin_called_login_does_not_own_login_attempts() {
    let store = store().await;
    for table in ["login_attempts", "login_tries"] {
        let stolen = store.query("login", &format!("SELECT count(*) FROM {table}")).await;
        assert_eq!(refusal(stolen).0, Code::Forbidden);
    }
    assert!(store.plugin_tables("login").iter().all(|table| table.starts_with("p_login__")));
}

#[tokio::test]
async fn a_statement_that_the_host_has_prepared_is_not_found_by_a_plugin() {
    let store = store().await;
    let text = "SELECT email FROM people_secret";
    let snapshot = store.snapshot(Owner::Core).await.unwrap();
    let email: String = snapshot.prepare_cached(text).unwrap().query_row([], |row| row.get(0)).unwrap();
    assert_eq!(email, "ada@example.org");
    let stolen = sql::query(snapshot.session(), &"login".into(), text, &[], &mut SqlBudget::default());
    assert_eq!(refusal(stolen).0, Code::Forbidden);
}

#[tokio::test]
async fn a_statement_of_one_plugin_is_not_found_by_another() {
    let store = store().await;
    let text = "SELECT text FROM p_login__notes";
    let snapshot = store.snapshot(plugin("login")).await.unwrap();
    let read = |id: &str| sql::query(snapshot.session(), &id.into(), text, &[], &mut SqlBudget::default());
    assert_eq!(first_column(&read("login").unwrap()), ["first"]);
    assert_eq!(refusal(read("other")).0, Code::Forbidden);
}

#[tokio::test]
async fn full_text_search_works_in_the_plugins_scope() {
    let store = store().await;
    store.execute("login", "INSERT INTO p_login__search (rowid, text) VALUES (7, 'hello world')").await.unwrap();
    let found =
        store.query("login", "SELECT rowid FROM p_login__search WHERE p_login__search MATCH 'hello' ORDER BY rank");
    assert_eq!(found.await.unwrap(), ["7"]);
    let other = store.query("other", "SELECT rowid FROM p_login__search WHERE p_login__search MATCH 'hello'").await;
    assert_eq!(refusal(other).0, Code::Forbidden);
    let inside = store.query("other", "SELECT count(*) FROM p_login__search_data").await;
    assert_eq!(refusal(inside).0, Code::Forbidden);
}

#[tokio::test]
async fn two_statements_in_one_text_are_refused() {
    let store = store().await;
    let both = "DELETE FROM p_login__parts; DELETE FROM p_login__notes";
    assert_eq!(refusal(store.execute("login", both).await).0, Code::BadRequest);
    assert_eq!(store.number("SELECT count(*) FROM p_login__notes").await, 1);
}

#[tokio::test]
async fn an_endless_query_ends_with_its_budget() {
    let store = store().await;
    let endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n";
    let start = std::time::Instant::now();
    let (code, sentence) = refusal(store.query("login", endless).await);
    assert_eq!(code, Code::PluginFailed);
    assert!(sentence.contains("no time left"), "{sentence}");
    assert!(start.elapsed() < std::time::Duration::from_secs(2));
}

#[tokio::test]
async fn rows_and_bytes_are_counted_over_all_statements_of_a_call() {
    let store = store().await;
    let snapshot = store.snapshot(plugin("login")).await.unwrap();
    let mut budget = SqlBudget::new(std::time::Duration::from_secs(1), 3, 1000);
    let two = "SELECT value FROM json_each('[1,2]')";
    sql::query(snapshot.session(), &"login".into(), two, &[], &mut budget).unwrap();
    let (code, sentence) = refusal(sql::query(snapshot.session(), &"login".into(), two, &[], &mut budget));
    assert_eq!(code, Code::PluginFailed);
    assert!(sentence.contains("no rows left"), "{sentence}");
    assert!(budget.used() > std::time::Duration::ZERO);
}

#[tokio::test]
async fn a_result_above_four_mebibytes_is_refused() {
    let store = store().await;
    let large = "SELECT zeroblob(1000000) FROM json_each('[1,2,3,4,5]')";
    assert_eq!(refusal(store.query("login", large).await).0, Code::PluginFailed);
    assert!(store.query("login", "SELECT zeroblob(5000000)").await.is_err());
}

#[tokio::test]
async fn what_a_plugins_values_break_is_said_to_it() {
    let store = store().await;
    let taken = store.execute("login", "INSERT INTO p_login__notes (text) VALUES ('first')").await.unwrap_err();
    assert_eq!((taken.code(), taken.field_errors()[0].field.as_str()), (Code::Validation, "text"));
    let missing = store.execute("login", "INSERT INTO p_login__notes (size) VALUES (1)").await.unwrap_err();
    assert_eq!((missing.code(), missing.field_errors()[0].field.as_str()), (Code::Validation, "text"));
    let checked = store.execute("login", "INSERT INTO p_login__notes (text, size) VALUES ('b', 11)").await;
    assert_eq!(refusal(checked).0, Code::Validation);
    let dangling = store.execute("login", "INSERT INTO p_login__parts (note_id) VALUES (99)").await;
    assert_eq!(refusal(dangling).0, Code::Conflict);
    let (code, sentence) = refusal(store.execute("login", "INSRT INTO nothing").await);
    assert_eq!(code, Code::BadRequest);
    assert!(sentence.contains("syntax error"), "{sentence}");
}

#[tokio::test]
async fn a_plugin_may_not_write_on_a_snapshot() {
    let store = store().await;
    let refused = store.query("login", "INSERT INTO p_login__notes (text) VALUES ('b') RETURNING id").await;
    assert_eq!(refusal(refused).0, Code::Forbidden);
}

#[tokio::test]
async fn after_a_statement_has_ended_the_transaction_a_plugin_runs_no_other() {
    let store = store().await;
    let work = |unit: &mut Unit| -> Result<()> {
        let run = |sql: &str| sql::execute(unit.session(), &"login".into(), sql, &[], &mut SqlBudget::default());
        run("INSERT OR ROLLBACK INTO p_login__notes (text) VALUES ('first')").unwrap_err();
        assert_eq!(refusal(run("INSERT INTO p_login__notes (text) VALUES ('after')")).0, Code::Conflict);
        Ok(())
    };
    assert_eq!(refusal(store.write(plugin("login"), work).await).0, Code::Conflict);
    assert_eq!(store.number("SELECT count(*) FROM p_login__notes").await, 1);
}

#[tokio::test]
async fn pages_are_counted_for_their_owner() {
    let store = store().await;
    let work = |unit: &mut Unit| -> Result<(i64, i64)> {
        let fill =
            "INSERT INTO p_login__notes (text) SELECT value || zeroblob(4000) FROM json_each('[1,2,3,4,5,6,7,8,9]')";
        sql::execute(unit.session(), &"login".into(), fill, &[], &mut SqlBudget::default())?;
        Ok((unit.pages_added()?, unit.pages_stored()?))
    };
    let (added, before) = store.write(plugin("login"), work).await.unwrap();
    assert!(added >= 9, "{added}");
    assert_eq!(before, 0);
    let stored = store.write(plugin("login"), |unit| unit.pages_stored()).await.unwrap();
    assert_eq!(stored, added);
    assert_eq!(store.write(plugin("other"), |unit| unit.pages_stored()).await.unwrap(), 0);
}

#[tokio::test]
async fn a_plugins_unit_ends_after_its_time() {
    let store = store().await;
    let endless = "INSERT INTO p_login__notes (text) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n";
    let work = move |unit: &mut Unit| -> Result<u64> {
        let mut budget = SqlBudget::new(std::time::Duration::from_secs(60), u64::MAX, u64::MAX);
        sql::execute(unit.session(), &"login".into(), endless, &[], &mut budget)
    };
    assert_eq!(refusal(store.write(plugin("login"), work).await).0, Code::PluginFailed);
    assert_eq!(store.number("SELECT count(*) FROM p_login__notes").await, 1);
}
