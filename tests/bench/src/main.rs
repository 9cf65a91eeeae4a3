//! `make bench`: one run, one table. Read `README.md` beside it before comparing figures. Parts can be named: `compare`,
//! `sandbox`, `load`, `process`.

mod compare;
mod load;
mod process;
mod sandbox;

use std::io::Write;
use std::time::Duration;

/// What was measured, as lines of a table.
#[derive(Default)]
pub struct Table(Vec<[String; 3]>);

impl Table {
    /// Adds a line: what, how much, and what it stands against.
    pub fn add(&mut self, what: impl Into<String>, value: impl Into<String>, note: impl Into<String>) {
        self.0.push([what.into(), value.into(), note.into()]);
    }
}

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let wanted: Vec<String> = std::env::args().skip(1).collect();
    let wants = |part: &str| wanted.is_empty() || wanted.iter().any(|wanted| wanted == part);
    let mut table = Table::default();
    if wants("compare") {
        compare::run(&mut table).await;
    }
    if wants("sandbox") {
        sandbox::run(&mut table).await;
    }
    if wants("load") {
        load::run(&mut table).await;
    }
    if wants("process") {
        process::run(&mut table).await;
    }
    let mut out = std::io::stdout().lock();
    writeln!(out, "| What | Figure | Note |\n|---|---|---|")?;
    for [what, value, note] in table.0 {
        writeln!(out, "| {what} | {value} | {note} |")?;
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
