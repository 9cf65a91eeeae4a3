//! A plugin's resources on the API: the engine answers, the guest is asked for its hooks alone.

use std::sync::Arc;

use axum::body::Body;
use axum::response::{IntoResponse, Response};

use super::dispatch::Visit;
use super::hooks::Change;
use crate::error::{Error, Result};
use crate::plugins::rights::gate::Capability;
use crate::resources::{self, Operation, Request, Table};

impl Visit {
    /// What the request asks of the table whose name begins the path.
    pub(super) fn operation_at(&self, below: &str) -> Result<(Arc<Table>, Operation)> {
        let path = below.strip_prefix('/').ok_or_else(Error::not_found)?;
        let (name, tail) = path.split_at(path.find(['/', '.']).unwrap_or(path.len()));
        let mut tables = self.plugin.built.tables.iter();
        let table = tables.find(|table| table.resource().name == name).ok_or_else(Error::not_found)?;
        Ok((table.clone(), Operation::of(table, &self.parts.method, tail)?))
    }

    /// Answers an operation on a table.
    pub(super) async fn resource(self, table: Arc<Table>, operation: Operation) -> Result<Response> {
        self.cause.caller.check(operation.guard(&table))?;
        self.plugin.gate.require(Capability::Db)?;
        let actor = self.cause.caller.actor(&self.cause.request.0);
        let Self { plugins, plugin, cause, parts, body, limits, .. } = self;
        let request = axum::extract::Request::from_parts(parts, Body::from(body));
        let request = Request::read(operation, actor, request, limits).await?;
        match operation {
            Operation::Csv => resources::export(&plugins.store, &plugins.clock, table, request).await,
            Operation::List | Operation::Read(_) => {
                resources::show(&plugins.store, &plugins.clock, &table, &request).await
            }
            _ => {
                let reply = plugins.change_resource(Change { plugin, table, cause, request }).await?;
                Ok(reply.into_response())
            }
        }
    }
}
