//! A plugin's resources on the API: the engine answers, the guest is asked for its hooks alone.

use std::sync::Arc;

use axum::body::Body;
use axum::response::{IntoResponse, Response};

use super::dispatch::Visit;
use super::gate::Capability;
use super::hooks::Change;
use crate::error::Result;
use crate::resources::{self, Operation, Request, Table};

impl Visit {
    /// The table whose name begins the path, and what follows the name.
    pub(super) fn resource_at<'a>(&self, below: &'a str) -> Option<(Arc<Table>, &'a str)> {
        let path = below.strip_prefix('/')?;
        let (name, tail) = path.split_at(path.find(['/', '.']).unwrap_or(path.len()));
        let table = self.plugin.built.tables.iter().find(|table| table.resource().name == name)?;
        Some((table.clone(), tail))
    }

    /// Answers an operation on a table.
    pub(super) async fn resource(self, table: Arc<Table>, tail: &str) -> Result<Response> {
        self.plugin.gate.require(Capability::Db)?;
        let operation = Operation::of(&table, &self.parts.method, tail)?;
        let actor = self.caller.actor(&self.context.request_id);
        let Self { plugins, plugin, context, parts, body, limits, .. } = self;
        let request = axum::extract::Request::from_parts(parts, Body::from(body));
        let request = Request::read(operation, actor, request, limits).await?;
        match operation {
            Operation::Csv => resources::export(&plugins.store, &plugins.clock, table, request).await,
            Operation::List | Operation::Read(_) => {
                resources::show(&plugins.store, &plugins.clock, &table, &request).await
            }
            _ => {
                let reply = plugins.change_resource(Change { plugin, table, context, request }).await?;
                Ok(reply.into_response())
            }
        }
    }
}
