//! What it costs to chain a record of a change: beside the same row without hashes, a thousand of each in one unit of
//! work, turn by turn.

use std::io::{Error, Result};
use std::time::{Duration, Instant};

use magnetiq::clock::Clock;
use magnetiq::error;
use magnetiq::resources::Actor;
use magnetiq::resources::audit::{self, Change};
use magnetiq::store::{Owner, Store, Unit};
use serde_json::{Value, json};

use crate::{Table, percentile};

const TURNS: usize = 15;
const ROWS: i64 = 1000;

/// Measures it.
pub async fn run(table: &mut Table) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let clock = Clock::system();
    let store = Store::open(&folder.path().join("magnetiq.db"), &clock).map_err(Error::other)?;
    let (mut chained, mut plain) = (Vec::new(), Vec::new());
    for _ in 0..TURNS {
        let clock = clock.clone();
        chained.push(timed(&store, move |unit| chain(unit, &clock)).await?);
        plain.push(timed(&store, insert).await?);
    }
    let each = |mut times: Vec<Duration>| percentile(&mut times, 0.5) / u32::try_from(ROWS).unwrap_or(1);
    let times = [each(chained), each(plain)];
    table.compare("audit record, chained / plain row", times, "each, of a thousand in one unit");
    Ok(())
}

async fn timed(store: &Store, work: impl FnOnce(&mut Unit) -> error::Result<()> + Send + 'static) -> Result<Duration> {
    let start = Instant::now();
    store.write(Owner::Core, work).await.map_err(Error::other)?;
    Ok(start.elapsed())
}

fn row(number: i64) -> Value {
    json!({"id": number, "email": format!("person{number}@example.org"), "name": "A Person", "company": "Example",
           "status": "confirmed", "created_at": "2026-03-01T09:00:00.000000Z"})
}

fn chain(unit: &mut Unit, clock: &Clock) -> error::Result<()> {
    let actor = Actor::system();
    for number in 0..ROWS {
        let (before, after) = (&row(number), &row(number + 1));
        let change = Change { action: "change", resource: "webinars/registrations", id: Some(number), before, after };
        audit::record(unit, clock, &actor, &change)?;
    }
    Ok(())
}

/// The table without its new columns and triggers.
fn insert(unit: &mut Unit) -> error::Result<()> {
    let sql = "INSERT INTO audit (actor_kind, actor_id, action, resource, record_id, before, after, request_id,
         created_at, updated_at) VALUES ('system', NULL, 'change', 'webinars/registrations', ?1, ?2, ?3, '', ?4, ?4)";
    for number in 0..ROWS {
        let now = "2026-03-01T09:00:00.000000Z";
        let values = (number, row(number).to_string(), row(number + 1).to_string(), now);
        unit.prepare_cached(sql)?.execute(values)?;
    }
    Ok(())
}
