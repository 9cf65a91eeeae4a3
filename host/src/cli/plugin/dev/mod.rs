//! `magnetiq plugin dev`: a site beside the plugin's sources, which follows them.

mod place;
mod report;
mod watch;

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use clap::Args;
use magnetiq_pack::Built;
use magnetiq_pack::compile::Purpose;
use tokio::task::spawn_blocking;

use self::watch::{Saved, Sight};
use super::make::Folder;
use super::refused;
use crate::app::{App, Site};
use crate::cli::settings::DataFlags;
use crate::cli::{log, serve};
use crate::clock::Clock;
use crate::durable;
use crate::error::{Error, Result};
use crate::http::assets::{Assets, Files};
use crate::shutdown::Shutdown;

/// Where the site's data are, in the plugin's folder.
const DATA: &str = ".magnetiq";
/// How often the folder is looked at.
const EVERY: Duration = Duration::from_millis(250);
/// What a developer wants to hear: also which statement the database refused.
const LOG: &str = "warn,magnetiq=info,magnetiq::plugins::host_calls::db=debug";

/// `plugin dev`
#[derive(Args)]
pub(super) struct Dev {
    #[command(flatten)]
    folder: Folder,
    /// Address to listen on [default: 127.0.0.1:8036]
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<String>,
}

impl Dev {
    /// Serves and follows until SIGTERM or SIGINT.
    pub async fn run(self, assets: Assets) -> Result<()> {
        let folder = plugin_in(&self.folder.folder)?;
        let address = self.listen.map(|address| ("LISTEN", address));
        let settings =
            DataFlags::at(folder.join(DATA)).settings([("LOG", LOG.to_owned())].into_iter().chain(address))?;
        log::start(&settings);
        settings.data_dir.create()?;
        durable::write(&settings.data_dir.path().join(".gitignore"), b"*\n")?;
        let shutdown = Shutdown::default();
        serve::end_on_signal(shutdown.clone())?;
        let site = Site::build(settings, Clock::system(), Assets { plugins: Files::default(), ..assets }).await?;
        let mut bench = Bench { site: site.clone(), folder, built: None };
        let serving = async {
            let served = serve::serve(&site, &shutdown).await;
            // One that cannot serve has nothing to follow.
            shutdown.begin();
            served
        };
        let (served, followed) = tokio::join!(serving, bench.follow(&shutdown));
        served.and(followed)
    }
}

/// A plugin at work.
struct Bench {
    site: App,
    folder: PathBuf,
    /// What was built last, whether or not the host took it.
    built: Option<Built>,
}

impl Bench {
    /// Builds, and builds again whenever a file was saved.
    async fn follow(&mut self, shutdown: &Shutdown) -> Result<()> {
        let mut seen = Sight::of(&self.folder);
        let mut saved = Some(Saved::Code);
        loop {
            if let Some(saved) = saved {
                self.swap(saved).await?;
            }
            tokio::select! {
                () = shutdown.begun() => return Ok(()),
                () = tokio::time::sleep(EVERY) => {}
            }
            let now = Sight::of(&self.folder);
            saved = seen.saved_until(&now);
            seen = now;
        }
    }

    /// Builds what was saved and has the site take it; says what came of it.
    async fn swap(&mut self, saved: Saved) -> Result<()> {
        let begun = Instant::now();
        let before = self.built.as_ref().map(|built| built.description.clone());
        match self.take(saved).await {
            Ok(built) => {
                report::swapped(&built, begun.elapsed())?;
                if before.as_ref() != Some(&built.description) {
                    report::registered(&built, &self.site.settings.server.public_url)?;
                }
                self.built = Some(built);
                Ok(())
            }
            Err(error) => report::refused(&self.folder, &error),
        }
    }

    async fn take(&mut self, saved: Saved) -> Result<Built> {
        let built = self.build(saved).await?;
        let package = built.package().map_err(|error| told(&error))?;
        self.site.plugins.develop(&package).await?;
        self.keep(&package)?;
        Ok(built)
    }

    /// Keeps what the site took, so that it answers at once after the next start.
    fn keep(&self, package: &[u8]) -> Result<()> {
        Ok(std::fs::write(self.site.settings.data_dir.plugins().join("developed.mqp"), package)?)
    }

    /// Code needs cargo; all other files are only read again.
    async fn build(&self, saved: Saved) -> Result<Built> {
        if let (Saved::Other, Some(built)) = (saved, &self.built) {
            return built.refreshed().map_err(|error| told(&error));
        }
        let (site, folder) = (self.site.clone(), self.folder.clone());
        let building = spawn_blocking(move || {
            let describe = |component: &[u8]| site.plugins.describe(component).map_err(|error| of_description(&error));
            magnetiq_pack::build(&folder, Purpose::Trying, &describe).map_err(|error| told(&error))
        });
        building.await.map_err(Error::internal)?
    }
}

/// The plugin's folder: this one, or the only one in it that is a plugin's.
fn plugin_in(given: &Path) -> Result<PathBuf> {
    let unread = |error| refused(format!("{}: {error}", given.display()));
    let folder = given.canonicalize().map_err(unread)?;
    let is_plugin = |folder: &Path| folder.join("plugin.toml").is_file();
    if is_plugin(&folder) {
        return Ok(folder);
    }
    let inner = std::fs::read_dir(&folder).map_err(unread)?.flatten().map(|entry| entry.path());
    let plugins: Vec<_> = inner.filter(|inner| is_plugin(inner)).collect();
    match plugins.as_slice() {
        [one] => Ok(one.clone()),
        _ => Err(refused(format!("{} has no plugin.toml: name a plugin's folder.", folder.display()))),
    }
}

fn told(error: &magnetiq_pack::Error) -> Error {
    refused(error.to_string())
}

fn of_description(error: &Error) -> magnetiq_pack::Error {
    magnetiq_pack::Error::Description(error.message().to_owned())
}

/// A path as it stands in the plugin's folder.
fn inside<'a>(folder: &Path, path: &'a Path) -> std::path::Display<'a> {
    path.strip_prefix(folder).unwrap_or(path).display()
}
