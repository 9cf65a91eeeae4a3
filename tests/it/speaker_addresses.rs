//! The migration that gives speakers who are there already an address.

use magnetiq::clock::Clock;
use magnetiq::store::{Owner, Store};

const BEFORE: [&str; 1] = [include_str!("../../plugins/webinars/migrations/0001_webinars.sql")];
const ADDRESSES: &str = include_str!("../../plugins/webinars/migrations/0009_speakers_pages.sql");

#[tokio::test]
async fn speakers_of_old_get_addresses_made_from_their_names_and_no_two_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("test.db"), &Clock::system()).unwrap();
    let names = ["Jürgen  Groß", "Jürgen Groß", "ÖZGE Ünal!", "李小龍", "O'Hara, Zoe", "- x -"];
    let slugs = store.write(Owner::Core, move |unit| {
        for sql in BEFORE {
            unit.execute_batch(sql)?;
        }
        for name in names {
            let sql = "INSERT INTO p_webinars__speakers (name, created_at, updated_at) VALUES (?, '', '')";
            unit.execute(sql, [name])?;
        }
        unit.execute_batch(ADDRESSES)?;
        let mut query = unit.prepare("SELECT slug FROM p_webinars__speakers ORDER BY id")?;
        let slugs = query.query_map([], |row| row.get(0))?;
        Ok(slugs.collect::<Result<Vec<String>, _>>()?)
    });
    let expected = ["juergen-gross", "juergen-gross-2", "oezge-uenal", "4", "o-hara-zoe", "x"];
    assert_eq!(slugs.await.unwrap(), expected);
}
