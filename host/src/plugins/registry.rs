//! The plugins that this site knows: packages that are there, and those that are alive.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::sync::Arc;

use arc_swap::ArcSwap;
use magnetiq_contract::text::Locale;
use parking_lot::RwLock;

use super::live::Live;
use super::package::Package;
use super::rights::gate::Capability;
use crate::error::Result;

/// Packages by plugin id; of several versions the newest.
#[derive(Default)]
pub(super) struct Shelf {
    packages: RwLock<BTreeMap<String, Arc<Package>>>,
}

impl Shelf {
    /// Adds a package, unless a newer version of the plugin is there.
    pub fn add(&self, package: Package) {
        let mut packages = self.packages.write();
        let id = package.manifest.contract.id.clone();
        match packages.get(&id) {
            Some(known) if known.manifest.version > package.manifest.version => {}
            _ => drop(packages.insert(id, Arc::new(package))),
        }
    }

    /// Adds every `.mqp` file and every unpacked package in a folder. A broken one is logged and left out.
    pub fn add_folder(&self, folder: &Path) {
        let Ok(entries) = std::fs::read_dir(folder) else { return };
        for path in entries.flatten().map(|entry| entry.path()) {
            match read(&path) {
                Some(Ok(package)) => self.add(package),
                Some(Err(error)) => tracing::warn!(path = %path.display(), %error, "a plugin package is left out"),
                None => {}
            }
        }
    }

    /// The package of a plugin.
    pub fn get(&self, id: &str) -> Option<Arc<Package>> {
        self.packages.read().get(id).cloned()
    }

    /// All packages, by id.
    pub fn all(&self) -> Vec<Arc<Package>> {
        self.packages.read().values().cloned().collect()
    }
}

fn read(path: &Path) -> Option<Result<Package>> {
    if path.is_dir() && path.join("plugin.toml").is_file() {
        return Some(Package::from_folder(path));
    }
    let is_package = path.extension().is_some_and(|extension| extension == "mqp");
    is_package.then(|| std::fs::read(path).map_err(Into::into).and_then(|bytes| Package::from_zip(&bytes)))
}

/// The plugins that answer requests, as one picture that is swapped whole.
#[derive(Default)]
pub(super) struct Alive {
    by_id: BTreeMap<Arc<str>, Arc<Live>>,
    by_mount: HashMap<(Locale, String), Arc<Live>>,
}

impl Alive {
    /// The picture of these plugins.
    pub fn of(plugins: impl IntoIterator<Item = Arc<Live>>) -> Self {
        let mut alive = Self::default();
        for plugin in plugins {
            for locale in Locale::ALL {
                let mount = plugin.manifest().contract.mount.get(locale).to_owned();
                if !mount.is_empty() {
                    alive.by_mount.insert((locale, mount), plugin.clone());
                }
            }
            alive.by_id.insert(plugin.id.clone(), plugin);
        }
        alive
    }

    /// The plugin with this id.
    pub fn get(&self, id: &str) -> Option<&Arc<Live>> {
        self.by_id.get(id)
    }

    /// The plugin whose pages stand at `/{locale}/{mount}`.
    pub fn mounted(&self, locale: Locale, mount: &str) -> Option<&Arc<Live>> {
        self.by_mount.get(&(locale, mount.to_owned()))
    }

    /// The plugins that listen to an event, by its full name, and may.
    pub fn listeners(&self, event: &str) -> Vec<Arc<str>> {
        let listens = |plugin: &&Arc<Live>| {
            plugin.description().subscriptions.iter().any(|name| name == event)
                && plugin.gate.require_name(Capability::Events, event).is_ok()
        };
        self.by_id.values().filter(listens).map(|plugin| plugin.id.clone()).collect()
    }

    /// All of them, by id.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<Live>> {
        self.by_id.values()
    }
}

/// The current picture.
pub(super) type Picture = ArcSwap<Alive>;
