//! The records of a zip, as far as a package uses them: a header before each part, a directory, and its end.

use crate::error::{Error, Result};

/// Compressed by deflate.
pub(crate) const DEFLATED: u16 = 8;
/// Not compressed.
pub(crate) const STORED: u16 = 0;
/// Bytes of the record at the end.
pub(crate) const END: usize = 22;

const HEADER_MARK: u32 = 0x0403_4b50;
const ENTRY_MARK: u32 = 0x0201_4b50;
const END_MARK: u32 = 0x0605_4b50;
/// Made on Unix, by version 2.0.
const MADE_BY: u16 = (3 << 8) | 20;
/// Read by version 2.0.
const NEEDS: u16 = 20;
/// The first day that a zip knows, 1980-01-01, and its first second.
const DATE: u16 = (1 << 5) | 1;
const TIME: u16 = 0;
/// A file that its owner writes and all read.
const MODE: u32 = 0o100_644 << 16;

/// What header and directory both say of a part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Facts {
    pub needs: u16,
    pub flags: u16,
    pub method: u16,
    pub time: u16,
    pub date: u16,
    pub checksum: u32,
    /// Compressed, in bytes.
    pub packed: u32,
    /// Unpacked, in bytes.
    pub size: u32,
}

impl Facts {
    /// Of a part that is compressed.
    pub fn new(checksum: u32, packed: u32, size: u32) -> Self {
        Self { needs: NEEDS, flags: 0, method: DEFLATED, time: TIME, date: DATE, checksum, packed, size }
    }

    fn write(&self, out: &mut Vec<u8>) {
        for number in [self.needs, self.flags, self.method, self.time, self.date] {
            out.extend(number.to_le_bytes());
        }
        for number in [self.checksum, self.packed, self.size] {
            out.extend(number.to_le_bytes());
        }
    }

    fn read(bytes: &mut Cursor<'_>) -> Result<Self> {
        Ok(Self {
            needs: bytes.u16()?,
            flags: bytes.u16()?,
            method: bytes.u16()?,
            time: bytes.u16()?,
            date: bytes.u16()?,
            checksum: bytes.u32()?,
            packed: bytes.u32()?,
            size: bytes.u32()?,
        })
    }
}

/// Writes the header of a part.
pub(crate) fn write_header(out: &mut Vec<u8>, facts: &Facts, name: &str) {
    out.extend(HEADER_MARK.to_le_bytes());
    facts.write(out);
    out.extend((name.len() as u16).to_le_bytes());
    out.extend(0_u16.to_le_bytes());
    out.extend(name.as_bytes());
}

/// Reads the header at the cursor: what it says, its name, and whether it says anything else.
pub(crate) fn read_header<'a>(bytes: &mut Cursor<'a>) -> Result<(Facts, &'a [u8], bool)> {
    bytes.mark(HEADER_MARK)?;
    let facts = Facts::read(bytes)?;
    let (name, extra) = (bytes.u16()?, bytes.u16()?);
    Ok((facts, bytes.take(name.into())?, extra > 0))
}

/// A line of the directory.
#[derive(Clone, Debug)]
pub(crate) struct Entry<'a> {
    pub facts: Facts,
    pub name: &'a [u8],
    /// Type and permissions of the file on Unix.
    pub mode: u32,
    /// Where its header begins.
    pub offset: u32,
    /// Whether it has more to say than what is read here.
    pub extra: bool,
}

impl<'a> Entry<'a> {
    pub fn read(bytes: &mut Cursor<'a>) -> Result<Self> {
        bytes.mark(ENTRY_MARK)?;
        let _made_by = bytes.u16()?;
        let facts = Facts::read(bytes)?;
        let (name, extra, comment) = (bytes.u16()?, bytes.u16()?, bytes.u16()?);
        let (volume, _internal) = (bytes.u16()?, bytes.u16()?);
        let (external, offset) = (bytes.u32()?, bytes.u32()?);
        let name = bytes.take(name.into())?;
        Ok(Self { facts, name, mode: external >> 16, offset, extra: extra > 0 || comment > 0 || volume > 0 })
    }
}

/// Writes a line of the directory for a part whose header begins at `offset`.
pub(crate) fn write_entry(out: &mut Vec<u8>, facts: &Facts, name: &str, offset: u32) {
    out.extend(ENTRY_MARK.to_le_bytes());
    out.extend(MADE_BY.to_le_bytes());
    facts.write(out);
    out.extend((name.len() as u16).to_le_bytes());
    // No extra field, no comment, the first volume, no internal attributes.
    out.extend([0; 8]);
    out.extend(MODE.to_le_bytes());
    out.extend(offset.to_le_bytes());
    out.extend(name.as_bytes());
}

/// The record at the end.
#[derive(Clone, Copy, Debug)]
pub(crate) struct End {
    pub parts: u16,
    /// Bytes of the directory.
    pub size: u32,
    /// Where the directory begins.
    pub offset: u32,
}

impl End {
    pub fn write(self, out: &mut Vec<u8>) {
        out.extend(END_MARK.to_le_bytes());
        out.extend([0; 4]);
        out.extend(self.parts.to_le_bytes());
        out.extend(self.parts.to_le_bytes());
        out.extend(self.size.to_le_bytes());
        out.extend(self.offset.to_le_bytes());
        out.extend([0; 2]);
    }

    /// Reads the last bytes of a zip, which hold nothing but this record.
    pub fn read(zip: &[u8]) -> Result<Self> {
        let place = zip.len().checked_sub(END).ok_or(Error::NoZip)?;
        let mut bytes = Cursor { bytes: zip, place };
        if bytes.mark(END_MARK).is_err() {
            return Err(trailing(zip));
        }
        let (volume, first, here, parts) = (bytes.u16()?, bytes.u16()?, bytes.u16()?, bytes.u16()?);
        let end = Self { parts, size: bytes.u32()?, offset: bytes.u32()? };
        let comment = bytes.u16()?;
        if volume != 0 || first != 0 || here != parts {
            return Err(Error::Kind("in several volumes"));
        }
        if parts == u16::MAX || end.size == u32::MAX || end.offset == u32::MAX {
            return Err(Error::Kind("with 64-bit sizes"));
        }
        if comment != 0 {
            return Err(Error::Directory("it promises a comment"));
        }
        Ok(end)
    }
}

/// How many bytes follow the end that is there, if one is.
fn trailing(zip: &[u8]) -> Error {
    let mark = END_MARK.to_le_bytes();
    let place = zip.windows(mark.len()).rposition(|window| window == mark);
    place.map_or(Error::NoZip, |place| Error::Trailing(zip.len().saturating_sub(place + END)))
}

/// A place in the bytes of a zip.
pub(crate) struct Cursor<'a> {
    pub bytes: &'a [u8],
    pub place: usize,
}

impl<'a> Cursor<'a> {
    pub fn take(&mut self, length: usize) -> Result<&'a [u8]> {
        let end = self.place.checked_add(length).ok_or(Error::Directory("a length is beyond its end"))?;
        let taken = self.bytes.get(self.place..end).ok_or(Error::Directory("a length is beyond its end"))?;
        self.place = end;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N]> {
        self.take(N)?.try_into().map_err(|_| Error::Directory("a length is beyond its end"))
    }

    fn u16(&mut self) -> Result<u16> {
        self.array().map(u16::from_le_bytes)
    }

    fn u32(&mut self) -> Result<u32> {
        self.array().map(u32::from_le_bytes)
    }

    fn mark(&mut self, mark: u32) -> Result<()> {
        if self.u32()? == mark { Ok(()) } else { Err(Error::Directory("a record is not where it should be")) }
    }
}
