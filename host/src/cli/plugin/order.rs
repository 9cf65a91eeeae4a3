//! A step of a plugin's life as the command line asks for it.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::app::App;
use crate::cli::order::Order as AnyOrder;
use crate::cli::settings::DataFlags;
use crate::error::{Code, Error, Result};
use crate::http::assets::Assets;
use crate::plugins::package::publisher::Leave;
use crate::plugins::{Data, Plugins};
use crate::resources::Actor;

/// What is to be done.
#[derive(Debug, Serialize, Deserialize)]
pub enum Order {
    /// Makes the package that comes with the order available.
    Install(Leave),
    /// Pins a publisher's key, or none.
    Trust { id: String, key: Option<String> },
    /// Lists the plugins.
    List,
    /// Enables.
    Enable { id: String },
    /// Disables.
    Disable { id: String },
    /// Upgrades to the newest version or to this one; `agree` to whatever it may more.
    Upgrade { id: String, version: Option<String>, agree: bool },
    /// Goes back to the version before.
    Rollback { id: String },
    /// Takes the plugin away.
    Uninstall { id: String, data: Data },
}

impl Order {
    /// Has it carried out, with a package if it needs one, and prints what came of it.
    ///
    /// # Errors
    /// The step's own; those of opening the folder.
    pub async fn run(self, data: &DataFlags, assets: Assets, package: &[u8]) -> Result<()> {
        AnyOrder::Plugin(self).run(data, assets, package).await
    }

    /// Carries it out on a site; says what came of it.
    ///
    /// # Errors
    /// The step's own.
    pub async fn carry_out(self, site: &App, package: &[u8]) -> Result<String> {
        let (plugins, actor) = (&site.plugins, Actor::system());
        match self {
            Self::Install(leave) => {
                let (id, version) = plugins.install_with(package, leave, &actor).await?;
                Ok(format!("Installed {id} {version}."))
            }
            Self::Trust { id, key } => {
                let said = match &key {
                    Some(key) => format!("Packages of {id} must be signed with {key} from now on."),
                    None => format!("The next package of {id} that is installed names its publisher's key."),
                };
                plugins.trust(&id, key, &actor).await?;
                Ok(said)
            }
            Self::List => list(plugins).await,
            Self::Enable { id } => {
                known(plugins, &id).await?;
                plugins.enable(&id, None, &actor, None).await?;
                Ok(format!("Enabled {id}."))
            }
            Self::Disable { id } => {
                known(plugins, &id).await?;
                plugins.disable(&id, &actor, None).await?;
                Ok(format!("Disabled {id}."))
            }
            Self::Upgrade { id, version, agree } => upgrade(plugins, &id, version.as_deref(), agree).await,
            Self::Rollback { id } => {
                known(plugins, &id).await?;
                plugins.rollback(&id, &actor, None).await?;
                Ok(format!("{id} is version {} again.", version_of(plugins, &id).await?))
            }
            Self::Uninstall { id, data } => {
                known(plugins, &id).await?;
                let answer = plugins.uninstall(&id, data, &actor, None).await?;
                let answer: Value = serde_json::from_str(&answer.answer)?;
                let export = answer["data"]["export"].as_str().map(|path| format!(" Its data are in {path}."));
                Ok(format!("Uninstalled {id}.{}", export.unwrap_or_default()))
            }
        }
    }
}

async fn list(plugins: &Plugins) -> Result<String> {
    let lines = plugins.summaries().await?.into_iter().map(|plugin| {
        let update = plugin.update.map(|version| format!("{version} is there. "));
        let about = update.unwrap_or_default() + &plugin.state_reason.unwrap_or_default().en;
        format!("{:<16} {:<10} {:<11} {about}", plugin.id, plugin.version, plugin.state).trim_end().to_owned()
    });
    Ok(lines.collect::<Vec<_>>().join("\n"))
}

/// Shows what is otherwise, and refuses what grows until somebody agrees.
async fn upgrade(plugins: &Plugins, id: &str, version: Option<&str>, agree: bool) -> Result<String> {
    known(plugins, id).await?;
    let preview = plugins.preview(id, version).await?;
    let changes: String = preview.changes.iter().map(|change| format!("\n  {}", change.text.en)).collect();
    if preview.grows && !agree {
        let sentence = format!("{id} {} may more than {}. --agree takes it.{changes}", preview.to, preview.from);
        return Err(Error::new(Code::Validation, sentence));
    }
    let grants = preview.grows.then_some(preview.grants);
    plugins.upgrade(id, Some(&preview.to), grants, &Actor::system(), None).await?;
    Ok(format!("{id} is version {} now; it was {}.{changes}", preview.to, preview.from))
}

async fn version_of(plugins: &Plugins, id: &str) -> Result<String> {
    let plugin = plugins.summaries().await?.into_iter().find(|plugin| plugin.id == id);
    Ok(plugin.map(|plugin| plugin.version).unwrap_or_default())
}

/// Refuses a plugin that the site does not have, naming those that it has.
async fn known(plugins: &Plugins, id: &str) -> Result<()> {
    let plugins = plugins.summaries().await?;
    let ids: Vec<&str> = plugins.iter().map(|plugin| plugin.id.as_str()).collect();
    if ids.contains(&id) {
        return Ok(());
    }
    let known = if ids.is_empty() { "none".to_owned() } else { ids.join(", ") };
    let add = "`magnetiq plugin install` adds one from its .mqp file.";
    Err(Error::new(Code::Validation, format!("This site has no plugin {id}. It has: {known}; {add}")))
}
