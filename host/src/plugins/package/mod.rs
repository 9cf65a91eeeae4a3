//! A plugin's package: a zip, or the same folder unpacked.
//!
//! Everything is read into memory; nothing is ever written to a path that a package names. Each entry must stand
//! where the format wants it, once, and within bounds.

pub(in crate::plugins) mod build;
mod check;
mod describing;
pub mod manifest;

use std::collections::BTreeMap;
use std::io::{Cursor, Read};
use std::path::Path;

use magnetiq_contract::demo::Step;
use magnetiq_contract::text::Locale;
use sha2::{Digest, Sha256};

use self::manifest::Manifest;
use crate::error::{Code, Error, Result};

/// Most entries of a package.
const ENTRIES: usize = 1_000;
/// Largest entry, in bytes.
const ENTRY: u64 = 16 << 20;
/// Largest sum of entries, in bytes.
const TOTAL: u64 = 32 << 20;

/// A package whose parts have been read, and nothing more.
#[derive(Clone, Debug)]
pub struct Package {
    /// `plugin.toml`.
    pub manifest: Manifest,
    /// `plugin.wasm`; a plugin of resources and templates alone has none.
    pub component: Option<Vec<u8>>,
    /// `describe.json`, as packed.
    pub described: Option<String>,
    /// `migrations/NNNN_name.sql`, in order.
    pub migrations: Vec<(String, String)>,
    /// `templates/…`, by path below that folder.
    pub templates: BTreeMap<String, String>,
    /// `locales/{en,de}.json`, each a JSON object; nested ones are texts with dotted keys.
    pub locales: BTreeMap<Locale, String>,
    /// `assets/…`, by path below that folder.
    pub assets: BTreeMap<String, Vec<u8>>,
    /// `demo/NNNN_name.json` with their steps, in order.
    pub demo: Vec<(String, Vec<Step>)>,
    /// SHA-256 over all parts, in hexadecimal.
    pub digest: String,
}

/// A package's parts by path.
type Parts = BTreeMap<String, Vec<u8>>;

impl Package {
    /// Reads a `.mqp` file's bytes.
    ///
    /// # Errors
    /// Validation, with a sentence that names the part.
    pub fn from_zip(bytes: &[u8]) -> Result<Self> {
        Self::from_parts(unzip(bytes)?)
    }

    /// Reads an unpacked package.
    ///
    /// # Errors
    /// Validation, with a sentence that names the part; internal when a file cannot be read.
    pub fn from_folder(folder: &Path) -> Result<Self> {
        let mut parts = Parts::new();
        for name in ["plugin.toml", "plugin.wasm", "describe.json"] {
            let path = folder.join(name);
            if path.is_file() {
                parts.insert(name.into(), std::fs::read(path)?);
            }
        }
        for name in ["migrations", "templates", "locales", "assets", "demo"] {
            read_folder(&folder.join(name), name, &mut parts)?;
        }
        Self::from_parts(parts)
    }

    fn from_parts(mut parts: Parts) -> Result<Self> {
        let digest = digest(&parts);
        let manifest =
            text("plugin.toml", parts.remove("plugin.toml").ok_or_else(|| refused("plugin.toml is missing"))?)?;
        let mut package = Self {
            manifest: Manifest::parse(&manifest)?,
            component: parts.remove("plugin.wasm"),
            described: parts.remove("describe.json").map(|bytes| text("describe.json", bytes)).transpose()?,
            migrations: Vec::new(),
            templates: BTreeMap::new(),
            locales: BTreeMap::new(),
            assets: BTreeMap::new(),
            demo: Vec::new(),
            digest,
        };
        for (path, bytes) in parts {
            package.place(&path, bytes)?;
        }
        Ok(package)
    }

    fn place(&mut self, path: &str, bytes: Vec<u8>) -> Result<()> {
        match path.split_once('/') {
            Some(("migrations", name)) if is_numbered(name, ".sql") => {
                self.migrations.push((name.into(), text(path, bytes)?));
            }
            Some(("templates", name)) => drop(self.templates.insert(name.into(), text(path, bytes)?)),
            Some(("locales", name)) => drop(self.locales.insert(locale_of(name)?, texts(path, bytes)?)),
            Some(("assets", name)) => drop(self.assets.insert(name.into(), bytes)),
            Some(("demo", name)) if is_numbered(name, ".json") => self.demo.push((path.into(), steps(path, &bytes)?)),
            _ => return Err(refused(format!("{path} has no place in a package"))),
        }
        Ok(())
    }
}

fn unzip(bytes: &[u8]) -> Result<Parts> {
    let mut archive =
        zip::ZipArchive::new(Cursor::new(bytes)).map_err(|error| refused(format!("it is no zip: {error}")))?;
    if archive.len() > ENTRIES {
        return Err(refused(format!("it has more than {ENTRIES} entries")));
    }
    let (mut parts, mut total) = (Parts::new(), 0);
    for place in 0..archive.len() {
        let mut entry = archive.by_index(place).map_err(|error| refused(error.to_string()))?;
        let name = std::str::from_utf8(entry.name_raw()).map_err(|_| refused("a name is not UTF-8"))?.to_owned();
        if !is_plain(&name) || entry.is_symlink() {
            return Err(refused(format!("{name} is not a plain path")));
        }
        let mut content = Vec::new();
        entry
            .by_ref()
            .take(ENTRY + 1)
            .read_to_end(&mut content)
            .map_err(|error| refused(format!("{name}: {error}")))?;
        total += content.len() as u64;
        if content.len() as u64 > ENTRY || total > TOTAL {
            return Err(refused(format!("{name} makes it too large")));
        }
        if parts.keys().any(|other| other.eq_ignore_ascii_case(&name)) {
            return Err(refused(format!("{name} stands twice")));
        }
        parts.insert(name, content);
    }
    Ok(parts)
}

fn read_folder(folder: &Path, prefix: &str, parts: &mut Parts) -> Result<()> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Ok(()) };
    for entry in entries {
        let entry = entry?;
        let name = format!("{prefix}/{}", entry.file_name().to_string_lossy());
        if entry.file_type()?.is_dir() {
            read_folder(&entry.path(), &name, parts)?;
        } else {
            parts.insert(name, std::fs::read(entry.path())?);
        }
    }
    Ok(())
}

/// Lower-case names joined by single slashes, without dots at their start.
fn is_plain(path: &str) -> bool {
    path.len() <= 200
        && path.split('/').all(|part| {
            !part.is_empty()
                && !part.starts_with('.')
                && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-'))
        })
}

/// `NNNN_name` and the ending, so that names give the order.
fn is_numbered(name: &str, ending: &str) -> bool {
    let digits = name.bytes().take_while(u8::is_ascii_digit).count();
    digits == 4 && name.ends_with(ending) && !name.contains('/')
}

fn locale_of(name: &str) -> Result<Locale> {
    name.strip_suffix(".json")
        .and_then(Locale::from_code)
        .ok_or_else(|| refused(format!("locales/{name} is not one of en.json and de.json")))
}

fn texts(path: &str, bytes: Vec<u8>) -> Result<String> {
    let text = text(path, bytes)?;
    let object = serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(&text);
    object.map(|_| text).map_err(|error| refused(format!("{path} is not a JSON object of texts: {error}")))
}

fn steps(path: &str, bytes: &[u8]) -> Result<Vec<Step>> {
    serde_json::from_slice(bytes).map_err(|error| refused(format!("{path} is not an array of steps: {error}")))
}

fn text(path: &str, bytes: Vec<u8>) -> Result<String> {
    String::from_utf8(bytes).map_err(|_| refused(format!("{path} is not UTF-8")))
}

fn digest(parts: &Parts) -> String {
    let mut hash = Sha256::new();
    for (path, bytes) in parts {
        hash.update(path.as_bytes());
        hash.update([0]);
        hash.update(Sha256::digest(bytes));
    }
    hex::encode(hash.finalize())
}

fn refused(reason: impl AsRef<str>) -> Error {
    Error::new(Code::Validation, format!("The package is refused: {}.", reason.as_ref()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn zipped(entries: &[(&str, &[u8])]) -> Vec<u8> {
        let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (name, content) in entries {
            writer.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
            writer.write_all(content).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    #[test]
    fn a_path_that_leaves_the_package_is_refused_by_name() {
        for path in ["../evil", "/etc/passwd", "templates/../../evil", "templates//x", ".hidden", "templates/a\\b"] {
            let refusal = unzip(&zipped(&[(path, b"x")])).unwrap_err();
            assert!(refusal.message().contains("is not a plain path"), "{path}: {refusal}");
        }
    }

    #[test]
    fn a_name_in_two_cases_stands_twice() {
        let refusal = unzip(&zipped(&[("assets/a.png", b"x"), ("assets/A.png", b"y")])).unwrap_err();
        assert!(refusal.message().contains("stands twice"), "{refusal}");
    }

    #[test]
    fn a_bomb_is_refused_before_it_is_unpacked_whole() {
        let zeros = vec![0; (ENTRY + 1) as usize];
        let refusal = unzip(&zipped(&[("assets/bomb", &zeros)])).unwrap_err();
        assert!(refusal.message().contains("too large"), "{refusal}");
    }

    #[test]
    fn a_part_without_a_place_is_refused() {
        let manifest = include_bytes!("testdata/plugin.toml");
        let refusal = Package::from_zip(&zipped(&[("plugin.toml", manifest), ("bin/run.sh", b"")])).unwrap_err();
        assert!(refusal.message().contains("bin/run.sh"), "{refusal}");
    }

    #[test]
    fn bytes_that_are_no_zip_are_refused() {
        assert_eq!(Package::from_zip(b"PK nothing").unwrap_err().code(), Code::Validation);
    }
}
