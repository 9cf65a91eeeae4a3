//! The store's behaviour through its public door, on real files.

mod generations;
mod life;
mod migrations;
mod plugins;
mod queue;
mod scopes;
mod units;

use std::path::PathBuf;
use std::sync::Arc;

use jiff::Timestamp;
use magnetiq_contract::row::{Reader, Value};
use parking_lot::Mutex;
use tempfile::TempDir;

use crate::clock::Clock;
use crate::error::{Code, Error, Result};
use crate::store::sql::{self, SqlBudget};
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

    /// Stops in order and opens the same file again.
    fn again(self) -> Result<Self> {
        let Self { store, folder, .. } = self;
        drop(store);
        Self::in_folder(folder)
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

    /// Makes a plugin's tables from one file.
    async fn migrate(&self, plugin: &str, sql: &str) -> Result<()> {
        self.migrate_plugin(plugin, vec![("0001_first.sql".into(), sql.into())], nothing).await
    }

    /// Runs one statement of a plugin in a unit of its own.
    async fn execute(&self, plugin: &str, sql: &str) -> Result<u64> {
        let (id, sql): (Arc<str>, String) = (plugin.into(), sql.into());
        let work = move |unit: &mut crate::store::Unit| {
            sql::execute(unit.session(), &id, &sql, &[], &mut SqlBudget::default())
        };
        self.write(self::plugin(plugin), work).await
    }

    /// The first column of a plugin's query on a snapshot, as text.
    async fn query(&self, plugin: &str, sql: &str) -> Result<Vec<String>> {
        let snapshot = self.snapshot(self::plugin(plugin)).await?;
        let rows = sql::query(snapshot.session(), &plugin.into(), sql, &[], &mut SqlBudget::default())?;
        Ok(first_column(&rows))
    }
}

/// A check of tables that nobody described.
fn nothing(_: &crate::store::Connection) -> Result<()> {
    Ok(())
}

fn plugin(id: &str) -> Owner {
    Owner::Plugin(id.into())
}

fn first_column(rows: &[u8]) -> Vec<String> {
    let mut reader = Reader::new(rows);
    let (names, count) = reader.columns().unwrap();
    let mut list = Vec::new();
    for _ in 0..count {
        let values: Vec<_> = names.iter().map(|_| reader.value().unwrap()).collect();
        list.push(match &values[0] {
            Value::Text(text) => (*text).to_owned(),
            Value::Integer(number) => number.to_string(),
            other => format!("{other:?}"),
        });
    }
    list
}

/// The code of a refusal and its sentence, where a test looks at both.
fn refusal<T: std::fmt::Debug>(outcome: Result<T>) -> (Code, String) {
    let error: Error = outcome.unwrap_err();
    (error.code(), error.to_string())
}

/// Polls a future once.
fn is_pending<F: Future>(future: std::pin::Pin<&mut F>) -> bool {
    future.poll(&mut std::task::Context::from_waker(std::task::Waker::noop())).is_pending()
}

/// Holds the writer until the sender is used.
async fn hold(store: &TestStore) -> (std::sync::mpsc::Sender<()>, tokio::task::JoinHandle<Result<bool>>) {
    let (release, wait) = std::sync::mpsc::channel();
    let store = store.store.clone();
    let held = tokio::spawn(async move { store.write(Owner::Core, move |_| Ok(wait.recv().is_ok())).await });
    tokio::task::yield_now().await;
    (release, held)
}
