//! A plugin that is being worked on: its version stays, and what it is changes.

use std::sync::Arc;

use crate::error::Result;
use crate::plugins::Plugins;
use crate::plugins::package::Package;
use crate::plugins::rights::grants;
use crate::resources::Actor;

impl Plugins {
    /// Takes a package in place of one with the same version, grants all that it asks for and enables it as any other.
    /// One that is refused leaves the one before answering.
    ///
    /// # Errors
    /// Validation, with every reason why it is refused.
    pub async fn develop(&self, bytes: &[u8]) -> Result<Arc<Package>> {
        let package = Arc::new(Package::from_zip(bytes)?);
        let (id, version) = (&package.manifest.contract.id, &package.manifest.version);
        self.shelf.add(package.clone());
        self.shelf.choose(id, Some(version));
        self.enable(id, Some(grants::all_asked(&package.manifest)), &Actor::system(), None).await?;
        // Every save makes another one, and nobody asks for the ones before.
        let is_old = |other: &Package| other.manifest.contract.id == *id && other.digest != package.digest;
        self.builds.lock().retain(|_, built| !is_old(&built.package));
        Ok(package)
    }
}
