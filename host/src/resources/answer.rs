//! From a request to an answer, for tables whose hooks need no guest: the host's own, and plugins' without hooks.

use std::sync::Arc;

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::stream;
use http::{HeaderValue, header};

use super::csv::{self, Piece};
use super::edit::no_hooks;
use super::operation::Operation;
use super::request::Request;
use super::table::Table;
use crate::clock::Clock;
use crate::error::{Error, Result};
use crate::store::Store;

/// Answers any operation on a table.
///
/// # Errors
/// Those of the operation; internal when the table has hooks and the operation would call one.
pub async fn answer(store: &Store, clock: &Clock, table: Arc<Table>, request: Request) -> Result<Response> {
    match request.operation {
        Operation::Csv => export(store, clock, table, request).await,
        Operation::List | Operation::Read(_) => show(store, clock, &table, &request).await,
        _ => {
            let (owner, clock) = (table.owner().clone(), clock.clone());
            let work = store.write(owner, move |unit| request.run(unit, &clock, &table, &mut no_hooks));
            Ok(work.await?.into_response())
        }
    }
}

/// Answers a list or a row.
///
/// # Errors
/// Those of the operation.
pub async fn show(store: &Store, clock: &Clock, table: &Table, request: &Request) -> Result<Response> {
    Ok(store.read(|snapshot| request.show(snapshot, clock, table)).await?.into_response())
}

/// Answers with a CSV file whose pieces are read one by one, each from a snapshot of its own.
///
/// # Errors
/// Those of the operation, as far as the first piece shows them; a later failure breaks the file off.
pub async fn export(store: &Store, clock: &Clock, table: Arc<Table>, request: Request) -> Result<Response> {
    let export = Arc::new(Export { store: store.clone(), clock: clock.clone(), table, request });
    let name = HeaderValue::from_str(&format!("attachment; filename=\"{}.csv\"", export.table.resource().name));
    let first = export.piece(None).await?;
    let pieces = stream::try_unfold(Some(first), move |piece| next(export.clone(), piece));
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8")),
        (header::CONTENT_DISPOSITION, name.map_err(Error::internal)?),
    ];
    Ok((headers, Body::from_stream(pieces)).into_response())
}

struct Export {
    store: Store,
    clock: Clock,
    table: Arc<Table>,
    request: Request,
}

impl Export {
    async fn piece(&self, after: Option<i64>) -> Result<Piece> {
        let (view, query) = self.request.export(&self.table)?;
        let read = self.store.read(|snapshot| match after {
            None => csv::first(snapshot, &self.clock, &view, &query),
            Some(id) => csv::after(snapshot, &self.clock, &view, &query, id),
        });
        read.await
    }
}

/// Hands out a piece and reads the one after it.
async fn next(export: Arc<Export>, piece: Option<Piece>) -> Result<Option<(Bytes, Option<Piece>)>> {
    let Some(Piece { text, next }) = piece else { return Ok(None) };
    let following = match next {
        Some(id) => Some(export.piece(Some(id)).await?),
        None => None,
    };
    Ok(Some((text.into(), following)))
}
