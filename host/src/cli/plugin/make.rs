//! For those who write plugins: `new`, `check`, `test`, `pack`.

use std::path::{Path, PathBuf};
use std::process::Command as Process;

use clap::Args;

use super::refused;
use crate::app::Site;
use crate::cli::output;
use crate::cli::settings::DataFlags;
use crate::clock::Clock;
use crate::error::Result;
use crate::http::assets::Assets;
use crate::plugins::{self, package::Package};
use crate::resources::Actor;

/// `plugin new`
#[derive(Args)]
pub(super) struct New {
    /// Lower-case letters and digits
    id: String,
    /// Folder of the plugin SDK
    #[arg(long, default_value = "plugin-sdk")]
    sdk: PathBuf,
}

/// A plugin's sources.
#[derive(Args)]
pub(super) struct Folder {
    /// The plugin's folder
    #[arg(default_value = ".")]
    pub folder: PathBuf,
}

/// `plugin pack`
#[derive(Args)]
pub(super) struct Pack {
    #[command(flatten)]
    folder: Folder,
    /// Where the package goes
    #[arg(long, default_value = ".")]
    out: PathBuf,
}

impl New {
    pub fn run(self) -> Result<()> {
        let sdk = std::fs::canonicalize(&self.sdk)
            .map_err(|error| refused(format!("{}: {error}; say where the SDK is with --sdk", self.sdk.display())))?;
        magnetiq_pack::scaffold::create(&self.id, Path::new(&self.id), &sdk)
            .map_err(|error| refused(error.to_string()))?;
        output::line(&format!("Wrote {}/. Next: magnetiq plugin dev {}", self.id, self.id))
    }
}

/// `plugin check`
pub(super) fn check(folder: &Path) -> Result<()> {
    let scratch = tempfile::tempdir()?;
    let package = Package::from_file(&packed(folder, scratch.path())?)?;
    let faults = plugins::faults(package)?;
    if faults.is_empty() { output::line("The plugin keeps its contract.") } else { Err(refused(faults.join("; "))) }
}

impl Pack {
    pub fn run(self) -> Result<()> {
        let path = packed(&self.folder.folder, &self.out)?;
        output::line(&format!("Packed {}", path.display()))
    }
}

/// The native tests, then the packed plugin in a site of its own that is thrown away.
pub(super) async fn test(folder: &Path) -> Result<()> {
    let untested = |error| refused(format!("cargo could not be started in {}: {error}", folder.display()));
    let tested = Process::new("cargo").arg("test").current_dir(folder).status().map_err(untested)?;
    if !tested.success() {
        return Err(refused("the plugin's own tests failed"));
    }
    let scratch = tempfile::tempdir()?;
    let bytes = std::fs::read(packed(folder, scratch.path())?)?;
    let id = Package::from_zip(&bytes)?.manifest.contract.id;
    let settings = DataFlags::at(scratch.path().join("data")).settings([])?;
    let site = Site::build(settings, Clock::system(), Assets::default()).await?;
    site.plugins.offer(&bytes)?;
    site.plugins.enable(&id, None, &Actor::system(), None).await?;
    output::line("The packed plugin was migrated and enabled in a real host.")
}

/// Builds and packs a plugin; the package's path. One whose migrations take something away is not left there.
fn packed(folder: &Path, out: &Path) -> Result<PathBuf> {
    let path = magnetiq_pack::pack(folder, out, &describe).map_err(|error| refused(error.to_string()))?;
    Package::from_file(&path)?.check_migrations().inspect_err(|_| drop(std::fs::remove_file(&path)))?;
    Ok(path)
}

/// What a component says it does; the packer has no sandbox of its own.
fn describe(component: &[u8]) -> magnetiq_pack::Result<String> {
    plugins::describe_component(component)
        .map_err(|error| magnetiq_pack::Error::Description(error.message().to_owned()))
}
