//! Plugins: packages, what they may do, and the sandbox in which they run.
//!
//! A package's contract is checked against its component before anything runs (`package`); an admin grants what it
//! may do (`rights`) and switches it on and off (`life`); every call is a fresh instance with limits (`sandbox`); what
//! it asks of the host goes through one file per interface (`host_calls`); requests come in through `serving`, jobs,
//! mails and events through `services`; `meter` counts what all of that costs.

mod admin;
mod demo;
mod host_calls;
mod life;
mod live;
mod meter;
mod outbound;
pub mod package;
mod registry;
mod rights;
mod sandbox;
mod services;
mod serving;
mod settings;
mod store;

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use magnetiq_contract::call::SiteInfo;
use parking_lot::Mutex;

pub use admin::routes::routes;
pub use life::{Data, Preview};
pub use package::build::{describe_component, faults};
pub use sandbox::compiler::{Bounds, compile_for_parent};
pub use serving::dispatch::dispatch;
pub(crate) use store::is_any_known;
#[cfg(test)]
pub(crate) use store::shapes;

use self::live::Live;
use self::meter::denials::Denials;
use self::meter::quota::Quotas;
use self::meter::usage::Usage;
use self::outbound::Outbound;
use self::package::Package;
use self::package::build::Built;
use self::registry::{Picture, Shelf};
use self::sandbox::call::{Finished, Limits, Setting};
use self::sandbox::compiler::Compiler;
use self::sandbox::state::{Behalf, Cause, Mode};
use crate::auth::{Permissions, SecurityEvents};
use crate::clock::Clock;
use crate::config::{DataDir, PluginSettings};
use crate::error::Result;
use crate::http::idempotency::Turns;
use crate::http::rate::RateLimiter;
use crate::secrets::{Holding, Secrets};
use crate::site::{PublicSite, Reads};
use crate::store::{Marks, Store};

/// Secret settings, sealed.
pub const SEALED: Holding =
    Holding { table: "plugin_secrets", column: "sealed", place: "'plugin_secrets/' || plugin || '/' || name" };

/// What plugins stand on.
pub struct Foundation {
    /// The site's clock.
    pub clock: Clock,
    /// The site's database.
    pub store: Store,
    /// Roles learn what plugins add.
    pub permissions: Permissions,
    /// Keeps what plugins were refused.
    pub events: SecurityEvents,
    /// How often callers may do things.
    pub rates: RateLimiter,
    /// Layout, menu and page cache.
    pub public: Arc<PublicSite>,
    /// Name, address and zone; the mount is each plugin's own.
    pub site: SiteInfo,
    /// Where packages and compiled code are kept.
    pub data_dir: DataDir,
    /// Seals secrets and compiled code.
    pub secrets: Secrets,
    /// This host's own binary, which compiles in a process of its own; none compiles in this one.
    pub program: Option<PathBuf>,
    /// What compiling may take, and whom plugins may call beside public servers.
    pub settings: PluginSettings,
    /// The names that the site answers to.
    pub own_hosts: Vec<String>,
}

/// All plugins of a site.
pub struct Plugins {
    clock: Clock,
    store: Store,
    permissions: Permissions,
    public: Arc<PublicSite>,
    site: SiteInfo,
    data_dir: DataDir,
    compiler: Arc<Compiler>,
    secrets: Secrets,
    shelf: Shelf,
    alive: Arc<Picture>,
    builds: Mutex<HashMap<String, Arc<Built>>>,
    usages: Mutex<BTreeMap<Arc<str>, Arc<Usage>>>,
    denials: Arc<Denials>,
    outbound: Arc<Outbound>,
    allowances: Mutex<BTreeMap<Arc<str>, Arc<Quotas>>>,
    rates: RateLimiter,
    turns: Turns,
    /// One step of life at a time.
    turn: tokio::sync::Mutex<()>,
}

impl Plugins {
    /// Starts the sandbox. Nothing is alive before [`Plugins::wake`].
    ///
    /// # Errors
    /// When memory for the pool cannot be reserved or the key file cannot be read.
    pub fn new(foundation: Foundation) -> Result<Self> {
        let Foundation { clock, store, permissions, events, public, site, data_dir, secrets, settings, .. } =
            foundation;
        let bounds = Bounds { seconds: settings.compile_seconds.into(), mebibytes: settings.compile_memory_mib.into() };
        let compiler = Compiler::here()?.by(foundation.program, bounds).keeping(&data_dir.cache(), secrets.clone());
        Ok(Self {
            denials: Arc::new(Denials::new(events, clock.clone())),
            outbound: Arc::new(Outbound::new(foundation.own_hosts, settings.private_servers)),
            clock,
            store,
            permissions,
            public,
            site,
            data_dir,
            compiler: Arc::new(compiler),
            secrets,
            shelf: Shelf::default(),
            alive: Arc::default(),
            builds: Mutex::default(),
            usages: Mutex::default(),
            allowances: Mutex::default(),
            rates: foundation.rates,
            turns: Turns::default(),
            turn: tokio::sync::Mutex::default(),
        })
    }

    /// Makes a package available; nothing of it runs.
    ///
    /// # Errors
    /// Validation, when it is not a package.
    pub fn offer(&self, package: &[u8]) -> Result<()> {
        self.shelf.add(Arc::new(Package::from_zip(package)?));
        Ok(())
    }

    /// Makes the packages of a folder available, packed or unpacked; broken ones are logged and left out.
    pub fn offer_folder(&self, folder: &Path) {
        self.shelf.add_folder(folder);
    }

    /// Where and for whom a call of `plugin` runs.
    fn setting(&self, plugin: &Arc<Live>, cause: Cause, mode: Mode) -> Setting {
        Setting {
            plugin: plugin.clone(),
            cause,
            behalf: Behalf::Caller,
            mode,
            engine: self.compiler.engine().clone(),
            picture: self.alive.clone(),
            database: self.store.clone(),
            clock: self.clock.clone(),
        }
    }

    /// What a finished call read, for the page cache; `marks` are from before it.
    fn reads(finished: &Finished, marks: &Marks) -> Reads {
        let asked = finished.asked;
        Reads { tables: marks.of(&finished.read), personal: asked.caller || asked.chance, ..Reads::default() }
    }

    /// How long a call may take that waits for other servers.
    fn detached_limits(&self, plugin: &Live) -> Limits {
        let wall = Duration::from_millis(plugin.manifest().contract.limits.detached_wall_ms.into());
        Limits { wall, ..self.limits(plugin, false) }
    }

    /// How long a call may take.
    fn limits(&self, plugin: &Live, background: bool) -> Limits {
        let limits = plugin.manifest().contract.limits;
        let cpu = if background { limits.job_cpu_ms } else { limits.cpu_ms };
        let wall = if background { BACKGROUND_WALL } else { Duration::from_millis(limits.wall_ms.into()) };
        Limits { cpu: Duration::from_millis(cpu.into()), wall }
    }

    fn usage(&self, id: &Arc<str>) -> Arc<Usage> {
        let mut usages = self.usages.lock();
        usages.entry(id.clone()).or_insert_with(|| Arc::new(Usage::new(id.clone(), self.clock.clone()))).clone()
    }

    fn quotas(&self, id: &Arc<str>) -> Arc<Quotas> {
        self.allowances.lock().entry(id.clone()).or_default().clone()
    }
}

/// From start to end of a job.
const BACKGROUND_WALL: Duration = Duration::from_secs(60);
