//! All records with their hashes, one JSON object in a line.

use std::path::Path;

use bytes::Bytes;
use futures_util::{Stream, TryStreamExt, stream};
use serde_json::Value;
use tokio::io::AsyncWriteExt as _;

use super::verify::BATCH;
use super::{Change, record};
use crate::clock::Clock;
use crate::durable;
use crate::error::{Error, Result};
use crate::resources::actor::Actor;
use crate::resources::store;
use crate::store::{Owner, Store};

/// The lines, some records at a time, as they are asked for. That somebody exports is a record of its own, the last one.
///
/// # Errors
/// The store's.
pub async fn export(store: &Store, clock: &Clock, actor: &Actor) -> Result<impl Stream<Item = Result<Bytes>> + use<>> {
    let (noted, by) = (clock.clone(), actor.clone());
    let last = store.write(Owner::Core, move |unit| {
        let (before, after) = (&Value::Null, &Value::Null);
        record(unit, &noted, &by, &Change { action: "export", resource: "audit", id: None, before, after })?;
        Ok(unit.last_insert_rowid())
    });
    let (store, last) = (store.clone(), last.await?);
    Ok(stream::try_unfold(0, move |after| {
        let store = store.clone();
        async move { next(&store, after, last).await }
    }))
}

/// Writes the lines into a new file for its owner's eyes alone; returns how many bytes.
///
/// # Errors
/// The store's; when the file is there already or cannot be written.
pub async fn export_to(store: &Store, clock: &Clock, actor: &Actor, path: &Path) -> Result<u64> {
    durable::create(path, &[])?;
    let mut file = tokio::fs::OpenOptions::new().append(true).open(path).await?;
    let mut lines = Box::pin(export(store, clock, actor).await?);
    let mut written = 0;
    while let Some(lines) = lines.try_next().await? {
        file.write_all(&lines).await?;
        written += lines.len() as u64;
    }
    file.sync_all().await?;
    Ok(written)
}

async fn next(store: &Store, after: i64, last: i64) -> Result<Option<(Bytes, i64)>> {
    let records = store.read(move |snapshot| store::audit::after(snapshot, after, BATCH)).await?;
    let mut lines = String::new();
    let mut reached = after;
    for record in records.iter().filter(|record| record.id <= last) {
        lines.push_str(&record.line()?);
        reached = record.id;
    }
    if lines.is_empty() { Ok::<_, Error>(None) } else { Ok(Some((lines.into(), reached))) }
}
