//! The package: a zip whose bytes depend on its contents alone.

use std::io::{Cursor, Write};

use zip::result::ZipError;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use crate::Built;
use crate::error::{Error, Result};

/// The package's bytes: entries sorted by name, all from 1980.
pub(crate) fn archive(built: &Built) -> Result<Vec<u8>> {
    let mut files = built.folder.files()?;
    files.push(("describe.json".into(), built.description.clone().into_bytes()));
    files.extend(built.component.clone().map(|component| ("plugin.wasm".to_owned(), component)));
    files.sort();
    write(&files).map_err(|cause| Error::Archive(cause.to_string()))
}

fn write(files: &[(String, Vec<u8>)]) -> Result<Vec<u8>, ZipError> {
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(DateTime::default())
        .unix_permissions(0o644);
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        zip.start_file(name, options)?;
        zip.write_all(bytes)?;
    }
    Ok(zip.finish()?.into_inner())
}
