//! `magnetiq plugin`: for those who write plugins, those who publish them and those who run them.

mod dev;
mod make;
mod operate;
mod order;
mod publish;
mod read;

use clap::{Args, Subcommand};

use self::dev::Dev;
use self::make::{Folder, New, Pack};
use self::operate::{Install, Named, Trust, Uninstall, Upgrade};
pub use self::order::Order;
use self::publish::{Keygen, Sign, Verify};
use self::read::{Diff, Inspect};
use super::settings::DataFlags;
use crate::error::{Code, Error, Result};
use crate::http::assets::Assets;

/// Plugins.
#[derive(Args)]
pub struct Plugin {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Starts a new plugin in a folder of its name.
    New(New),
    /// Serves a plugin in a site of its own, and swaps it whenever one of its files is saved.
    Dev(Dev),
    /// Builds a plugin and holds it against its contract.
    Check(Folder),
    /// Runs a plugin's own tests, then the packed plugin in a host of its own.
    Test(Folder),
    /// Builds and packs a plugin.
    Pack(Pack),
    /// Makes a publisher's key.
    Keygen(Keygen),
    /// Signs a package with a publisher's key.
    Sign(Sign),
    /// Says who signed a package, and fails when nobody did.
    Verify(Verify),
    /// Shows what a package is, asks for and opens.
    Inspect(Inspect),
    /// Shows what a newer package does otherwise, its rights first.
    Diff(Diff),
    /// Makes a package available to a site.
    Install(Install),
    /// Says whose key a site takes a plugin's packages from.
    Trust(Trust),
    /// Lists a site's plugins.
    List(DataFlags),
    /// Enables a plugin. A new one is granted all that it asks for; one that was enabled before keeps its grants.
    Enable(Named),
    /// Disables a plugin; its data stay.
    Disable(Named),
    /// Upgrades a plugin to a version that is installed; rehearsed first, and the old one answers until the new one does.
    Upgrade(Upgrade),
    /// Goes back to the version before the last upgrade.
    Rollback(Named),
    /// Takes a plugin away; its data stay or go.
    Uninstall(Uninstall),
}

impl Plugin {
    /// Does what the subcommand says.
    ///
    /// # Errors
    /// A sentence that names the file or line at fault.
    pub async fn run(self, assets: Assets) -> Result<()> {
        match self.command {
            Command::New(new) => new.run(),
            Command::Dev(dev) => dev.run(assets).await,
            Command::Check(Folder { folder }) => make::check(&folder),
            Command::Test(Folder { folder }) => make::test(&folder).await,
            Command::Pack(pack) => pack.run(),
            Command::Keygen(keygen) => keygen.run(),
            Command::Sign(sign) => sign.run(),
            Command::Verify(verify) => verify.run(),
            Command::Inspect(inspect) => inspect.run(),
            Command::Diff(diff) => diff.run(),
            Command::Install(install) => install.run(assets).await,
            Command::Trust(trust) => trust.run(assets).await,
            Command::List(data) => operate::list(&data, assets).await,
            Command::Enable(named) => named.enable(assets).await,
            Command::Disable(named) => named.disable(assets).await,
            Command::Upgrade(upgrade) => upgrade.run(assets).await,
            Command::Rollback(named) => named.rollback(assets).await,
            Command::Uninstall(uninstall) => uninstall.run(assets).await,
        }
    }
}

fn refused(reason: impl Into<String>) -> Error {
    Error::new(Code::Validation, reason.into())
}
