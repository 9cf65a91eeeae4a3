//! Zips that no packer makes: each is refused with the reason, before anything of it is unpacked.

use std::io::{Cursor, Write};

use magnetiq_package::{Parts, archive};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::{parts, zip};

fn refused(zip: &[u8]) -> String {
    archive::read(zip).unwrap_err().to_string()
}

/// A zip of one part.
fn one(path: &str, content: &[u8]) -> Vec<u8> {
    named(&[(path, content)])
}

/// A zip as another program writes it.
fn named(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in entries {
        writer.start_file(*name, SimpleFileOptions::default()).unwrap();
        writer.write_all(content).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

const HEADER: [u8; 4] = *b"PK\x03\x04";
const ENTRY: [u8; 4] = *b"PK\x01\x02";
const END: [u8; 4] = *b"PK\x05\x06";

fn place(zip: &[u8], mark: [u8; 4]) -> usize {
    zip.windows(4).rposition(|window| window == mark).unwrap()
}

/// Writes bytes at a distance from the last record of its kind.
fn put(zip: &mut [u8], mark: [u8; 4], distance: usize, bytes: &[u8]) {
    let start = place(zip, mark) + distance;
    zip[start..start + bytes.len()].copy_from_slice(bytes);
}

/// The same fact in the header and in the directory of a zip's only part.
fn both(zip: &mut [u8], distance: usize, bytes: &[u8]) {
    put(zip, HEADER, distance, bytes);
    put(zip, ENTRY, distance + 2, bytes);
}

fn plain() -> Vec<u8> {
    zip(&[("plugin.toml".to_owned(), b"id = \"notes\"\nname = \"notes notes notes\"".to_vec())].into())
}

#[test]
fn a_path_that_leads_elsewhere_is_refused() {
    for (path, why) in [
        ("../evil", "leads out of the package"),
        ("templates/../../evil", "leads out of the package"),
        ("/etc/passwd", "is absolute"),
        ("C:/evil", "is absolute"),
        ("templates\\evil", "has a backslash"),
        ("..\\evil", "has a backslash"),
        ("templates//x", "has a part that is empty or begins with a dot"),
        (".hidden", "has a part that is empty or begins with a dot"),
        ("a b", "has other signs than letters, digits, dots, hyphens and underscores"),
        ("a\nb", "has other signs than letters, digits, dots, hyphens and underscores"),
        (&"a".repeat(201), "is too long"),
    ] {
        assert_eq!(refused(&one(path, b"x")), format!("the path {path:?} {why}"));
    }
}

#[test]
fn links_folders_and_devices_are_refused() {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    writer.add_symlink("assets/link", "/etc/passwd", SimpleFileOptions::default()).unwrap();
    assert_eq!(refused(&writer.finish().unwrap().into_inner()), "assets/link is a link, not a file");
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    writer.add_directory("assets/", SimpleFileOptions::default()).unwrap();
    assert_eq!(refused(&writer.finish().unwrap().into_inner()), "assets/ is a folder, not a file");
    let mut device = plain();
    put(&mut device, ENTRY, 40, &[0x80, 0x21]);
    assert_eq!(refused(&device), "plugin.toml is a device, not a file");
}

#[test]
fn a_path_that_stands_twice_or_in_two_cases_is_refused() {
    assert_eq!(
        refused(&named(&[("assets/a.png", b"x"), ("assets/A.png", b"y")])),
        "assets/a.png and assets/A.png differ in upper and lower case alone"
    );
    let mut twice = named(&[("assets/a.png", b"x"), ("assets/b.png", b"x")]);
    let text = b"assets/b.png";
    while let Some(place) = twice.windows(text.len()).position(|window| window == text) {
        twice[place..place + text.len()].copy_from_slice(b"assets/a.png");
    }
    assert_eq!(refused(&twice), "assets/a.png stands twice");
}

#[test]
fn bombs_are_refused_by_what_they_say_and_by_what_they_hold() {
    let zeros = vec![0; (16 << 20) + 1];
    assert_eq!(refused(&one("assets/bomb", &zeros)), "assets/bomb is larger than 16777216 bytes");
    let half = &zeros[..12 << 20];
    let three = named(&[("assets/1", half), ("assets/2", half), ("assets/3", half)]);
    assert_eq!(refused(&three), "its parts are larger than 33554432 bytes together");
    let names: Vec<_> = (0..1001).map(|number| format!("assets/{number}")).collect();
    let many: Vec<_> = names.iter().map(|name| (name.as_str(), &b""[..])).collect();
    assert_eq!(refused(&named(&many)), "it has more than 1000 parts");
    assert_eq!(refused(&vec![0; (33 << 20) + 1]), "it is larger than 34603008 bytes");
    for (said, more) in [(10_u32, "more"), (12 << 20, "less")] {
        let mut liar = one("assets/liar", &zeros[..1 << 20]);
        both(&mut liar, 22, &said.to_le_bytes());
        assert_eq!(refused(&liar), format!("assets/liar says that it has {said} bytes and has {more}"));
    }
    let inside = one("assets/inside.zip", &one("assets/bomb", &zeros));
    assert_eq!(archive::read(&inside).unwrap().len(), 1, "what is inside a part is never opened");
}

#[test]
fn bytes_that_belong_to_nothing_are_refused() {
    assert_eq!(refused(b""), "it is no zip, or its end is missing");
    assert_eq!(refused(b"PK nothing that is a zip"), "it is no zip, or its end is missing");
    assert_eq!(refused(&plain()[..60]), "it is no zip, or its end is missing");
    assert_eq!(refused(&[plain(), b"trailing".to_vec()].concat()), "8 bytes follow its end");
    let mut comment = plain();
    put(&mut comment, END, 20, &[1, 0]);
    assert_eq!(refused(&comment), "its directory is damaged: it promises a comment");
    assert_eq!(
        refused(&[b"#!/bin/sh\n".to_vec(), plain()].concat()),
        "its directory is damaged: it does not end where the zip does"
    );
    let mut gap = plain();
    let directory = place(&gap, ENTRY);
    gap.splice(directory..directory, *b"hidden");
    let moved = (directory as u32 + 6).to_le_bytes();
    put(&mut gap, END, 16, &moved);
    assert_eq!(refused(&gap), "bytes that belong to nothing stand before the directory");
}

#[test]
fn parts_that_overlap_are_refused() {
    let mut overlapping = zip(&parts());
    put(&mut overlapping, ENTRY, 42, &0_u32.to_le_bytes());
    assert_eq!(refused(&overlapping), "templates/notes.html overlaps with what stands before it");
    let mut apart = zip(&parts());
    put(&mut apart, ENTRY, 42, &4000_u32.to_le_bytes());
    assert_eq!(refused(&apart), "bytes that belong to nothing stand before templates/notes.html");
}

#[test]
fn what_a_packer_never_does_to_a_part_is_refused() {
    let flags = |flags: u16| {
        let mut zip = plain();
        both(&mut zip, 6, &flags.to_le_bytes());
        refused(&zip)
    };
    assert_eq!(flags(1), "plugin.toml is encrypted");
    assert_eq!(flags(1 << 13), "plugin.toml is encrypted");
    assert_eq!(flags(1 << 3), "plugin.toml tells its size behind its bytes");
    assert_eq!(flags(1 << 5), "plugin.toml has flags that are not known here");
    let method = |method: u16| {
        let mut zip = plain();
        both(&mut zip, 8, &method.to_le_bytes());
        refused(&zip)
    };
    assert_eq!(method(12), "plugin.toml is compressed in a way that is not known here");
    assert_eq!(method(0), "plugin.toml is not compressed and says two sizes");
    let mut name = plain();
    both(&mut name[..], 0, &[]);
    put(&mut name, HEADER, 30, b"\xff");
    put(&mut name, ENTRY, 46, b"\xff");
    assert_eq!(refused(&name), "the name of part 1 is not UTF-8");
    let mut volumes = plain();
    put(&mut volumes, END, 4, &[1, 0]);
    assert_eq!(refused(&volumes), "it is a zip in several volumes, which no packer makes");
    let mut wide = plain();
    put(&mut wide, END, 8, &[0xff; 4]);
    assert_eq!(refused(&wide), "it is a zip with 64-bit sizes, which no packer makes");
}

#[test]
fn a_directory_that_says_something_else_than_the_parts_is_refused() {
    let elsewhere = "plugin.toml is something else in the directory than before its bytes";
    for (distance, what) in [(14, "checksum"), (18, "packed size"), (22, "size"), (30, "name")] {
        let mut zip = plain();
        let byte = zip[place(&zip, HEADER) + distance];
        put(&mut zip, HEADER, distance, &[byte ^ 1]);
        assert_eq!(refused(&zip), elsewhere, "{what}");
    }
    let mut counted = plain();
    put(&mut counted, END, 8, &[2, 0, 2, 0]);
    assert_eq!(refused(&counted), "its directory is damaged: a length is beyond its end");
    let mut counted = zip(&parts());
    put(&mut counted, END, 8, &[1, 0, 1, 0]);
    assert_eq!(refused(&counted), "its directory is damaged: it has more than it counts");
}

#[test]
fn damaged_bytes_are_refused() {
    let mut wrong = plain();
    both(&mut wrong, 14, &[0; 4]);
    assert_eq!(refused(&wrong), "plugin.toml is damaged");
    let mut noise = plain();
    put(&mut noise, HEADER, 41, &[0xff; 8]);
    assert_eq!(refused(&noise), "plugin.toml is damaged");
}

#[test]
fn a_zip_that_is_not_compressed_is_read_as_well() {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    writer.start_file("plugin.toml", stored).unwrap();
    writer.write_all(b"id").unwrap();
    let read = archive::read(&writer.finish().unwrap().into_inner()).unwrap();
    assert_eq!(read, Parts::from([("plugin.toml".to_owned(), b"id".to_vec())]));
}
