//! From a package to a plugin that can answer: link, ask, check, prepare.

use std::sync::Arc;

use magnetiq_contract::describe::{Description, Route};
use magnetiq_contract::text::{Locale, Text};
use tokio::task::spawn_blocking;

use super::Package;
use super::address::{self, addresses};
use super::check;
use super::describing::describe;
use super::refusal;
use crate::error::{Error, Result};
use crate::plugins::Plugins;
use crate::plugins::live::{Exports, Guest, link};
use crate::plugins::sandbox::compiler::Compiler;
use crate::plugins::serving::routes_table::RouteTable;
use crate::resources::Table;
use crate::site::{PluginTemplates, TemplateSource};
use crate::store::Owner;

/// What a package is made into, whatever an admin grants or sets.
pub(in crate::plugins) struct Built {
    /// What it was made of.
    pub package: Arc<Package>,
    /// What it does.
    pub description: Description,
    /// The component, ready to be instantiated; none for a plugin without code.
    pub guest: Option<Guest>,
    /// Its templates and texts.
    pub templates: PluginTemplates,
    /// Its tables, in the order of the description.
    pub tables: Vec<Arc<Table>>,
    /// Its routes.
    pub routes: RouteTable,
    /// Method and addresses of each route, by its id.
    pub route_names: Vec<Arc<str>>,
}

impl Built {
    /// Where a route answers, as [`addresses`].
    pub fn addresses(&self, route: &Route) -> Vec<(&'static str, String)> {
        addresses(&self.package.manifest.contract, route)
    }
}

/// Builds a package.
///
/// # Errors
/// Validation, with every disagreement between contract, description and component.
pub(in crate::plugins) async fn build(
    compiler: &Arc<Compiler>,
    package: Arc<Package>,
    time_zone: &str,
) -> Result<Built> {
    let (description, guest, mut faults) = match &package.component {
        Some(_) => with_component(compiler, &package).await?,
        None => without_component(&package)?,
    };
    faults.extend(check::faults(&package.manifest, &description));
    if !faults.is_empty() {
        return Err(refused(&faults));
    }
    Ok(Built {
        templates: templates(&package, time_zone)?,
        tables: tables(&package, &description)?,
        routes: RouteTable::new(&description)?,
        route_names: names(&package, &description),
        package,
        description,
        guest,
    })
}

fn names(package: &Package, description: &Description) -> Vec<Arc<str>> {
    description.routes.iter().map(|route| address::name(&package.manifest.contract, route)).collect()
}

/// What a package describes, the code that does it, and what of both does not fit.
type Read = (Description, Option<Guest>, Vec<Text>);

async fn with_component(compiler: &Arc<Compiler>, package: &Arc<Package>) -> Result<Read> {
    let (working, source) = (compiler.clone(), package.clone());
    let compiled = spawn_blocking(move || working.compile(source.component.as_deref().unwrap_or_default()));
    let (engine, component) = (compiler.engine(), compiled.await.map_err(Error::internal)??);
    let pre = link(engine, &component)?;
    let exports = Exports::of(&pre);
    let (json, description) = describe(engine, &component).await?;
    let mut faults = check::component_faults(&package.manifest, &description, engine, &component, &exports);
    if package.described.as_ref().is_some_and(|packed| !same(packed, &json)) {
        faults.push(Text::new(
            "describe.json is not what the component says; pack it again",
            "describe.json ist nicht, was die Komponente sagt; packen Sie das Plugin neu",
        ));
    }
    Ok((description, Some(Guest { pre, exports }), faults))
}

fn without_component(package: &Package) -> Result<Read> {
    let json = package.described.as_deref().ok_or_else(|| {
        refused(&[
            ("neither plugin.wasm nor describe.json is there", "weder plugin.wasm noch describe.json ist da").into()
        ])
    })?;
    let description =
        serde_json::from_str(json).map_err(|error| refused(&[format!("describe.json: {error}").into()]))?;
    let faults = check::codeless_faults(package, &description);
    Ok((description, None, faults))
}

fn same(packed: &str, said: &str) -> bool {
    let value = |json: &str| serde_json::from_str::<serde_json::Value>(json).ok();
    value(packed) == value(said)
}

fn templates(package: &Package, time_zone: &str) -> Result<PluginTemplates> {
    let sources: Vec<_> = package.templates.iter().map(|(name, text)| (name.clone(), text.clone())).collect();
    let texts = |locale| package.locales.get(&locale).map_or("{}", String::as_str);
    PluginTemplates::load(TemplateSource {
        templates: &sources,
        locales: (texts(Locale::En), texts(Locale::De)),
        mount: &mount(package),
        time_zone,
    })
}

/// Where the plugin's pages stand: `/de/webinare`.
pub(in crate::plugins) fn mount(package: &Package) -> Text {
    let mount = &package.manifest.contract.mount;
    Text::new(format!("/en/{}", mount.en), format!("/de/{}", mount.get(Locale::De)))
}

fn tables(package: &Package, description: &Description) -> Result<Vec<Arc<Table>>> {
    let owner = Owner::Plugin(package.manifest.contract.id.as_str().into());
    let mut faults = Vec::new();
    let mut tables = Vec::new();
    for resource in &description.resources {
        match Table::new(owner.clone(), resource.clone(), &description.resources) {
            Ok(table) => tables.push(Arc::new(table)),
            Err(found) => faults.extend(found.into_iter().map(Text::from)),
        }
    }
    if faults.is_empty() { Ok(tables) } else { Err(refused(&faults)) }
}

/// A refusal that gives every reason.
pub(in crate::plugins) fn refused(faults: &[Text]) -> Error {
    refusal::refused(("The plugin", "Das Plugin"), faults)
}

/// What a component says it does, as JSON. For packing: nothing else of it runs.
///
/// # Errors
/// Validation, when it does not describe itself.
pub fn describe_component(bytes: &[u8]) -> Result<String> {
    wait_for(async {
        let compiler = Compiler::here()?;
        let component = compiler.compile(bytes)?;
        Ok(describe(compiler.engine(), &component).await?.0)
    })
}

impl Plugins {
    /// As [`describe_component`]; what is compiled for it is kept, so that building its package takes no time.
    ///
    /// # Errors
    /// Validation, when it does not describe itself.
    pub fn describe(&self, bytes: &[u8]) -> Result<String> {
        wait_for(async {
            let component = self.compiler.compile(bytes)?;
            Ok(describe(self.compiler.engine(), &component).await?.0)
        })
    }
}

/// Builds a package as an enabled plugin would be, in UTC; what it disagrees about is the refusal's sentence.
///
/// # Errors
/// Internal, when the sandbox cannot be started.
pub fn faults(package: Package) -> Result<Vec<String>> {
    wait_for(async {
        let compiler = Arc::new(Compiler::here()?);
        Ok(build(&compiler, Arc::new(package), "UTC")
            .await
            .err()
            .map(|error| error.message().to_owned())
            .into_iter()
            .collect())
    })
}

/// Runs on a thread of its own, since the packer calls from inside the command line's runtime.
fn wait_for<T: Send>(work: impl Future<Output = Result<T>> + Send) -> Result<T> {
    std::thread::scope(|scope| {
        let worker = scope.spawn(|| tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(work));
        worker.join().map_err(|_| Error::internal("the sandbox panicked"))?
    })
}
