//! Builds, checks and packs plugins. The host runs a component to hear its description; this crate never does.

pub mod check;
pub mod compile;
pub mod component;
mod error;
mod folder;
pub mod scaffold;

use std::fs;
use std::path::{Path, PathBuf};

use magnetiq_contract::describe::Description;
use magnetiq_package::{Parts, archive};

use self::compile::Purpose;

pub use error::{Error, Result};
pub use folder::Folder;

/// A plugin that was built and found sound.
#[derive(Debug)]
pub struct Built {
    /// The plugin's folder.
    pub folder: Folder,
    /// The component; none for a plugin without code.
    pub component: Option<Vec<u8>>,
    /// What it registers, as JSON with line breaks.
    pub description: String,
}

impl Built {
    /// The same code with the folder's other files as they are now.
    ///
    /// # Errors
    /// A sentence that names the file and what is wrong with it.
    pub fn refreshed(&self) -> Result<Self> {
        let folder = Folder::read(&self.folder.root)?;
        let said = if folder.has_code() { self.description.clone() } else { folder.text("describe.json")? };
        checked(folder, self.component.clone(), &said)
    }

    /// The package's bytes.
    ///
    /// # Errors
    /// When a file cannot be read or has no place in a package.
    pub fn package(&self) -> Result<Vec<u8>> {
        let mut parts = Parts::from_iter(self.folder.files()?);
        parts.insert("describe.json".into(), self.description.clone().into_bytes());
        parts.extend(self.component.clone().map(|component| ("plugin.wasm".to_owned(), component)));
        Ok(archive::write(&parts)?)
    }
}

/// Builds the plugin in `folder` and checks it as far as that goes without a host. `describe` runs a component and
/// returns what it says.
///
/// # Errors
/// A sentence that names the file and what is wrong with it.
pub fn build(folder: &Path, purpose: Purpose, describe: &dyn Fn(&[u8]) -> Result<String>) -> Result<Built> {
    let folder = Folder::read(folder)?;
    let component = match folder.has_code() {
        true => Some(component::componentize(&compile::compile(&folder.root, purpose)?)?),
        false => None,
    };
    let said = match &component {
        Some(component) => describe(component)?,
        None => folder.text("describe.json")?,
    };
    checked(folder, component, &said)
}

fn checked(folder: Folder, component: Option<Vec<u8>>, said: &str) -> Result<Built> {
    let description = parse(said)?;
    if let Some(component) = &component {
        let interfaces = component::interfaces(component)?;
        check::imports(&folder.manifest, &interfaces)?;
        check::exports(&interfaces, &description)?;
    }
    check::description(&folder.manifest, &description)?;
    if component.is_none() {
        check::codeless(&description, &folder.templates()?)?;
    }
    let description =
        serde_json::to_string_pretty(&description).map_err(|cause| Error::Description(cause.to_string()))?;
    Ok(Built { folder, component, description })
}

fn parse(said: &str) -> Result<Description> {
    serde_json::from_str(said).map_err(|cause| Error::Description(cause.to_string()))
}

/// Builds the plugin in `folder` and writes `<id>-<version>.mqp` into `out`; the file's path. The same folder gives
/// the same bytes.
///
/// # Errors
/// As [`build`], and when the file cannot be written.
pub fn pack(folder: &Path, out: &Path, describe: &dyn Fn(&[u8]) -> Result<String>) -> Result<PathBuf> {
    let built = build(folder, Purpose::Packing, describe)?;
    let manifest = &built.folder.manifest;
    let path = out.join(format!("{}-{}.mqp", manifest.id, manifest.version));
    let package = built.package()?;
    fs::create_dir_all(out).map_err(Error::file(out))?;
    fs::write(&path, package).map_err(Error::file(&path))?;
    Ok(path)
}
