//! The zip: written in one way alone, and read only when it says the same of itself everywhere.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{Read, Write};
use std::path::Path;

use flate2::bufread::DeflateDecoder;
use flate2::write::DeflateEncoder;
use flate2::{Compression, Crc};

use crate::error::{Error, Result};
use crate::layout::{Cursor, DEFLATED, END, End, Entry, Facts, STORED, read_header, write_entry, write_header};
use crate::{LARGEST_FILE, LARGEST_PART, LARGEST_SUM, MOST_PARTS, Parts, path};

/// Flags of a zip that change nothing: how hard the packer tried, and names in UTF-8.
const IDLE: u16 = 0b1000_0000_0110;
const ENCRYPTED: u16 = 0b10_0000_0100_0001;
const DESCRIPTOR: u16 = 0b1000;
/// Bits of a Unix mode that tell what kind of file it is.
const KIND: u32 = 0o170_000;

/// Reads a file's bytes, unless it is larger than any package.
///
/// # Errors
/// When it cannot be read or is too large.
pub fn read_file(path: &Path) -> Result<Vec<u8>> {
    let unread = |error: std::io::Error| Error::Unread(error.to_string());
    let mut bytes = Vec::new();
    File::open(path).map_err(unread)?.take(LARGEST_FILE + 1).read_to_end(&mut bytes).map_err(unread)?;
    if bytes.len() as u64 > LARGEST_FILE { Err(Error::LargeFile) } else { Ok(bytes) }
}

/// The package's bytes: parts sorted by path, all from 1980. The same parts give the same bytes.
///
/// # Errors
/// When a part has a path or a size that no reader takes.
pub fn write(parts: &Parts) -> Result<Vec<u8>> {
    let (mut zip, mut directory) = (Vec::new(), Vec::new());
    check_sizes(parts.iter().map(|(path, content)| (path.as_str(), content.len() as u64)))?;
    for (path, content) in parts {
        path::check(path)?;
        let packed = deflate(content);
        let facts = Facts::new(checksum(content), packed.len() as u32, content.len() as u32);
        write_entry(&mut directory, &facts, path, zip.len() as u32);
        write_header(&mut zip, &facts, path);
        zip.extend(packed);
    }
    let end = End { parts: parts.len() as u16, size: directory.len() as u32, offset: zip.len() as u32 };
    zip.extend(directory);
    end.write(&mut zip);
    Ok(zip)
}

/// Reads a package's parts.
///
/// # Errors
/// A sentence that names the part at fault. Nothing is unpacked before the whole directory was found sound.
pub fn read(zip: &[u8]) -> Result<Parts> {
    if zip.len() as u64 > LARGEST_FILE {
        return Err(Error::LargeFile);
    }
    let (entries, end) = directory(zip)?;
    let sizes = entries.iter().map(|(path, entry)| (path.as_str(), u64::from(entry.facts.size)));
    check_sizes(sizes)?;
    let mut place = 0;
    let mut found = Vec::new();
    for (path, entry) in entries {
        let packed = packed(zip, &path, &entry, &mut place)?;
        found.push((path, entry.facts, packed));
    }
    match place {
        place if place < end => return Err(Error::Gap("the directory".into())),
        place if place > end => return Err(Error::Overlap("the directory".into())),
        _ => {}
    }
    found
        .into_iter()
        .map(|(path, facts, packed)| unpack(&path, &facts, packed).map(|content| (path, content)))
        .collect()
}

/// The lines of the directory in the order of their parts, and where the directory begins.
fn directory(zip: &[u8]) -> Result<(Vec<(String, Entry<'_>)>, usize)> {
    let end = End::read(zip)?;
    let (begins, ends) = (end.offset as usize, zip.len() - END);
    if begins.checked_add(end.size as usize) != Some(ends) {
        return Err(Error::Directory("it does not end where the zip does"));
    }
    let mut bytes = Cursor { bytes: &zip[..ends], place: begins };
    let (mut entries, mut seen) = (Vec::new(), BTreeMap::<String, String>::new());
    for place in 0..usize::from(end.parts) {
        let entry = Entry::read(&mut bytes)?;
        let path = std::str::from_utf8(entry.name).map_err(|_| Error::Name(place + 1))?.to_owned();
        check(&path, &entry)?;
        match seen.insert(path.to_ascii_lowercase(), path.clone()) {
            Some(other) if other == path => return Err(Error::Twice(path)),
            Some(other) => return Err(Error::Case(other, path)),
            None => entries.push((path, entry)),
        }
    }
    if bytes.place != ends {
        return Err(Error::Directory("it has more than it counts"));
    }
    Ok((entries, begins))
}

/// What a line of the directory may say of a part.
fn check(path: &str, entry: &Entry<'_>) -> Result<()> {
    let unfit = |why: &'static str| Err(Error::Entry(path.into(), why));
    if path.ends_with('/') {
        return Err(Error::NoFile(path.into(), "a folder"));
    }
    path::check(path)?;
    match entry.mode & KIND {
        0 | 0o100_000 => {}
        0o120_000 => return Err(Error::NoFile(path.into(), "a link")),
        0o040_000 => return Err(Error::NoFile(path.into(), "a folder")),
        _ => return Err(Error::NoFile(path.into(), "a device")),
    }
    let Facts { flags, method, packed, size, .. } = entry.facts;
    match (flags, method) {
        _ if flags & ENCRYPTED != 0 => unfit("is encrypted"),
        _ if flags & DESCRIPTOR != 0 => unfit("tells its size behind its bytes"),
        _ if flags & !IDLE != 0 => unfit("has flags that are not known here"),
        (_, DEFLATED) => Ok(()),
        (_, STORED) if packed == size => Ok(()),
        (_, STORED) => unfit("is not compressed and says two sizes"),
        _ => unfit("is compressed in a way that is not known here"),
    }?;
    if entry.extra { unfit("has a comment or an extra field") } else { Ok(()) }
}

/// Refuses too much before any of it is made.
fn check_sizes<'a>(sizes: impl Iterator<Item = (&'a str, u64)>) -> Result<()> {
    let (mut sum, mut count) = (0, 0);
    for (path, size) in sizes {
        (sum, count) = (sum + size, count + 1);
        if size > LARGEST_PART {
            return Err(Error::LargePart(path.into()));
        }
        if sum > LARGEST_SUM {
            return Err(Error::LargeSum);
        }
        if count > MOST_PARTS {
            return Err(Error::Many);
        }
    }
    Ok(())
}

/// The compressed bytes of the part whose header stands at `place`, which moves behind them.
fn packed<'a>(zip: &'a [u8], path: &str, entry: &Entry<'_>, place: &mut usize) -> Result<&'a [u8]> {
    match entry.offset as usize {
        offset if offset < *place => return Err(Error::Overlap(path.into())),
        offset if offset > *place => return Err(Error::Gap(path.into())),
        _ => {}
    }
    let mut bytes = Cursor { bytes: zip, place: *place };
    let (facts, name, extra) = read_header(&mut bytes)?;
    if facts != entry.facts || name != entry.name {
        return Err(Error::Entry(path.into(), "is something else in the directory than before its bytes"));
    }
    if extra {
        return Err(Error::Entry(path.into(), "has a comment or an extra field"));
    }
    let packed = bytes.take(facts.packed as usize)?;
    *place = bytes.place;
    Ok(packed)
}

fn unpack(path: &str, facts: &Facts, packed: &[u8]) -> Result<Vec<u8>> {
    let content = match facts.method {
        STORED => packed.to_vec(),
        _ => inflate(path, facts, packed)?,
    };
    if checksum(&content) == facts.checksum { Ok(content) } else { Err(Error::Damaged(path.into())) }
}

fn inflate(path: &str, facts: &Facts, packed: &[u8]) -> Result<Vec<u8>> {
    let size = u64::from(facts.size);
    let mut content = Vec::new();
    let mut decoder = DeflateDecoder::new(packed);
    decoder.by_ref().take(size + 1).read_to_end(&mut content).map_err(|_| Error::Damaged(path.into()))?;
    let fault = match content.len() as u64 {
        unpacked if unpacked > size => Some("more"),
        unpacked if unpacked < size => Some("less"),
        _ => None,
    };
    if let Some(fault) = fault {
        return Err(Error::Size(path.into(), size, fault));
    }
    if decoder.total_in() == packed.len() as u64 { Ok(content) } else { Err(Error::Damaged(path.into())) }
}

fn deflate(content: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::new(6));
    // A vector takes all that it is given.
    encoder.write_all(content).and_then(|()| encoder.finish()).unwrap_or_default()
}

fn checksum(content: &[u8]) -> u32 {
    let mut crc = Crc::new();
    crc.update(content);
    crc.sum()
}
