//! A new version of the master key: everything that is sealed is sealed anew with it, a few rows at a time, while the
//! site runs. Interrupted anywhere, the next run goes on: older versions are kept until nothing is sealed with them.

use jiff::SignedDuration;

use super::Secrets;
use super::store::{self, Holding};
use crate::clock::Clock;
use crate::error::Result;
use crate::store::{Connection, Owner, Store};

/// Rows sealed anew in one unit of work, so that the writer is not held long.
const BATCH: usize = 100;

/// For so long an older version verifies what was given out with it: longer than any link is worth something.
const KEPT: SignedDuration = SignedDuration::from_hours(8 * 24);

/// What becomes of the older versions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Leave {
    /// Links in mails that were sent stay good: older versions verify them until they have run out.
    Links,
    /// Older versions are forgotten at once, because somebody else may know them.
    Nothing,
}

/// What a rotation did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rotated {
    /// Values that were sealed anew.
    pub values: usize,
    /// Whether it went on with one that was interrupted.
    pub resumed: bool,
}

/// Begins a new version, or goes on with one that was begun, and seals everything anew.
///
/// # Errors
/// When the key file cannot be written, or a value does not open: then nothing is forgotten.
pub async fn rotate(
    secrets: &Secrets,
    store: &Store,
    clock: &Clock,
    holdings: &[Holding],
    leave: Leave,
) -> Result<Rotated> {
    let mut resumed = false;
    secrets.change(|file| {
        resumed = file.is_rotating();
        if !resumed {
            file.begin_version()?;
        }
        Ok(!resumed)
    })?;
    let mut values = seal_anew(secrets, store, holdings).await?;
    // What was sealed a moment before the new version was there, and stored a moment after its place was looked at.
    values += seal_anew(secrets, store, holdings).await?;
    let now = clock.now();
    secrets.change(|file| {
        file.retire(if leave == Leave::Links { now + KEPT } else { now });
        file.forget(now);
        Ok(true)
    })?;
    Ok(Rotated { values, resumed })
}

/// Goes on with a rotation that was interrupted, and forgets versions whose time is over.
///
/// # Errors
/// As [`rotate`].
pub async fn tend(secrets: &Secrets, store: &Store, clock: &Clock, holdings: &[Holding]) -> Result<()> {
    let mut rotating = false;
    secrets.change(|file| {
        rotating = file.is_rotating();
        Ok(file.forget(clock.now()))
    })?;
    if rotating {
        let rotated = rotate(secrets, store, clock, holdings, Leave::Links).await?;
        tracing::info!(values = rotated.values, "a rotation of the master key that was interrupted is done");
    }
    Ok(())
}

async fn seal_anew(secrets: &Secrets, store: &Store, holdings: &[Holding]) -> Result<usize> {
    let mut values = 0;
    for holding in holdings {
        let mut after = Some(0);
        while let Some(id) = after {
            let (secrets, holding) = (secrets.clone(), *holding);
            let done = store.write(Owner::Core, move |unit| seal_batch(unit, &secrets, &holding, id)).await?;
            (after, values) = (done.last, values + done.values);
        }
    }
    Ok(values)
}

struct Batch {
    /// The last id; none when there were no more.
    last: Option<i64>,
    values: usize,
}

fn seal_batch(unit: &Connection, secrets: &Secrets, holding: &Holding, after: i64) -> Result<Batch> {
    let rows = store::after(unit, holding, after, BATCH)?;
    let mut values = 0;
    for row in &rows {
        if secrets.is_of_today(&row.place, &row.value) {
            continue;
        }
        let plain = secrets.unseal(&row.place, &row.value)?;
        store::replace(unit, holding, row, &secrets.seal(&row.place, &plain)?)?;
        values += 1;
    }
    Ok(Batch { last: rows.last().map(|row| row.id), values })
}
