//! For those who run a site's plugins: `install`, `trust`, `list`, `enable`, `disable`, `upgrade`, `rollback`,
//! `uninstall`.

use std::path::PathBuf;

use clap::Args;

use super::order::Order;
use super::read::opened;
use crate::cli::settings::DataFlags;
use crate::error::Result;
use crate::http::assets::Assets;
use crate::plugins::Data;
use crate::plugins::package::publisher::Leave;

/// `plugin install`
#[derive(Args)]
pub(super) struct Install {
    #[command(flatten)]
    data: DataFlags,
    /// A `.mqp` file
    package: PathBuf,
    /// Takes a package that nobody signed
    #[arg(long)]
    unsigned: bool,
    /// Takes a version below the one that the site has
    #[arg(long)]
    force: bool,
}

/// `plugin trust`
#[derive(Args)]
#[group(id = "whom", required = true, multiple = false, args = ["key", "forget"])]
pub(super) struct Trust {
    #[command(flatten)]
    data: DataFlags,
    /// The plugin's id
    id: String,
    /// Fingerprint of the only key that its packages may be signed with
    #[arg(long, value_name = "FINGERPRINT")]
    key: Option<String>,
    /// Forgets the key: the next package that is installed names it
    #[arg(long)]
    forget: bool,
}

/// A command for one plugin of a site.
#[derive(Args)]
pub(super) struct Named {
    #[command(flatten)]
    data: DataFlags,
    /// The plugin's id
    id: String,
}

/// `plugin upgrade`
#[derive(Args)]
pub(super) struct Upgrade {
    #[command(flatten)]
    named: Named,
    /// The version [default: the newest that is installed]
    #[arg(long)]
    version: Option<String>,
    /// Agrees to whatever it may more
    #[arg(long)]
    agree: bool,
}

/// `plugin uninstall`
#[derive(Args)]
#[group(id = "data", required = true, multiple = false, args = ["keep_data", "delete_data"])]
pub(super) struct Uninstall {
    #[command(flatten)]
    named: Named,
    /// Leaves what it has stored
    #[arg(long)]
    keep_data: bool,
    /// Deletes what it has stored, after an export
    #[arg(long)]
    delete_data: bool,
}

impl Install {
    pub async fn run(self, assets: Assets) -> Result<()> {
        let (_, bytes) = opened(&self.package)?;
        let leave = Leave { unsigned: self.unsigned, older: self.force };
        Order::Install(leave).run(&self.data, assets, &bytes).await
    }
}

impl Trust {
    pub async fn run(self, assets: Assets) -> Result<()> {
        Order::Trust { id: self.id, key: self.key }.run(&self.data, assets, &[]).await
    }
}

/// `plugin list`
pub(super) async fn list(data: &DataFlags, assets: Assets) -> Result<()> {
    Order::List.run(data, assets, &[]).await
}

impl Named {
    pub async fn enable(self, assets: Assets) -> Result<()> {
        Order::Enable { id: self.id }.run(&self.data, assets, &[]).await
    }

    pub async fn disable(self, assets: Assets) -> Result<()> {
        Order::Disable { id: self.id }.run(&self.data, assets, &[]).await
    }

    pub async fn rollback(self, assets: Assets) -> Result<()> {
        Order::Rollback { id: self.id }.run(&self.data, assets, &[]).await
    }
}

impl Upgrade {
    pub async fn run(self, assets: Assets) -> Result<()> {
        let Self { named: Named { data, id }, version, agree } = self;
        Order::Upgrade { id, version, agree }.run(&data, assets, &[]).await
    }
}

impl Uninstall {
    pub async fn run(self, assets: Assets) -> Result<()> {
        let Named { data, id } = self.named;
        let what = if self.keep_data { Data::Keep } else { Data::Delete };
        Order::Uninstall { id, data: what }.run(&data, assets, &[]).await
    }
}
