//! `db`: the plugin's own tables, on the call's snapshot or in its transaction.

use crate::error::{Error, Result};
use crate::plugins::meter::room;
use crate::plugins::rights::gate::Capability;
use crate::plugins::sandbox::bindings::imports::magnetiq::plugin::db::{self, Statement};
use crate::plugins::sandbox::bindings::imports::magnetiq::plugin::types;
use crate::plugins::sandbox::lane::Wish;
use crate::plugins::sandbox::state::{CallState, Mode};
use crate::store::sql;

impl db::Host for CallState {
    async fn query(&mut self, sql: String, parameters: Vec<u8>) -> wasmtime::Result<Result<Vec<u8>, types::Error>> {
        let rows = self.rows(&sql, &parameters).await.inspect_err(|error| self.tell(&sql, error));
        self.answer(rows)
    }

    async fn execute(&mut self, sql: String, parameters: Vec<u8>) -> wasmtime::Result<Result<u64, types::Error>> {
        let changes = self.change(&sql, &parameters).await.inspect_err(|error| self.tell(&sql, error));
        self.answer(changes)
    }

    async fn batch(&mut self, statements: Vec<Statement>) -> wasmtime::Result<Result<Vec<u64>, types::Error>> {
        let mut changes = Vec::with_capacity(statements.len());
        for statement in statements {
            match self.change(&statement.sql, &statement.parameters).await {
                Ok(count) => changes.push(count),
                Err(error) => {
                    self.tell(&statement.sql, &error);
                    return self.answer(Err(error));
                }
            }
        }
        Ok(Ok(changes))
    }

    async fn begin(&mut self) -> wasmtime::Result<Result<(), types::Error>> {
        let begun = self.begin_transaction().await;
        self.answer(begun)
    }

    async fn commit(&mut self) -> wasmtime::Result<Result<(), types::Error>> {
        let committed = self.commit_transaction().await;
        self.answer(committed)
    }
}

impl CallState {
    /// Tells a developer, who listens to it, which statement was refused.
    fn tell(&self, sql: &str, error: &Error) {
        tracing::debug!(plugin = %self.plugin.id, refused = error.message(), sql, "a statement was refused");
    }

    async fn rows(&mut self, sql: &str, parameters: &[u8]) -> Result<Vec<u8>> {
        self.plugin.gate.require(Capability::Db)?;
        if self.mode == Mode::Transaction || self.lane.in_transaction() {
            self.enter_transaction().await?;
            return self.rows_in_transaction(sql, parameters);
        }
        self.rows_in_snapshot(sql, parameters).await
    }

    fn rows_in_transaction(&mut self, sql: &str, parameters: &[u8]) -> Result<Vec<u8>> {
        let places = self.lane.places();
        let unit = places.unit.as_ref().ok_or_else(|| Error::internal("the transaction is gone"))?;
        self.lane.measured_sql(|| sql::query(unit.session(), &self.plugin.id, sql, parameters, &mut self.sql))
    }

    async fn rows_in_snapshot(&mut self, sql: &str, parameters: &[u8]) -> Result<Vec<u8>> {
        self.ensure_snapshot().await?;
        let places = self.lane.places();
        let snapshot = places.snapshot.as_ref().ok_or_else(|| Error::internal("the snapshot is gone"))?;
        self.lane.measured_sql(|| sql::query(snapshot.session(), &self.plugin.id, sql, parameters, &mut self.sql))
    }

    async fn change(&mut self, sql: &str, parameters: &[u8]) -> Result<u64> {
        self.plugin.gate.require(Capability::Db)?;
        self.enter_transaction().await?;
        let places = self.lane.places();
        let unit = places.unit.as_ref().ok_or_else(|| Error::internal("the transaction is gone"))?;
        self.lane.measured_sql(|| {
            let changes = sql::execute(unit.session(), &self.plugin.id, sql, parameters, &mut self.sql)?;
            room::check(&self.plugin, unit)?;
            Ok(changes)
        })
    }

    async fn begin_transaction(&mut self) -> Result<()> {
        self.plugin.gate.require(Capability::Db)?;
        if self.mode == Mode::Detached {
            self.lane.places().snapshot = None;
            self.move_to_writer().await;
            return Ok(());
        }
        self.enter_transaction().await
    }

    /// Ends a detached call's transaction; the other kinds end theirs with the call.
    async fn commit_transaction(&mut self) -> Result<()> {
        if self.mode == Mode::Detached && self.lane.in_transaction() {
            self.lane.wish(Wish::Commit);
            self.lane.outside().await;
        }
        Ok(())
    }
}
