//! Rows and parameters in one buffer.
//!
//! Parameters: `u16` count, then values. Rows: `u16` columns, each name as `u16` length and UTF-8, `u32` rows,
//! then the values row by row. A value is a tag byte (0 null, 1 integer, 2 real, 3 text, 4 bytes) and its content:
//! eight bytes, or a `u32` length and the bytes. Numbers are little-endian.

use std::fmt;

/// A value of a column or parameter.
#[derive(Clone, Debug, PartialEq)]
pub enum Value<'a> {
    /// NULL.
    Null,
    /// INTEGER.
    Integer(i64),
    /// REAL.
    Real(f64),
    /// TEXT.
    Text(&'a str),
    /// BLOB.
    Bytes(&'a [u8]),
}

/// A buffer that does not hold what it should.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Malformed;

impl fmt::Display for Malformed {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("malformed row buffer")
    }
}

impl std::error::Error for Malformed {}

/// Writes parameters or rows.
#[derive(Clone, Debug, Default)]
pub struct Writer {
    buffer: Vec<u8>,
}

impl Writer {
    /// An empty buffer with room for `capacity` bytes.
    #[must_use]
    pub fn with_capacity(capacity: usize) -> Self {
        Self { buffer: Vec::with_capacity(capacity) }
    }

    /// Starts parameters.
    pub fn parameters(&mut self, count: u16) {
        self.buffer.extend_from_slice(&count.to_le_bytes());
    }

    /// Starts rows with their columns' names; returns where the row count goes.
    ///
    /// # Panics
    /// Never in practice: SQLite allows far fewer columns than `u16::MAX` and shorter names.
    pub fn columns<'a>(&mut self, names: impl ExactSizeIterator<Item = &'a str>) -> RowCount {
        self.buffer.extend_from_slice(&(names.len() as u16).to_le_bytes());
        for name in names {
            self.buffer.extend_from_slice(&(name.len() as u16).to_le_bytes());
            self.buffer.extend_from_slice(name.as_bytes());
        }
        let place = RowCount(self.buffer.len());
        self.buffer.extend_from_slice(&0u32.to_le_bytes());
        place
    }

    /// Appends a value.
    pub fn value(&mut self, value: &Value<'_>) {
        match value {
            Value::Null => self.buffer.push(0),
            Value::Integer(number) => {
                self.buffer.push(1);
                self.buffer.extend_from_slice(&number.to_le_bytes());
            }
            Value::Real(number) => {
                self.buffer.push(2);
                self.buffer.extend_from_slice(&number.to_le_bytes());
            }
            Value::Text(text) => self.run(3, text.as_bytes()),
            Value::Bytes(bytes) => self.run(4, bytes),
        }
    }

    fn run(&mut self, tag: u8, bytes: &[u8]) {
        self.buffer.push(tag);
        self.buffer.extend_from_slice(&(bytes.len() as u32).to_le_bytes());
        self.buffer.extend_from_slice(bytes);
    }

    /// Bytes written so far.
    #[must_use]
    pub fn len(&self) -> usize {
        self.buffer.len()
    }

    /// True before anything was written.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.buffer.is_empty()
    }

    /// Fills in the number of rows and hands over the buffer.
    #[must_use]
    pub fn finish(mut self, place: RowCount, rows: u32) -> Vec<u8> {
        self.buffer[place.0..place.0 + 4].copy_from_slice(&rows.to_le_bytes());
        self.buffer
    }

    /// Hands over a buffer of parameters.
    #[must_use]
    pub fn into_parameters(self) -> Vec<u8> {
        self.buffer
    }
}

/// Where a buffer keeps its number of rows.
#[derive(Clone, Copy, Debug)]
pub struct RowCount(usize);

/// Reads a buffer from its start.
#[derive(Clone, Debug)]
pub struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    /// Reads from the start of `buffer`.
    #[must_use]
    pub const fn new(buffer: &'a [u8]) -> Self {
        Self { rest: buffer }
    }

    /// The number of parameters.
    ///
    /// # Errors
    /// When the buffer is too short.
    pub fn parameters(&mut self) -> Result<u16, Malformed> {
        Ok(u16::from_le_bytes(self.array()?))
    }

    /// The columns' names and the number of rows.
    ///
    /// # Errors
    /// When the buffer is too short or a name is not UTF-8.
    pub fn columns(&mut self) -> Result<(Vec<&'a str>, u32), Malformed> {
        let count = u16::from_le_bytes(self.array()?);
        let mut names = Vec::with_capacity(usize::from(count));
        for _ in 0..count {
            let length = u16::from_le_bytes(self.array()?);
            names.push(str(self.bytes(usize::from(length))?)?);
        }
        Ok((names, u32::from_le_bytes(self.array()?)))
    }

    /// The next value.
    ///
    /// # Errors
    /// When the buffer is too short, the tag unknown or a text not UTF-8.
    pub fn value(&mut self) -> Result<Value<'a>, Malformed> {
        let [tag] = self.array()?;
        match tag {
            0 => Ok(Value::Null),
            1 => Ok(Value::Integer(i64::from_le_bytes(self.array()?))),
            2 => Ok(Value::Real(f64::from_le_bytes(self.array()?))),
            3 => Ok(Value::Text(str(self.run()?)?)),
            4 => Ok(Value::Bytes(self.run()?)),
            _ => Err(Malformed),
        }
    }

    fn run(&mut self) -> Result<&'a [u8], Malformed> {
        let length = u32::from_le_bytes(self.array()?);
        self.bytes(length as usize)
    }

    fn bytes(&mut self, count: usize) -> Result<&'a [u8], Malformed> {
        let (bytes, rest) = self.rest.split_at_checked(count).ok_or(Malformed)?;
        self.rest = rest;
        Ok(bytes)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], Malformed> {
        let (array, rest) = self.rest.split_first_chunk::<N>().ok_or(Malformed)?;
        self.rest = rest;
        Ok(*array)
    }
}

fn str(bytes: &[u8]) -> Result<&str, Malformed> {
    std::str::from_utf8(bytes).map_err(|_| Malformed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_come_back_as_they_were_written() {
        let mut writer = Writer::default();
        let place = writer.columns(["id", "größe"].into_iter());
        writer.value(&Value::Integer(-7));
        writer.value(&Value::Text("ä"));
        writer.value(&Value::Null);
        writer.value(&Value::Bytes(&[0, 255]));
        let buffer = writer.finish(place, 2);

        let mut reader = Reader::new(&buffer);
        assert_eq!(reader.columns(), Ok((vec!["id", "größe"], 2)));
        assert_eq!(reader.value(), Ok(Value::Integer(-7)));
        assert_eq!(reader.value(), Ok(Value::Text("ä")));
        assert_eq!(reader.value(), Ok(Value::Null));
        assert_eq!(reader.value(), Ok(Value::Bytes(&[0, 255])));
        assert_eq!(reader.value(), Err(Malformed));
    }

    #[test]
    fn every_truncation_is_malformed_and_none_panics() {
        let mut writer = Writer::default();
        writer.parameters(2);
        writer.value(&Value::Real(1.5));
        writer.value(&Value::Text("text"));
        let buffer = writer.into_parameters();
        for length in 0..buffer.len() {
            let mut reader = Reader::new(&buffer[..length]);
            let whole =
                reader.parameters().and_then(|_| reader.value().map(drop)).and_then(|()| reader.value().map(drop));
            assert_eq!(whole, Err(Malformed), "at {length}");
        }
    }
}
