//! Answers that are files.

use magnetiq_contract::answer;

use crate::answer::{Answer, Response};
use crate::error::Result;
use crate::time::Timestamp;

/// Bytes: a calendar, a table, a document.
///
/// ```
/// # use magnetiq_sdk::prelude::*;
/// fn list(db: &Snapshot) -> Result<File> {
///     let lines: Vec<String> = db.all("SELECT text FROM p_notes__notes", ())?;
///     Ok(File::new("text/csv", lines.join("\n")).named("notes.csv"))
/// }
/// ```
///
/// One that is right for an hour:
///
/// ```
/// # use magnetiq_sdk::prelude::*;
/// fn soon(db: &Snapshot) -> Result<File> {
///     Ok(File::new("text/calendar", "BEGIN:VCALENDAR").fresh_until(db.now() + 1.hours()))
/// }
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct File {
    file: answer::File,
    bytes: Vec<u8>,
}

impl File {
    /// Bytes of a media type, shown in place.
    pub fn new(content_type: &str, bytes: impl Into<Vec<u8>>) -> Self {
        Self {
            file: answer::File { content_type: content_type.into(), ..answer::File::default() },
            bytes: bytes.into(),
        }
    }

    /// Offers it for saving under this name.
    pub fn named(mut self, name: &str) -> Self {
        self.file.name = Some(name.into());
        self
    }

    /// As [`Page::fresh_until`](crate::Page::fresh_until).
    pub fn fresh_until(mut self, moment: impl Into<Option<Timestamp>>) -> Self {
        self.file.fresh_until = moment.into().map(Timestamp::as_micros);
        self
    }
}

impl Answer for File {
    fn respond(self) -> Result<Response> {
        let head = serde_json::to_string(&self.file)?;
        Ok(Response { status: 200, kind: answer::FILE.into(), head, body: self.bytes })
    }
}
