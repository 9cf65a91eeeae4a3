//! A plugin's package: a zip, or the same folder unpacked.
//!
//! `magnetiq_package` reads the zip and its signature; here each part must stand where a plugin has it.

mod address;
pub(in crate::plugins) mod build;
mod check;
mod describing;
pub mod difference;
pub mod inspection;
pub mod manifest;
pub mod publisher;
pub(in crate::plugins) mod refusal;
mod store;

#[cfg(test)]
pub(super) use store::shape as publisher_shape;

use std::collections::BTreeMap;
use std::path::Path;

use magnetiq_contract::demo::Step;
use magnetiq_contract::text::{Locale, Text};
use magnetiq_package::{Parts, PublicKey, SIGNATURE, archive, digest, signer};

use self::manifest::Manifest;
use crate::error::{Error, Result};

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
    /// SHA-256 over all parts but the signature, in hexadecimal.
    pub digest: String,
    /// Who signed it; nobody, for an unpacked one.
    pub signer: Option<PublicKey>,
}

impl Package {
    /// Reads a `.mqp` file, which is refused unread when it is larger than any package.
    ///
    /// # Errors
    /// Validation, with a sentence that names the part.
    pub fn from_file(path: &Path) -> Result<Self> {
        Self::from_zip(&archive::read_file(path).map_err(|error| unfit(&error))?)
    }

    /// Reads a `.mqp` file's bytes. A signature is that of exactly these parts.
    ///
    /// # Errors
    /// Validation, with a sentence that names the part.
    pub fn from_zip(bytes: &[u8]) -> Result<Self> {
        Self::from_parts(archive::read(bytes).map_err(|error| unfit(&error))?)
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
        let (digest, signer) = (digest(&parts), signer(&parts).map_err(|error| unfit(&error))?);
        parts.remove(SIGNATURE);
        let manifest = text(
            "plugin.toml",
            parts.remove("plugin.toml").ok_or_else(|| refused(("plugin.toml is missing", "plugin.toml fehlt")))?,
        )?;
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
            signer,
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
            _ => return Err(misplaced(path)),
        }
        Ok(())
    }
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

/// `NNNN_name` and the ending, so that names give the order.
fn is_numbered(name: &str, ending: &str) -> bool {
    let digits = name.bytes().take_while(u8::is_ascii_digit).count();
    digits == 4 && name.ends_with(ending) && !name.contains('/')
}

fn locale_of(name: &str) -> Result<Locale> {
    name.strip_suffix(".json").and_then(Locale::from_code).ok_or_else(|| misplaced(&format!("locales/{name}")))
}

fn texts(path: &str, bytes: Vec<u8>) -> Result<String> {
    let text = text(path, bytes)?;
    let object = serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(&text);
    object.map(|_| text).map_err(|error| unlike(path, ("a JSON object of texts", "ein JSON-Objekt aus Texten"), &error))
}

fn steps(path: &str, bytes: &[u8]) -> Result<Vec<Step>> {
    serde_json::from_slice(bytes)
        .map_err(|error| unlike(path, ("an array of steps", "ein Array von Schritten"), &error))
}

fn text(path: &str, bytes: Vec<u8>) -> Result<String> {
    String::from_utf8(bytes).map_err(|_| refused((format!("{path} is not UTF-8"), format!("{path} ist kein UTF-8"))))
}

fn unfit(error: &magnetiq_package::Error) -> Error {
    refused(error.to_string())
}

fn misplaced(path: &str) -> Error {
    refused((format!("{path} has no place in a package"), format!("{path} hat in einem Paket keinen Platz")))
}

fn unlike(path: &str, (english, german): (&str, &str), error: &serde_json::Error) -> Error {
    refused((format!("{path} is not {english}: {error}"), format!("{path} ist nicht {german}: {error}")))
}

fn refused(reason: impl Into<Text>) -> Error {
    refusal::refused(("The package", "Das Paket"), &[reason.into()])
}

#[cfg(test)]
mod tests {
    use magnetiq_package::{SecretKey, sign};

    use super::*;
    use crate::error::Code;

    const MANIFEST: &[u8] = include_bytes!("testdata/plugin.toml");

    fn packed(parts: &[(&str, &[u8])]) -> Vec<u8> {
        let parts = parts.iter().map(|(path, content)| ((*path).to_owned(), content.to_vec()));
        archive::write(&parts.collect()).unwrap()
    }

    #[test]
    fn a_part_without_a_place_is_refused() {
        let refusal = Package::from_zip(&packed(&[("plugin.toml", MANIFEST), ("bin/run.sh", b"")])).unwrap_err();
        assert!(refusal.message().contains("bin/run.sh"), "{refusal}");
    }

    #[test]
    fn bytes_that_are_no_package_are_refused() {
        assert_eq!(Package::from_zip(b"PK nothing").unwrap_err().code(), Code::Validation);
        let refusal = Package::from_zip(&packed(&[("plugin.toml", MANIFEST), (SIGNATURE, b"mine")])).unwrap_err();
        assert!(refusal.message().contains("SIGNATURE is not one"), "{refusal}");
    }

    #[test]
    fn a_signed_package_names_its_signer_and_is_the_same_as_without() {
        let mut parts = Parts::from([("plugin.toml".to_owned(), MANIFEST.to_vec())]);
        let key = SecretKey::generate().unwrap();
        let unsigned = Package::from_zip(&archive::write(&parts).unwrap()).unwrap();
        sign(&mut parts, &key).unwrap();
        let signed = Package::from_zip(&archive::write(&parts).unwrap()).unwrap();
        assert_eq!((unsigned.signer, signed.signer), (None, Some(key.public().unwrap())));
        assert_eq!(unsigned.digest, signed.digest);
    }
}
