//! The store's behaviour through its public door, on real files.

mod units;

use std::path::PathBuf;
use std::sync::Arc;

use jiff::Timestamp;
use parking_lot::Mutex;
use tempfile::TempDir;

use crate::clock::Clock;
use crate::error::Result;
use crate::store::{Options, Owner, Store};

/// A store in a folder of its own, which notes faults instead of ending the process.
struct TestStore {
    store: Store,
    folder: TempDir,
    faults: Arc<Mutex<Vec<String>>>,
}

impl std::ops::Deref for TestStore {
    type Target = Store;

    fn deref(&self) -> &Store {
        &self.store
    }
}

fn clock() -> Clock {
    Clock::fixed(Timestamp::from_second(1_772_355_600).unwrap())
}

impl TestStore {
    fn new() -> Self {
        Self::in_folder(tempfile::tempdir().unwrap()).unwrap()
    }

    fn in_folder(folder: TempDir) -> Result<Self> {
        let faults: Arc<Mutex<Vec<String>>> = Arc::default();
        let noted = Arc::clone(&faults);
        let on_fault: crate::store::fault::Hook = Arc::new(move |reason: &str| noted.lock().push(reason.to_owned()));
        let options = Options { on_fault, ..Options::default() };
        let store = Store::open_with(&folder.path().join("site.db"), &clock(), options)?;
        Ok(Self { store, folder, faults })
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("site.db")
    }

    /// Runs statements as the host.
    async fn run(&self, sql: &'static str) {
        self.write(Owner::Core, move |unit| Ok(unit.execute_batch(sql)?)).await.unwrap();
    }

    /// Reads one number as the host.
    async fn number(&self, sql: &str) -> i64 {
        self.read(|snapshot| Ok(snapshot.query_row(sql, [], |row| row.get(0))?)).await.unwrap()
    }
}

fn plugin(id: &str) -> Owner {
    Owner::Plugin(id.into())
}
