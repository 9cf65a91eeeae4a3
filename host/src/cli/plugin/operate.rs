//! For those who run a site's plugins: `install`, `trust`, `list`, `enable`, `disable`.

use std::path::PathBuf;

use clap::Args;
use serde_json::Value;

use super::read::opened;
use super::refused;
use crate::app::{App, Site};
use crate::cli::output;
use crate::cli::settings::DataFlags;
use crate::clock::Clock;
use crate::error::Result;
use crate::http::assets::Assets;
use crate::plugins::package::publisher::Leave;
use crate::resources::Actor;

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

impl Install {
    pub async fn run(self, assets: Assets) -> Result<()> {
        let (_, bytes) = opened(&self.package)?;
        let site = open(&self.data, assets).await?;
        let leave = Leave { unsigned: self.unsigned, older: self.force };
        let (id, version) = site.plugins.install_with(&bytes, leave, &Actor::system()).await?;
        output::line(&format!("Installed {id} {version}."))
    }
}

impl Trust {
    pub async fn run(self, assets: Assets) -> Result<()> {
        let site = open(&self.data, assets).await?;
        let said = match &self.key {
            Some(key) => format!("Packages of {} must be signed with {key} from now on.", self.id),
            None => format!("The next package of {} that is installed names its publisher's key.", self.id),
        };
        site.plugins.trust(&self.id, self.key, &Actor::system()).await?;
        output::line(&said)
    }
}

/// `plugin list`
pub(super) async fn list(data: &DataFlags, assets: Assets) -> Result<()> {
    for plugin in open(data, assets).await?.plugins.summaries().await? {
        let text = |name: &str| plugin.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        let reason = Some(text("state_reason")).filter(|reason| !reason.is_empty()).unwrap_or_default();
        output::line(&format!("{:<16} {:<10} {:<10} {reason}", text("id"), text("version"), text("state")))?;
    }
    Ok(())
}

impl Named {
    pub async fn enable(self, assets: Assets) -> Result<()> {
        let site = self.open(assets).await?;
        site.plugins.enable(&self.id, None, &Actor::system(), None).await?;
        output::line(&format!("Enabled {}.", self.id))
    }

    pub async fn disable(self, assets: Assets) -> Result<()> {
        let site = self.open(assets).await?;
        site.plugins.disable(&self.id, &Actor::system(), None).await?;
        output::line(&format!("Disabled {}.", self.id))
    }

    /// The site, which has the plugin.
    async fn open(&self, assets: Assets) -> Result<App> {
        let site = open(&self.data, assets).await?;
        let plugins = site.plugins.summaries().await?;
        let ids: Vec<&str> = plugins.iter().filter_map(|plugin| plugin.get("id")?.as_str()).collect();
        if ids.contains(&self.id.as_str()) {
            return Ok(site);
        }
        let known = if ids.is_empty() { "none".to_owned() } else { ids.join(", ") };
        let (id, add) = (&self.id, "`magnetiq plugin install` adds one from its .mqp file.");
        Err(refused(format!("This site has no plugin {id}. It has: {known}; {add}")))
    }
}

async fn open(data: &DataFlags, assets: Assets) -> Result<App> {
    Site::build(data.settings([])?, Clock::system(), assets).await
}
