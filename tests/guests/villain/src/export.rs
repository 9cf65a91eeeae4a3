//! The villain's one honest trade: a long list as CSV, with a few short-lived texts for each line.

use magnetiq_sdk::prelude::*;

use crate::insert;

/// Writes a list of so many rows, and keeps how many bytes it has.
#[derive(Debug, Job, Serialize, Deserialize)]
#[job(name = "export")]
struct Export {
    rows: u32,
}

pub fn register(site: &mut Registry) {
    site.post("/exports/{rows}", order).public();
    site.job(|outside: &Detached, export: Export| {
        let text = csv(export.rows);
        outside.transaction(|tx| insert(tx, &text.len().to_string()).map(drop))
    });
}

fn order(tx: &Tx, call: Call) -> Result<NoContent> {
    tx.job(Export { rows: call.path("rows")? }).now()?;
    Ok(NoContent)
}

fn csv(rows: u32) -> String {
    let mut text = String::new();
    for row in 0..rows {
        let cells = [format!("{row}"), format!("victim {row}"), format!("a \"friend\" of {row}"), format!("{row:032}")];
        text += &cells.map(|cell| format!("\"{}\"", cell.replace('"', "\"\""))).join(",");
        text.push('\n');
    }
    text
}
