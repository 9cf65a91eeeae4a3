//! Mounts a table of the host on the list of routes.

use std::sync::Arc;

use axum::extract::State;
use http::{Extensions, Uri};

use super::actor::Actor;
use super::answer::answer;
use super::openapi;
use super::operation::Operation;
use super::request::Request;
use super::table::Table;
use crate::app::App;
use crate::error::Result;
use crate::http::Routes;
use crate::http::routes::{Answer, Route};

/// Who calls, as an outer layer found them: a feature above this one knows.
pub type ActorOf = fn(&Extensions) -> Result<Actor>;

/// Declares every operation that is open to somebody, below the routes' prefix.
pub fn mount(routes: &mut Routes, table: Table, actor: ActorOf) {
    let table = Arc::new(table);
    let base = format!("/{}", table.path());
    for (path, operation) in [
        (base.clone(), Operation::List),
        (base.clone(), Operation::Create),
        (format!("{base}.csv"), Operation::Csv),
        (format!("{base}/{{id}}"), Operation::Read(0)),
        (format!("{base}/{{id}}"), Operation::Replace(0)),
        (format!("{base}/{{id}}"), Operation::Change(0)),
        (format!("{base}/{{id}}"), Operation::Delete(0)),
        (format!("{base}/{{id}}/restore"), Operation::Restore(0)),
    ] {
        if operation.is_open(&table) {
            declare(routes, &path, operation, &table, actor);
        }
    }
}

fn declare(routes: &mut Routes, path: &str, operation: Operation, table: &Arc<Table>, actor: ActorOf) {
    let handler = {
        let table = table.clone();
        move |State(app): State<App>, request: axum::extract::Request| async move {
            let operation = Operation::of(&table, request.method(), tail(&table, request.uri()))?;
            let actor = actor(request.extensions())?;
            let request = Request::read(operation, actor, request, app.settings.limits.body()).await?;
            answer(&app.store, &app.clock, table, request).await
        }
    };
    let (access, summary) = (operation.guard(table).clone(), openapi::summary(table, operation));
    let route = match operation {
        Operation::List | Operation::Csv | Operation::Read(_) => routes.get(path, access, summary, handler),
        Operation::Create | Operation::Restore(_) => routes.post(path, access, summary, handler),
        Operation::Replace(_) => routes.put(path, access, summary, handler),
        Operation::Change(_) => routes.patch(path, access, summary, handler),
        Operation::Delete(_) => routes.delete(path, access, summary, handler),
    };
    describe(route, table, operation);
}

fn describe(route: &mut Route, table: &Table, operation: Operation) {
    if operation.has_body() {
        route.body_schema(openapi::body_schema(table, operation));
    }
    match operation {
        Operation::List | Operation::Csv => {
            for (name, meaning) in openapi::query(table, operation) {
                route.query(&name, meaning);
            }
        }
        _ => {}
    }
    let row = openapi::row_schema(table);
    route.answers(match operation {
        Operation::List => Answer::List(row),
        Operation::Csv => Answer::Bytes("text/csv"),
        Operation::Create => Answer::Created(row),
        Operation::Delete(_) => Answer::Nothing,
        Operation::Read(_) | Operation::Replace(_) | Operation::Change(_) | Operation::Restore(_) => Answer::Data(row),
    });
}

/// What follows the table's name in the path.
fn tail<'u>(table: &Table, uri: &'u Uri) -> &'u str {
    let path = uri.path();
    let name = format!("/{}", table.path());
    path.find(&name).map_or("", |place| &path[place + name.len()..])
}
