use std::io::{Cursor, Read};

use magnetiq_package::{Error, archive, digest, listing};

use super::{parts, zip};

#[test]
fn what_is_written_is_read_again_and_the_same_parts_give_the_same_bytes() {
    assert_eq!(archive::read(&zip(&parts())).unwrap(), parts());
    assert_eq!(zip(&parts()), zip(&parts().into_iter().rev().collect()));
}

#[test]
fn other_readers_of_zips_read_it_too() {
    let mut zip = zip::ZipArchive::new(Cursor::new(zip(&parts()))).unwrap();
    for (path, content) in parts() {
        let mut read = Vec::new();
        zip.by_name(&path).unwrap().read_to_end(&mut read).unwrap();
        assert_eq!(read, content, "{path}");
    }
}

#[test]
fn what_no_reader_takes_is_not_written() {
    let with = |path: &str, size: usize| {
        let mut parts = parts();
        parts.insert(path.into(), vec![7; size]);
        archive::write(&parts).unwrap_err()
    };
    assert_eq!(
        with("assets/naïve.txt", 1).to_string(),
        "the path \"assets/naïve.txt\" has other signs than letters, digits, dots, hyphens and underscores"
    );
    assert_eq!(with("assets/film.mp4", (16 << 20) + 1), Error::LargePart("assets/film.mp4".into()));
}

#[test]
fn the_listing_is_what_sha256sum_writes_behind_its_first_line() {
    let parts = [("a".to_owned(), b"abc".to_vec())].into();
    let hash = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    assert_eq!(listing(&parts), format!("magnetiq-package 1\n{hash}  a\n"));
    assert_eq!(digest(&parts).len(), 64);
}

#[test]
fn a_file_that_is_larger_than_any_package_is_not_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("large.mqp");
    std::fs::File::create(&path).unwrap().set_len((33 << 20) + 1).unwrap();
    assert_eq!(archive::read_file(&path), Err(Error::LargeFile));
    assert!(archive::read_file(&folder.path().join("missing.mqp")).unwrap_err().to_string().contains("cannot be read"));
}
