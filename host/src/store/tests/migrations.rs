use super::{TestStore, clock, nothing, refusal};
use crate::error::Code;
use crate::store::{Options, Owner, Store, drop_plugin_tables, schema};

#[tokio::test]
async fn what_could_act_later_or_elsewhere_is_refused_in_a_plugins_tables() {
    let store = TestStore::new();
    store
        .run("CREATE TABLE hosts (id INTEGER PRIMARY KEY, role TEXT) STRICT; INSERT INTO hosts (role) VALUES ('viewer');")
        .await;
    let table = "CREATE TABLE p_bad__a (id INTEGER PRIMARY KEY) STRICT;";
    for (what, sql) in [
        (
            "a trigger on its own table, fired by a cascade of the host",
            "CREATE TRIGGER p_bad__t AFTER DELETE ON p_bad__a BEGIN UPDATE hosts SET role = 'super_admin'; END;",
        ),
        (
            "a trigger on the host's table",
            "CREATE TRIGGER p_bad__t AFTER INSERT ON hosts BEGIN DELETE FROM hosts; END;",
        ),
        ("a view", "CREATE VIEW p_bad__v AS SELECT * FROM hosts;"),
        (
            "a key to the host's table",
            "CREATE TABLE p_bad__b (id INTEGER PRIMARY KEY, host INTEGER REFERENCES hosts (id) ON DELETE CASCADE) STRICT;",
        ),
        ("a key added later", "ALTER TABLE p_bad__a ADD COLUMN host INTEGER REFERENCES hosts (id);"),
        (
            "a deferred key",
            "CREATE TABLE p_bad__b (id INTEGER PRIMARY KEY, a INTEGER REFERENCES p_bad__a (id) DEFERRABLE INITIALLY /* */ DEFERRED) STRICT;",
        ),
        (
            "ON CONFLICT ROLLBACK",
            "CREATE TABLE p_bad__b (id INTEGER PRIMARY KEY, a TEXT UNIQUE ON CONFLICT ROLLBACK) STRICT;",
        ),
        ("changes that cannot be counted", "CREATE TABLE p_bad__b (id INTEGER PRIMARY KEY) WITHOUT ROWID;"),
        (
            "a search over the host's table",
            "CREATE VIRTUAL TABLE p_bad__s USING fts5(role, content='hosts', content_rowid=id);",
        ),
        ("a search over the host's table, bare", "CREATE VIRTUAL TABLE p_bad__s USING fts5(role, content=hosts);"),
        (
            "a search over the host's table, in upper case",
            "CREATE VIRTUAL TABLE p_bad__s USING fts5(role, CONTENT = \"hosts\");",
        ),
        ("another kind of virtual table", "CREATE VIRTUAL TABLE p_bad__s USING rtree(id, a, b);"),
        ("the words of a search", "CREATE VIRTUAL TABLE p_bad__s USING fts5vocab('p_bad__x', 'row');"),
        ("a table of another name", "CREATE TABLE notes (id INTEGER PRIMARY KEY);"),
        ("a table of another plugin", "CREATE TABLE p_worse__a (id INTEGER PRIMARY KEY);"),
        ("an index of the host's table", "CREATE INDEX p_bad__i ON hosts (role);"),
        ("a change of the host's table", "ALTER TABLE hosts ADD COLUMN more TEXT;"),
        ("a new name for the host's table", "ALTER TABLE hosts RENAME TO p_bad__hosts;"),
        ("a new name outside", "ALTER TABLE p_bad__a RENAME TO free;"),
        ("a table made of the host's rows", "CREATE TABLE p_bad__b AS SELECT * FROM hosts;"),
        ("a table made of the schema", "CREATE TABLE p_bad__b AS SELECT sql FROM sqlite_master;"),
        ("rows of the host", "CREATE TABLE p_bad__b (role TEXT); INSERT INTO p_bad__b SELECT role FROM hosts;"),
        ("the schema", "CREATE TABLE p_bad__b (sql TEXT); INSERT INTO p_bad__b SELECT sql FROM sqlite_master;"),
        ("a write to the schema", "UPDATE sqlite_master SET sql = '';"),
        ("a temporary table", "CREATE TEMP TABLE p_bad__t (a);"),
        ("a pragma", "PRAGMA foreign_keys = OFF;"),
        ("a commit", "COMMIT;"),
        ("another file", "ATTACH DATABASE '/tmp/other.db' AS other;"),
        ("the end of a table", "DROP TABLE p_bad__a;"),
    ] {
        let outcome = store.migrate("bad", &format!("{table}\n{sql}")).await;
        assert!(outcome.is_err(), "{what} was let through");
        let (code, sentence) = refusal(outcome);
        assert_eq!(code, Code::Conflict, "{what}: {sentence}");
        assert!(sentence.contains("bad"), "{what}: {sentence}");
        assert_eq!(store.number("SELECT count(*) FROM sqlite_schema WHERE name LIKE 'p_bad%'").await, 0, "{what}");
        assert!(store.plugin_tables("bad").is_empty(), "{what}");
    }
    assert_eq!(store.number("SELECT count(*) FROM hosts WHERE role = 'viewer'").await, 1);
}

#[tokio::test]
async fn a_plugins_tables_grow_file_by_file() {
    let store = TestStore::new();
    let first = ("1.sql".to_owned(), "CREATE TABLE p_web_shop__items (id INTEGER PRIMARY KEY, name TEXT) STRICT; INSERT INTO p_web_shop__items (name) VALUES ('a;b');".to_owned());
    let second = (
        "2.sql".to_owned(),
        "ALTER TABLE p_web_shop__items ADD COLUMN price INTEGER NOT NULL DEFAULT 0 CHECK (price >= 0);
         ALTER TABLE p_web_shop__items RENAME COLUMN name TO title;
         CREATE INDEX p_web_shop__items_price ON p_web_shop__items (price) WHERE price > 0;
         UPDATE p_web_shop__items SET price = 5;
         CREATE VIRTUAL TABLE p_web_shop__search USING fts5(title, content='p_web_shop__items', content_rowid='id');
         INSERT INTO p_web_shop__search (p_web_shop__search) VALUES ('rebuild');"
            .to_owned(),
    );
    store.migrate_plugin("web-shop", vec![first.clone()], nothing).await.unwrap();
    store.migrate_plugin("web-shop", vec![first.clone(), second.clone()], nothing).await.unwrap();
    store.migrate_plugin("web-shop", vec![first.clone(), second], nothing).await.unwrap();
    let found = store.query("web-shop", "SELECT price FROM p_web_shop__items WHERE title = 'a;b'").await.unwrap();
    assert_eq!(found, ["5"]);
    let searched =
        store.query("web-shop", "SELECT rowid FROM p_web_shop__search WHERE p_web_shop__search MATCH 'a'").await;
    assert_eq!(searched.unwrap(), ["1"]);

    let changed = (first.0, format!("{} ", first.1));
    let (code, sentence) = refusal(store.migrate_plugin("web-shop", vec![changed], nothing).await);
    assert_eq!(code, Code::Conflict);
    assert!(sentence.contains("1.sql") && sentence.contains("changed after it ran"), "{sentence}");

    let store = store.again().unwrap();
    assert_eq!(store.query("web-shop", "SELECT price FROM p_web_shop__items").await.unwrap(), ["5"]);
    store.write(Owner::Core, |unit| drop_plugin_tables(unit, "web-shop")).await.unwrap();
    assert_eq!(store.number("SELECT count(*) FROM sqlite_schema WHERE name LIKE 'p_web%'").await, 0);
    assert!(store.plugin_tables("web-shop").is_empty());
}

#[tokio::test]
async fn a_plugins_new_migration_leaves_a_copy_from_before_where_it_changed_tables() {
    let store = TestStore::new();
    let first = ("1.sql".to_owned(), "CREATE TABLE p_shop__items (id INTEGER PRIMARY KEY, name TEXT) STRICT; INSERT INTO p_shop__items (name) VALUES ('a');".to_owned());
    let second = ("2.sql".to_owned(), "DELETE FROM p_shop__items;".to_owned());
    let wrong = ("2.sql".to_owned(), "DELETE FROM p_shop__items; DELETE FROM nothing;".to_owned());
    let copies = || {
        let folder = std::fs::read_dir(store.folder.path().join("backups")).into_iter().flatten();
        folder.map(|entry| entry.unwrap().path()).collect::<Vec<_>>()
    };
    for files in [vec![first.clone()], vec![first.clone()]] {
        store.migrate_plugin("shop", files, nothing).await.unwrap();
        assert!(copies().is_empty(), "nothing could be lost: {:?}", copies());
    }
    let (_, sentence) = refusal(store.migrate_plugin("shop", vec![first.clone(), wrong], nothing).await);
    assert!(sentence.contains("2.sql"), "{sentence}");
    assert!(copies().is_empty(), "what failed has changed nothing: {:?}", copies());

    for _ in 0..2 {
        store.migrate_plugin("shop", vec![first.clone(), second.clone()], nothing).await.unwrap();
        assert_eq!(copies().len(), 1);
    }
    assert_eq!(store.number("SELECT count(*) FROM p_shop__items").await, 0);
    let copy = &copies()[0];
    assert!(copy.file_name().unwrap().to_str().unwrap().starts_with("before-migration-of-shop-"), "{copy:?}");
    let copy = rusqlite::Connection::open(copy).unwrap();
    let name: String = copy.query_row("SELECT name FROM p_shop__items", [], |row| row.get(0)).unwrap();
    assert_eq!(name, "a");
}

#[tokio::test]
async fn an_id_that_could_share_table_names_with_another_is_refused() {
    let store = TestStore::new();
    for id in ["", "a--b", "a_b", "-a", "a-", "A", "a b", "a*/"] {
        assert_eq!(refusal(store.migrate(id, "").await).0, Code::Validation, "{id}");
    }
}

#[tokio::test]
async fn the_hosts_tables_can_all_be_counted() {
    let store = TestStore::new();
    let hidden = "SELECT count(*) FROM pragma_table_list WHERE schema = 'main' AND wr AND type = 'table'";
    assert_eq!(store.number(hidden).await, 0);
    let tables = store.read(|snapshot| schema::tables(snapshot)).await.unwrap();
    assert!(tables.contains(&"migrations".to_owned()));
}

const FIRST: &str = "CREATE TABLE migrations (id INTEGER PRIMARY KEY, name TEXT, checksum TEXT, created_at TEXT, updated_at TEXT) STRICT;
    CREATE TABLE plugin_tables (id INTEGER PRIMARY KEY, owner TEXT, table_name TEXT, deleted_at TEXT) STRICT;";

fn open(folder: &tempfile::TempDir, migrations: &'static [crate::store::Migration]) -> crate::error::Result<Store> {
    let options = Options { migrations, ..Options::default() };
    Store::open_with(&folder.path().join("site.db"), &clock(), options)
}

#[tokio::test]
async fn a_migration_that_was_changed_after_it_ran_refuses_the_start() {
    let folder = tempfile::tempdir().unwrap();
    drop(open(&folder, &[(0, "store", FIRST), (1, "a", "CREATE TABLE a (id INTEGER PRIMARY KEY);")]).unwrap());
    let (_, sentence) =
        refusal(open(&folder, &[(0, "store", FIRST), (1, "a", "CREATE TABLE b (id INTEGER PRIMARY KEY);")]).map(drop));
    assert!(sentence.contains("0001_a.sql was changed after it ran"), "{sentence}");
}

#[tokio::test]
async fn a_migration_that_fails_leaves_the_database_as_it_was_and_a_copy_beside_it() {
    let folder = tempfile::tempdir().unwrap();
    drop(open(&folder, &[(0, "store", FIRST)]).unwrap());
    assert!(!folder.path().join("backups").exists());
    let broken: &[_] = &[
        (0, "store", FIRST),
        (1, "good", "CREATE TABLE good (id INTEGER PRIMARY KEY);"),
        (2, "bad", "CREATE TABLE good (id);"),
    ];
    let (_, sentence) = refusal(open(&folder, broken).map(drop));
    assert!(sentence.contains("0002_bad.sql failed") && sentence.contains("The database is as it was"), "{sentence}");
    let copies: Vec<_> = std::fs::read_dir(folder.path().join("backups")).unwrap().collect();
    assert_eq!(copies.len(), 1);

    let store = open(&folder, &[(0, "store", FIRST)]).unwrap();
    let left = "SELECT count(*) FROM sqlite_schema WHERE name = 'good'";
    let count: i64 = store.read(|snapshot| Ok(snapshot.query_row(left, [], |row| row.get(0))?)).await.unwrap();
    assert_eq!(count, 0);
}
