//! `magnetiq plugin`: for those who write plugins and those who run them.

use std::path::{Path, PathBuf};
use std::process::Command as Process;

use clap::{Args, Subcommand};
use serde_json::Value;

use super::output;
use super::settings::DataFlags;
use crate::app::{App, Site};
use crate::clock::Clock;
use crate::durable;
use crate::error::{Code, Error, Result};
use crate::http::assets::Assets;
use crate::plugins::{self, package::Package};
use crate::resources::Actor;

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
    /// Builds a plugin and holds it against its contract.
    Check(Folder),
    /// Runs a plugin's own tests, then the packed plugin in a host of its own.
    Test(Folder),
    /// Builds and packs a plugin.
    Pack(Pack),
    /// Makes a package available to a site.
    Install(Install),
    /// Lists a site's plugins.
    List(DataFlags),
    /// Enables a plugin. A new one is granted all that it asks for; one that was enabled before keeps its grants.
    Enable(Named),
    /// Disables a plugin; its data stay.
    Disable(Named),
}

#[derive(Args)]
struct New {
    /// Lower-case letters and digits
    id: String,
    /// Folder of the plugin SDK
    #[arg(long, default_value = "plugin-sdk")]
    sdk: PathBuf,
}

#[derive(Args)]
struct Folder {
    /// The plugin's folder
    #[arg(default_value = ".")]
    folder: PathBuf,
}

#[derive(Args)]
struct Pack {
    #[command(flatten)]
    folder: Folder,
    /// Where the package goes
    #[arg(long, default_value = ".")]
    out: PathBuf,
}

#[derive(Args)]
struct Install {
    #[command(flatten)]
    data: DataFlags,
    /// A `.mqp` file
    package: PathBuf,
}

#[derive(Args)]
struct Named {
    #[command(flatten)]
    data: DataFlags,
    /// The plugin's id
    id: String,
}

impl Plugin {
    /// Does what the subcommand says.
    ///
    /// # Errors
    /// A sentence that names the file or line at fault.
    pub async fn run(self, assets: Assets) -> Result<()> {
        match self.command {
            Command::New(new) => new.run(),
            Command::Check(Folder { folder }) => check(&folder),
            Command::Test(Folder { folder }) => test(&folder).await,
            Command::Pack(Pack { folder: Folder { folder }, out }) => pack(&folder, &out),
            Command::Install(install) => install.run(),
            Command::List(data) => list(&open(&data, assets).await?).await,
            Command::Enable(named) => named.enable(assets).await,
            Command::Disable(named) => named.disable(assets).await,
        }
    }
}

impl New {
    fn run(self) -> Result<()> {
        let sdk = std::fs::canonicalize(&self.sdk)
            .map_err(|error| refused(format!("{}: {error}; say where the SDK is with --sdk", self.sdk.display())))?;
        magnetiq_pack::scaffold::create(&self.id, Path::new(&self.id), &sdk)
            .map_err(|error| refused(error.to_string()))?;
        output::line(&format!("Wrote {}/. Next: magnetiq plugin check {}", self.id, self.id))
    }
}

fn check(folder: &Path) -> Result<()> {
    let scratch = tempfile::tempdir()?;
    let path = magnetiq_pack::pack(folder, scratch.path(), &describe).map_err(|error| refused(error.to_string()))?;
    let package = Package::from_zip(&std::fs::read(path)?)?;
    let faults = plugins::faults(package)?;
    if faults.is_empty() { output::line("The plugin keeps its contract.") } else { Err(refused(faults.join("; "))) }
}

fn pack(folder: &Path, out: &Path) -> Result<()> {
    let path = magnetiq_pack::pack(folder, out, &describe).map_err(|error| refused(error.to_string()))?;
    output::line(&format!("Packed {}", path.display()))
}

/// The native tests, then the packed plugin in a site of its own that is thrown away.
async fn test(folder: &Path) -> Result<()> {
    let untested = |error| refused(format!("cargo could not be started in {}: {error}", folder.display()));
    let tested = Process::new("cargo").arg("test").current_dir(folder).status().map_err(untested)?;
    if !tested.success() {
        return Err(refused("the plugin's own tests failed"));
    }
    let scratch = tempfile::tempdir()?;
    let path = magnetiq_pack::pack(folder, scratch.path(), &describe).map_err(|error| refused(error.to_string()))?;
    let bytes = std::fs::read(path)?;
    let id = Package::from_zip(&bytes)?.manifest.contract.id;
    let settings = DataFlags::at(scratch.path().join("data")).settings([])?;
    let site = Site::build(settings, Clock::system(), Assets::default()).await?;
    site.plugins.offer(&bytes)?;
    site.plugins.enable(&id, None, &Actor::system(), None).await?;
    output::line("The packed plugin was migrated and enabled in a real host.")
}

impl Install {
    fn run(self) -> Result<()> {
        let (bytes, package) = read(&self.package)?;
        let settings = self.data.settings([])?;
        settings.data_dir.create()?;
        let contract = &package.manifest.contract;
        let name = format!("{}-{}.mqp", contract.id, contract.version);
        let place = settings.data_dir.plugins().join(&name);
        durable::write(&place, &bytes)?;
        output::line(&format!("Installed {name}. A running site offers it after its next start."))
    }
}

/// A package's bytes and what they hold.
fn read(path: &Path) -> Result<(Vec<u8>, Package)> {
    let shown = path.display();
    let unread = |error: std::io::Error| {
        refused(format!("{shown} cannot be read: {error}. Name a .mqp file, which `magnetiq plugin pack` makes."))
    };
    let bytes = std::fs::read(path).map_err(unread)?;
    let package = Package::from_zip(&bytes).map_err(|error| refused(format!("{shown}: {}", error.message())))?;
    Ok((bytes, package))
}

async fn list(site: &App) -> Result<()> {
    for plugin in site.plugins.summaries().await? {
        let text = |name: &str| plugin.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        let reason = Some(text("state_reason")).filter(|reason| !reason.is_empty()).unwrap_or_default();
        output::line(&format!("{:<16} {:<10} {:<10} {reason}", text("id"), text("version"), text("state")))?;
    }
    Ok(())
}

impl Named {
    async fn enable(self, assets: Assets) -> Result<()> {
        let site = self.open(assets).await?;
        site.plugins.enable(&self.id, None, &Actor::system(), None).await?;
        output::line(&format!("Enabled {}.", self.id))
    }

    async fn disable(self, assets: Assets) -> Result<()> {
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

/// What a component says it does; the packer has no sandbox of its own.
fn describe(component: &[u8]) -> magnetiq_pack::Result<String> {
    plugins::describe_component(component)
        .map_err(|error| magnetiq_pack::Error::Description(error.message().to_owned()))
}

fn refused(reason: impl Into<String>) -> Error {
    Error::new(Code::Validation, reason.into())
}
