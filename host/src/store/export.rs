//! What a plugin has stored, as a file for whoever wants to keep it: a zip with a table in each entry, a row in each line.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use rusqlite::Connection;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::durable;
use crate::error::{Error, Result};
use crate::store::row;

/// Writes `plugin`'s tables to a new file at `path`, for the owner's eyes only. Texts are strings, blobs in hexadecimal.
pub(super) fn export(connection: &Connection, plugin: &str, path: &Path) -> Result<()> {
    let file = durable::private(path)?;
    file.set_len(0)?;
    let mut archive = ZipWriter::new(BufWriter::new(file));
    for table in tables(connection, plugin)? {
        archive.start_file(format!("{table}.jsonl"), SimpleFileOptions::default()).map_err(Error::internal)?;
        write_rows(connection, &table, &mut archive)?;
    }
    let file = archive.finish().map_err(Error::internal)?.into_inner().map_err(Error::internal)?;
    finish(&file, path)
}

fn finish(file: &File, path: &Path) -> Result<()> {
    file.sync_all()?;
    Ok(path.parent().map_or(Ok(()), durable::sync_folder)?)
}

/// The insides of full-text tables can be made again from these.
fn tables(connection: &Connection, plugin: &str) -> Result<Vec<String>> {
    let sql = "SELECT table_name FROM plugin_tables WHERE owner = ? AND kind = 'table' ORDER BY id";
    let mut statement = connection.prepare(sql)?;
    let names = statement.query_map([plugin], |row| row.get(0))?;
    Ok(names.collect::<rusqlite::Result<_>>()?)
}

fn write_rows(connection: &Connection, table: &str, out: &mut impl Write) -> Result<()> {
    let mut statement = connection.prepare(&format!("SELECT * FROM \"{table}\""))?;
    let columns: Vec<String> = statement.column_names().map(ToOwned::to_owned).collect();
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        serde_json::to_writer(&mut *out, &row::object(row, &columns)?)?;
        out.write_all(b"\n")?;
    }
    Ok(())
}
