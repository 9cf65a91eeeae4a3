//! Installing a package: looked at whole, built, kept in the data folder. Nothing of it runs before it is enabled.

use std::path::PathBuf;
use std::sync::Arc;

use crate::durable;
use crate::error::{Code, Error, Result};
use crate::plugins::Plugins;
use crate::plugins::package::Package;
use crate::plugins::package::publisher::{self, Leave};
use crate::plugins::store;
use crate::resources::{Actor, audit};
use crate::store::Owner;

impl Plugins {
    /// Makes a package available beside the versions that are there; answers with the plugin's id and this version.
    ///
    /// # Errors
    /// Validation, with every reason why it is refused, also that nobody signed it; conflict, when this version is there
    /// with other content, when a newer one runs, and when another publisher signed the first package.
    pub async fn install(&self, bytes: &[u8], actor: &Actor) -> Result<(String, String)> {
        self.install_with(bytes, Leave::default(), actor).await
    }

    /// The same for whoever runs the machine, who may take more than others.
    ///
    /// # Errors
    /// As [`Plugins::install`].
    pub async fn install_with(&self, bytes: &[u8], leave: Leave, actor: &Actor) -> Result<(String, String)> {
        let _turn = self.turn.lock().await;
        let package = Arc::new(Package::from_zip(bytes)?);
        self.refuse_another_of_its_version(&package)?;
        self.refuse_strangers(&package, leave).await?;
        self.built(package.clone()).await?;
        let contract = &package.manifest.contract;
        let (id, version) = (contract.id.clone(), contract.version.clone());
        if !self.is_part_of_binary(&package) {
            durable::write(&self.place_of(&package), bytes)?;
            self.shelf.add(package.clone());
        }
        self.note_install(&package, actor).await?;
        Ok((id, version))
    }

    /// Versions never change: what an admin has judged is what runs.
    fn refuse_another_of_its_version(&self, package: &Package) -> Result<()> {
        let contract = &package.manifest.contract;
        match self.shelf.version(&contract.id, &package.manifest.version) {
            Some(known) if known.digest != package.digest => {
                let (id, version) = (&contract.id, &contract.version);
                let english = format!("{id} {version} is there with other content. Give the package a new version.");
                let german =
                    format!("{id} {version} ist mit anderem Inhalt da. Geben Sie dem Paket eine neue Version.");
                Err(Error::new(Code::Conflict, (english, german)))
            }
            _ => Ok(()),
        }
    }

    /// What is there without a file of its own is not kept twice: taking the file away would take that too.
    fn is_part_of_binary(&self, package: &Package) -> bool {
        let known = self.shelf.version(&package.manifest.contract.id, &package.manifest.version);
        known.is_some() && !self.place_of(package).is_file()
    }

    async fn refuse_strangers(&self, package: &Arc<Package>, leave: Leave) -> Result<()> {
        let package = package.clone();
        self.store.read(move |snapshot| publisher::check(snapshot, &package, leave)).await
    }

    /// The file of an installed package.
    pub(super) fn place_of(&self, package: &Package) -> PathBuf {
        let contract = &package.manifest.contract;
        self.data_dir.plugins().join(format!("{}-{}.mqp", contract.id, contract.version))
    }

    async fn note_install(&self, package: &Arc<Package>, actor: &Actor) -> Result<()> {
        let (clock, actor, package) = (self.clock.clone(), actor.clone(), package.clone());
        let contract = &package.manifest.contract;
        let after = serde_json::json!({"plugin": contract.id, "version": contract.version, "digest": package.digest});
        self.store
            .write(Owner::Core, move |unit| {
                publisher::pin(unit, &clock, &package)?;
                let id = store::find(unit, &package.manifest.contract.id)?.map(|row| row.id);
                let change = audit::Change {
                    action: "install",
                    resource: "plugins",
                    id,
                    before: &serde_json::Value::Null,
                    after: &after,
                };
                audit::record(unit, &clock, &actor, &change)
            })
            .await
    }
}
