//! Files that are there whole or not at all, also after a power cut.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{ErrorKind, Result, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

/// Read and written by the owner alone.
const PRIVATE: u32 = 0o600;

/// Writes a file for the owner's eyes only, in place of an earlier one of its name.
///
/// # Errors
/// When it cannot be written; an earlier one is as it was then.
pub fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    let unfinished = unfinished(path);
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(PRIVATE).open(&unfinished)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&unfinished, path)?;
    path.parent().map_or(Ok(()), sync_folder)
}

/// Writes a file for the owner's eyes only, where there is none of its name.
///
/// # Errors
/// When there is one, or it cannot be written.
pub fn create(path: &Path, bytes: &[u8]) -> Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(PRIVATE).open(path)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    path.parent().map_or(Ok(()), sync_folder)
}

/// Opens a file to read and write, for the owner's eyes only; it is made when it is not there.
///
/// # Errors
/// When it cannot be opened, or is somebody else's.
pub fn private(path: &Path) -> Result<File> {
    let file = OpenOptions::new().read(true).write(true).create(true).truncate(false).mode(PRIVATE).open(path)?;
    close_to_others(path)?;
    Ok(file)
}

/// Takes a file, if there is one, from the eyes of others. It is not opened: to close it again would let go of what
/// SQLite has locked in it.
///
/// # Errors
/// When it is somebody else's.
pub fn close_to_others(path: &Path) -> Result<()> {
    match fs::metadata(path) {
        Ok(known) if known.permissions().mode() & 0o777 != PRIVATE => {
            fs::set_permissions(path, Permissions::from_mode(PRIVATE))
        }
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Makes the names in a folder durable: a synced file can lose its name otherwise.
///
/// # Errors
/// When the folder cannot be synced.
pub fn sync_folder(path: &Path) -> Result<()> {
    // The parent of a bare name is nothing, which means here.
    let path = if path.as_os_str().is_empty() { Path::new(".") } else { path };
    File::open(path)?.sync_all()
}

/// Hidden, beside the file, because a name changes in one step within one file system alone.
fn unfinished(path: &Path) -> PathBuf {
    let mut name = OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(".part");
    path.with_file_name(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_replaced_and_nothing_else_stays() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("1.eml");
        write(&path, b"first").unwrap();
        write(&path, b"second").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"second");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_private_file_keeps_what_it_holds_and_is_closed_to_others() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lock");
        fs::write(&path, b"held").unwrap();
        fs::set_permissions(&path, Permissions::from_mode(0o644)).unwrap();
        drop(private(&path).unwrap());
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::read(&path).unwrap(), b"held");
    }
}
