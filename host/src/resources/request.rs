//! A request for a table: read first, then answered from a snapshot or inside a unit of work.

use http::header::IF_MATCH;
use http::request::Parts;
use magnetiq_contract::expected;
use magnetiq_contract::rule::Rule;
use serde_json::{Map, Value};

use super::actor::{Actor, ActorKind};
use super::edit::{Done, Edit, HookRunner, Target, Write};
use super::list;
use super::operation::Operation;
use super::query::{Form, ListQuery};
use super::reply::Reply;
use super::table::Table;
use super::view::View;
use crate::clock::Clock;
use crate::error::{Error, Result};
use crate::http::body::{self, BodyLimits};
use crate::http::idempotency::{self, Once};
use crate::http::json::{self, NoBody};
use crate::store::Connection;

/// A request that is read, but not yet held against the database.
#[derive(Clone, Debug)]
pub struct Request {
    /// What it asks for.
    pub operation: Operation,
    actor: Actor,
    query: String,
    if_match: Option<String>,
    body: Map<String, Value>,
    once: Option<Once>,
}

/// How a change begins.
pub enum Begun<'t> {
    /// It was done before: the answer that was kept for its `Idempotency-Key`.
    Known(Reply),
    /// It is to be done.
    New(Box<Edit<'t>>),
}

impl Request {
    /// Reads the body, where the operation has one, and the headers.
    ///
    /// # Errors
    /// 400, 413, 415 and 422 as [`json::value`] answers them; 422 for a wrong `Idempotency-Key`.
    pub async fn read(
        operation: Operation,
        actor: Actor,
        request: axum::extract::Request,
        limits: BodyLimits,
    ) -> Result<Self> {
        let (parts, body) = request.into_parts();
        let (value, bytes) = match operation.has_body() {
            true => json::value(axum::extract::Request::from_parts(parts.clone(), body), limits).await?,
            false => {
                let bytes = body::collect(body, limits).await?;
                NoBody::check(&parts.headers, &bytes)?;
                (Value::Object(Map::new()), bytes)
            }
        };
        let Value::Object(body) = value else {
            return Err(Error::field("body", Rule::expected(expected::OBJECT)));
        };
        let once = match operation {
            Operation::Create | Operation::Restore(_) => Once::of(&parts, user(&actor), &bytes)?,
            _ => None,
        };
        let query = parts.uri.query().unwrap_or_default().to_owned();
        let if_match = if_match(&parts);
        let request = Self { operation, actor, query, if_match, body, once };
        request.refuse_parameters()?;
        Ok(request)
    }

    /// Who asks.
    #[must_use]
    pub fn actor(&self) -> &Actor {
        &self.actor
    }

    /// Answers [`Operation::List`] and [`Operation::Read`].
    ///
    /// # Errors
    /// 401, 403, 404 or 422 for a wrong parameter.
    pub fn show(&self, snapshot: &Connection, clock: &Clock, table: &Table) -> Result<Reply> {
        let view = View::of(table, &self.actor)?;
        match self.operation {
            Operation::Read(id) => list::read(snapshot, clock, &view, id).map(Reply::row),
            _ => {
                let query = ListQuery::parse(&view, Form::Pages, &self.query)?;
                Ok(Reply::list(&list::list(snapshot, clock, &view, &query)?))
            }
        }
    }

    /// What [`Operation::Csv`] exports. Only who may read every row may take them along.
    ///
    /// # Errors
    /// 401, 403 or 422 for a wrong parameter.
    pub fn export<'t>(&'t self, table: &'t Table) -> Result<(View<'t>, ListQuery)> {
        self.actor.require(&table.resource().read)?;
        let view = View::of(table, &self.actor)?;
        let query = ListQuery::parse(&view, Form::Whole, &self.query)?;
        Ok((view, query))
    }

    /// Begins the change inside a unit of work. Whoever owns the unit runs the steps of the [`Edit`] and then calls
    /// [`Request::end`].
    ///
    /// # Errors
    /// Those of [`Edit::begin`]; 422 when the `Idempotency-Key` was used for another body.
    pub fn begin<'t>(&self, unit: &Connection, clock: &Clock, table: &'t Table) -> Result<Begun<'t>> {
        let write = self.write()?;
        self.actor.require(write.kind().access(table))?;
        if let Some(once) = &self.once
            && let Some(kept) = idempotency::find(unit, clock, once)?
        {
            return Ok(Begun::Known(kept.into()));
        }
        Edit::begin(unit, table, &self.actor, &write).map(Box::new).map(Begun::New)
    }

    /// The answer to a change that is done; kept for its `Idempotency-Key` in the same unit.
    ///
    /// # Errors
    /// The store's.
    pub fn end(&self, unit: &Connection, clock: &Clock, table: &Table, done: Done) -> Result<Reply> {
        let reply = Reply::done(table, done);
        if let Some(once) = &self.once {
            idempotency::keep(unit, clock, once, &reply.to_kept())?;
        }
        Ok(reply)
    }

    /// The whole change inside a unit of work, with hooks that need no guest.
    ///
    /// # Errors
    /// Those of the steps, and what a hook refuses with.
    pub fn run(&self, unit: &Connection, clock: &Clock, table: &Table, hooks: &mut HookRunner<'_>) -> Result<Reply> {
        match self.begin(unit, clock, table)? {
            Begun::Known(reply) => Ok(reply),
            Begun::New(edit) => {
                let done = edit.run(unit, clock, hooks)?;
                self.end(unit, clock, table, done)
            }
        }
    }

    fn write(&self) -> Result<Write<'_>> {
        let target = |id| Target { id, if_match: self.if_match.as_deref() };
        match self.operation {
            Operation::Create => Ok(Write::Create(&self.body)),
            Operation::Replace(id) => Ok(Write::Replace(target(id), &self.body)),
            Operation::Change(id) => Ok(Write::Change(target(id), &self.body)),
            Operation::Delete(id) => Ok(Write::Delete(target(id))),
            Operation::Restore(id) => Ok(Write::Restore(target(id))),
            Operation::List | Operation::Csv | Operation::Read(_) => {
                Err(Error::internal("a reading operation was run as a change"))
            }
        }
    }

    /// Only lists know parameters.
    fn refuse_parameters(&self) -> Result<()> {
        match self.operation {
            Operation::List | Operation::Csv => Ok(()),
            _ => crate::http::Parameters::parse(&self.query)?.finish(),
        }
    }
}

fn user(actor: &Actor) -> Option<i64> {
    match actor.kind {
        ActorKind::User(id) => Some(id),
        ActorKind::Visitor | ActorKind::System => None,
    }
}

/// All lines of the header as one.
fn if_match(parts: &Parts) -> Option<String> {
    let lines: Vec<_> = parts.headers.get_all(IF_MATCH).iter().filter_map(|line| line.to_str().ok()).collect();
    (!lines.is_empty()).then(|| lines.join(", "))
}
