//! `make bench`: one run, one table. Read `README.md` beside it before comparing figures. Parts can be named, as in
//! [`PARTS`].

mod audit;
mod compare;
mod crowd;
mod growth;
mod identity;
mod load;
mod neighbours;
mod pages;
mod process;
mod sandbox;
mod served;
mod turns;

use std::io::{Error, Result, Write};
use std::time::Duration;

/// What can be measured alone, in the order of a whole run.
const PARTS: [&str; 9] =
    ["compare", "pages", "sandbox", "audit", "load", "neighbours", "growth", "identity", "process"];

/// What was measured, as lines of a table.
#[derive(Default)]
pub struct Table(Vec<[String; 3]>);

impl Table {
    /// Adds a line: what, how much, and what it stands against.
    pub fn add(&mut self, what: impl Into<String>, value: impl Into<String>, note: impl Into<String>) {
        self.0.push([what.into(), value.into(), note.into()]);
    }

    /// Adds a line for two times: the first as a share of the second, and which times they are.
    pub fn compare(&mut self, what: &str, [first, second]: [Duration; 2], which: &str) {
        let ratio = first.as_secs_f64() / second.as_secs_f64();
        self.add(what, format!("{ratio:.2}"), format!("{first:.0?} / {second:.0?}, {which}"));
    }
}

#[tokio::main]
async fn main() -> Result<()> {
    let named: Vec<String> = std::env::args().skip(1).collect();
    let parts = if named.is_empty() { PARTS.map(str::to_owned).to_vec() } else { named };
    let mut table = Table::default();
    for part in parts {
        measure(&part, &mut table).await?;
    }
    let mut out = std::io::stdout().lock();
    writeln!(out, "| What | Figure | Note |\n|---|---|---|")?;
    for [what, value, note] in table.0 {
        writeln!(out, "| {what} | {value} | {note} |")?;
    }
    Ok(())
}

async fn measure(part: &str, table: &mut Table) -> Result<()> {
    match part {
        "compare" => compare::run(table).await,
        "pages" => pages::run(table).await,
        "sandbox" => sandbox::run(table).await,
        "audit" => audit::run(table).await?,
        "load" => load::run(table).await,
        "neighbours" => neighbours::run(table).await,
        "growth" => growth::run(table).await,
        "identity" => identity::run(table).await,
        "process" => process::run(table).await,
        other => return Err(Error::other(format!("{other} is none of {PARTS:?}"))),
    }
    Ok(())
}

/// The value below which `share` of the times lie.
#[must_use]
pub fn percentile(times: &mut [Duration], share: f64) -> Duration {
    times.sort_unstable();
    let place = (times.len() as f64 * share) as usize;
    times.get(place.min(times.len().saturating_sub(1))).copied().unwrap_or_default()
}
