//! The plugins that this site knows: packages that are there, and those that are alive.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::sync::Arc;

use arc_swap::ArcSwap;
use magnetiq_contract::text::Locale;
use parking_lot::RwLock;
use semver::Version;

use super::live::Live;
use super::package::Package;
use super::rights::gate::Capability;
use crate::error::Result;

/// Packages by plugin id.
#[derive(Default)]
pub(super) struct Shelf {
    plugins: RwLock<BTreeMap<String, Versions>>,
}

/// The packages of one plugin.
#[derive(Default)]
struct Versions {
    packages: BTreeMap<Version, Arc<Package>>,
    /// The one that its row names.
    chosen: Option<Version>,
}

impl Versions {
    /// The chosen one; where there is none, or it is gone, the newest.
    fn current(&self) -> Option<&Arc<Package>> {
        let chosen = self.chosen.as_ref().and_then(|version| self.packages.get(version));
        chosen.or_else(|| self.packages.values().next_back())
    }
}

impl Shelf {
    /// Adds a package, in place of one with the same version.
    pub fn add(&self, package: Arc<Package>) {
        let (id, version) = (package.manifest.contract.id.clone(), package.manifest.version.clone());
        self.plugins.write().entry(id).or_default().packages.insert(version, package);
    }

    /// Adds every `.mqp` file and every unpacked package in a folder. A broken one is logged and left out.
    pub fn add_folder(&self, folder: &Path) {
        let Ok(entries) = std::fs::read_dir(folder) else { return };
        for path in entries.flatten().map(|entry| entry.path()) {
            match read(&path) {
                Some(Ok(package)) => self.add(Arc::new(package)),
                Some(Err(error)) => tracing::warn!(path = %path.display(), %error, "a plugin package is left out"),
                None => {}
            }
        }
    }

    /// From now on the plugin is what this version says; none lets go of an earlier choice.
    pub fn choose(&self, id: &str, version: Option<&Version>) {
        if let Some(versions) = self.plugins.write().get_mut(id) {
            versions.chosen = version.cloned();
        }
    }

    /// The package that a plugin is: the chosen one, or the newest.
    pub fn get(&self, id: &str) -> Option<Arc<Package>> {
        self.plugins.read().get(id)?.current().cloned()
    }

    /// A version of a plugin.
    pub fn version(&self, id: &str, version: &Version) -> Option<Arc<Package>> {
        self.plugins.read().get(id)?.packages.get(version).cloned()
    }

    /// Every version of a plugin, the oldest first.
    pub fn versions(&self, id: &str) -> Vec<Arc<Package>> {
        self.plugins.read().get(id).into_iter().flat_map(|versions| versions.packages.values().cloned()).collect()
    }

    /// Every version of every plugin.
    pub fn everything(&self) -> Vec<Arc<Package>> {
        self.plugins.read().values().flat_map(|versions| versions.packages.values()).cloned().collect()
    }

    /// What every plugin is, by id.
    pub fn all(&self) -> Vec<Arc<Package>> {
        self.plugins.read().values().filter_map(Versions::current).cloned().collect()
    }

    /// Forgets a version.
    pub fn remove(&self, id: &str, version: &Version) {
        let mut plugins = self.plugins.write();
        if let Some(versions) = plugins.get_mut(id) {
            versions.packages.remove(version);
        }
        plugins.retain(|_, versions| !versions.packages.is_empty());
    }
}

fn read(path: &Path) -> Option<Result<Package>> {
    if path.is_dir() && path.join("plugin.toml").is_file() {
        return Some(Package::from_folder(path));
    }
    let is_package = path.extension().is_some_and(|extension| extension == "mqp");
    is_package.then(|| Package::from_file(path))
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
