//! An enabled plugin: compiled, linked, checked, with all that its calls need.

use std::sync::Arc;
use std::time::Duration;

use magnetiq_contract::call::SiteInfo;
use magnetiq_contract::describe::Description;
use tokio::sync::{Semaphore, SemaphorePermit};
use wasmtime::Engine;
use wasmtime::component::{Component, InstancePre, Linker};

use super::meter::denials::Denials;
use super::meter::quota::Quotas;
use super::meter::route::RouteMeter;
use super::meter::usage::Usage;
use super::outbound::Outbound;
use super::package::build::Built;
use super::package::manifest::Manifest;
use super::package::refusal;
use super::rights::gate::Gate;
use super::sandbox::bindings::exports::{render, run, serve};
use super::sandbox::bindings::imports::Imports;
use super::sandbox::engine::MEMORY;
use super::sandbox::state::CallState;
use super::settings::Settings;
use crate::error::{Error, Result};
use crate::store::Owner;

/// An enabled plugin. Calls share it; a newer one takes its place when anything about it changes.
pub struct Live {
    /// Its id.
    pub id: Arc<str>,
    /// Who owns its rows, jobs and mails.
    pub owner: Owner,
    /// What its package was made into.
    pub(super) built: Arc<Built>,
    /// The site as it sees it: with the address of its own pages.
    pub site: SiteInfo,
    /// What it may do.
    pub gate: Gate,
    /// Its settings.
    pub settings: Settings,
    /// Counts what it costs; outlives upgrades.
    pub usage: Arc<Usage>,
    /// Counts what each of its routes costs, by the route's id.
    pub(super) routes: Vec<Arc<RouteMeter>>,
    /// Counts what was granted by number.
    pub(super) quotas: Arc<Quotas>,
    /// Keeps what it was refused.
    pub(super) denials: Arc<Denials>,
    /// Calls other servers for it.
    pub(super) outbound: Arc<Outbound>,
    /// Calls that may run at once.
    pub(super) places: Arc<Semaphore>,
}

impl Live {
    /// Its trust contract.
    #[must_use]
    pub fn manifest(&self) -> &Manifest {
        &self.built.package.manifest
    }

    /// What it does.
    #[must_use]
    pub fn description(&self) -> &Description {
        &self.built.description
    }

    /// Memory that one of its calls may use, in bytes.
    pub(super) fn memory_limit(&self) -> usize {
        (self.manifest().contract.limits.memory_mb as usize).saturating_mul(1 << 20).min(MEMORY)
    }

    /// Shows on its page, and among the security events, that it wanted more than it was granted.
    pub(super) fn denied(&self, refusal: &Error) {
        self.usage.denied(refusal);
        self.denials.keep(&self.id, refusal.message());
    }

    /// Its component.
    ///
    /// # Errors
    /// When it has none.
    pub(super) fn guest(&self) -> wasmtime::Result<&Guest> {
        self.built.guest.as_ref().ok_or_else(|| wasmtime::Error::msg("the plugin has no component"))
    }
}

/// A component that is compiled and linked.
pub(super) struct Guest {
    /// Instantiates it.
    pub pre: InstancePre<CallState>,
    /// What it answers to.
    pub exports: Exports,
}

/// The interfaces that a component exports, found once.
pub(super) struct Exports {
    serve: Option<serve::ServingIndices>,
    run: Option<run::RunningIndices>,
    render: Option<render::RenderingIndices>,
}

impl Exports {
    /// Looks for each interface.
    pub fn of(pre: &InstancePre<CallState>) -> Self {
        Self {
            serve: serve::ServingIndices::new(pre).ok(),
            run: run::RunningIndices::new(pre).ok(),
            render: render::RenderingIndices::new(pre).ok(),
        }
    }

    pub fn serve(&self) -> wasmtime::Result<&serve::ServingIndices> {
        self.serve.as_ref().ok_or_else(|| missing("serve"))
    }

    pub fn run(&self) -> wasmtime::Result<&run::RunningIndices> {
        self.run.as_ref().ok_or_else(|| missing("run"))
    }

    pub fn render(&self) -> wasmtime::Result<&render::RenderingIndices> {
        self.render.as_ref().ok_or_else(|| missing("render"))
    }
}

fn missing(interface: &str) -> wasmtime::Error {
    wasmtime::Error::msg(format!("the component does not export {interface}"))
}

/// Links a component with all that this host offers.
///
/// # Errors
/// Validation, when it imports something else.
pub(super) fn link(engine: &Engine, component: &Component) -> Result<InstancePre<CallState>> {
    let mut linker = Linker::<CallState>::new(engine);
    Imports::add_to_linker::<_, wasmtime::component::HasSelf<_>>(&mut linker, |state| state)
        .map_err(|error| Error::internal(error.to_string()))?;
    linker.instantiate_pre(component).map_err(|error| refused(&error))
}

fn refused(error: &wasmtime::Error) -> Error {
    refusal::refused(("The component", "Die Komponente"), &[format!("{error:#}").into()])
}

/// How long a call waits for a place before the caller is told to come back.
const PATIENCE: Duration = Duration::from_secs(1);

impl Live {
    /// A place among the calls that may run at once.
    ///
    /// # Errors
    /// Unavailable, when none becomes free in a second.
    pub(super) async fn permit(&self) -> Result<SemaphorePermit<'_>> {
        if let Ok(free) = self.places.try_acquire() {
            return Ok(free);
        }
        let waited = tokio::time::timeout(PATIENCE, self.places.acquire()).await;
        waited.ok().and_then(Result::ok).ok_or_else(|| self.busy())
    }

    fn busy(&self) -> Error {
        let german = format!("Das Plugin {} hat zu viel zu tun.", self.id);
        Error::unavailable((format!("The plugin {} has too much to do.", self.id), german), 1)
    }
}
