//! A plugin's folder.

use std::fs;
use std::path::{Path, PathBuf};

use magnetiq_contract::manifest::Manifest;

use crate::check;
use crate::error::{Error, Result};

/// Folders that go into the package as they are.
const PACKED: [&str; 5] = ["assets", "demo", "locales", "migrations", "templates"];

/// A plugin's folder with its manifest read.
#[derive(Debug)]
pub struct Folder {
    /// Where it is.
    pub root: PathBuf,
    /// `plugin.toml`.
    pub manifest: Manifest,
}

impl Folder {
    /// Reads and checks `plugin.toml`.
    ///
    /// # Errors
    /// When it is missing, does not parse or lacks something.
    pub fn read(root: &Path) -> Result<Self> {
        let path = root.join("plugin.toml");
        let text = fs::read_to_string(&path).map_err(Error::file(path))?;
        let manifest: Manifest = toml::from_str(&text).map_err(|cause| Error::Manifest(cause.to_string()))?;
        check::manifest(&manifest)?;
        Ok(Self { root: root.into(), manifest })
    }

    /// True when there is Rust to build.
    #[must_use]
    pub fn has_code(&self) -> bool {
        self.root.join("Cargo.toml").exists()
    }

    /// A file of the folder as text.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn text(&self, name: &str) -> Result<String> {
        let path = self.root.join(name);
        fs::read_to_string(&path).map_err(Error::file(path))
    }

    /// Paths of its templates below their folder.
    ///
    /// # Errors
    /// When one cannot be read.
    pub fn templates(&self) -> Result<Vec<String>> {
        let files = self.files()?.into_iter();
        Ok(files.filter_map(|(name, _)| Some(name.strip_prefix("templates/")?.to_owned())).collect())
    }

    /// Names, with slashes, and contents of everything that is packed as it is, sorted by name.
    ///
    /// # Errors
    /// When a file cannot be read.
    pub fn files(&self) -> Result<Vec<(String, Vec<u8>)>> {
        let mut files = vec![("plugin.toml".to_owned(), self.text("plugin.toml")?.into_bytes())];
        for folder in PACKED {
            collect(&self.root.join(folder), folder, &mut files)?;
        }
        files.sort();
        Ok(files)
    }
}

fn collect(folder: &Path, name: &str, files: &mut Vec<(String, Vec<u8>)>) -> Result<()> {
    if !folder.is_dir() {
        return Ok(());
    }
    for entry in fs::read_dir(folder).map_err(Error::file(folder))? {
        let entry = entry.map_err(Error::file(folder))?;
        let file = entry.file_name();
        let Some(file) = file.to_str().filter(|file| !file.starts_with('.')) else { continue };
        let (path, name) = (entry.path(), format!("{name}/{file}"));
        let kind = entry.file_type().map_err(Error::file(&path))?;
        if kind.is_dir() {
            collect(&path, &name, files)?;
        } else if kind.is_file() {
            let bytes = fs::read(&path).map_err(Error::file(&path))?;
            files.push((name, bytes));
        }
    }
    Ok(())
}
