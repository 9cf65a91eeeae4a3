//! Steps of a plugin's life: enable, disable, grant, set. One at a time; requests see whole pictures.

pub(in crate::plugins) mod save;
mod step;

use std::collections::BTreeMap;
use std::sync::Arc;

use magnetiq_contract::text::{Locale, Text};
use serde_json::{Map, Value};
use tokio::sync::Semaphore;

use self::save::{save, save_settings};
use self::step::Deed;
use crate::auth::Role;
use crate::error::{Code, Error, Result};
use crate::http::Envelope;
use crate::http::idempotency::{self, Kept, Once};
use crate::plugins::Plugins;
use crate::plugins::admin;
use crate::plugins::live::Live;
use crate::plugins::package::Package;
use crate::plugins::package::build::{self, Built, build};
use crate::plugins::registry::Alive;
use crate::plugins::rights::gate::Capability;
use crate::plugins::rights::grants;
use crate::plugins::settings::{Setting, Settings};
use crate::plugins::store::{self, PluginRow};
use crate::resources::Actor;
use crate::site::NavEntry;
use crate::store::Owner;

const ENABLED: &str = "enabled";
const DISABLED: &str = "disabled";
const FAILED: &str = "failed";

impl Plugins {
    /// Brings back to life what was enabled when the site stopped. One that fails is marked and left out.
    ///
    /// # Errors
    /// When the rows cannot be read.
    pub async fn wake(&self) -> Result<()> {
        let _turn = self.turn.lock().await;
        let rows = self.store.read(|snapshot| store::all(snapshot)).await?;
        let mut alive = Vec::new();
        for mut row in rows.into_iter().filter(|row| row.state != DISABLED) {
            let live = self.revive(&row).await;
            let others = Alive::of(alive.iter().cloned());
            match live.and_then(|live| self.claim(&live, &others).map(|()| live)) {
                Ok(live) => {
                    alive.push(live);
                    self.heal(row).await?;
                }
                Err(error) => {
                    tracing::error!(plugin = %row.plugin, %error, "a plugin could not be started");
                    (row.state, row.state_reason) = (FAILED.into(), Some(error.message().to_owned()));
                    self.save(row, None).await?;
                }
            }
        }
        self.show(alive)
    }

    /// Grants, migrates and lets a plugin answer. Without `granted` it has what it had, and all it asks for when it is
    /// new. Answers with the plugin as it is then, or as it was when a request with this key was done.
    ///
    /// # Errors
    /// Not found; validation with every reason why the plugin or the grants are refused, or for a key that was used for
    /// something else.
    pub async fn enable(
        &self,
        id: &str,
        granted: Option<Map<String, Value>>,
        actor: &Actor,
        once: Option<Once>,
    ) -> Result<Kept> {
        let _turn = self.turn.lock().await;
        if let Some(kept) = self.known(once.clone()).await? {
            return Ok(kept);
        }
        let package = self.shelf.get(id).ok_or_else(Error::not_found)?;
        let known = self.row(id).await?;
        let kept = || known.as_ref().map(|row| row.grants.clone());
        let granted = granted.or_else(kept).unwrap_or_else(|| grants::all_asked(&package.manifest));
        grants::check(&package.manifest, &granted, "grants.")?;
        let begins = known.as_ref().is_none_or(|row| row.state != ENABLED);
        let row = PluginRow {
            id: known.as_ref().map_or(0, |row| row.id),
            plugin: id.to_owned(),
            version: package.manifest.version.to_string(),
            digest: package.digest.clone(),
            state: ENABLED.into(),
            state_reason: None,
            grants: granted,
            settings: known.map(|row| row.settings).unwrap_or_default(),
        };
        let live = self.revive(&row).await?;
        self.claim(&live, &self.alive.load())?;
        let answer = self.answer(package, &row).await?;
        let deed = Deed::new(actor, answer.clone(), once);
        if let Err(refusal) = self.begin_life(row, &live, begins, deed).await {
            if begins {
                self.permissions.remove_plugin(id);
            }
            return Err(refusal);
        }
        self.show_with(&live)?;
        Ok(answer)
    }

    /// Enables every plugin that was never switched, with all that it asks for: the demo shows what there is.
    ///
    /// # Errors
    /// As [`Plugins::enable`].
    pub async fn enable_all(&self, actor: &Actor) -> Result<()> {
        for package in self.shelf.all() {
            let id = &package.manifest.contract.id;
            if self.row(id).await?.is_none() {
                self.enable(id, None, actor, None).await?;
            }
        }
        Ok(())
    }

    /// Stops a plugin from answering; its data stay. One that fails at its last step is disabled all the same. Answers
    /// as [`Plugins::enable`].
    ///
    /// # Errors
    /// Not found; conflict when it is not enabled; validation for a key that was used for something else.
    pub async fn disable(&self, id: &str, actor: &Actor, once: Option<Once>) -> Result<Kept> {
        let _turn = self.turn.lock().await;
        if let Some(kept) = self.known(once.clone()).await? {
            return Ok(kept);
        }
        let package = self.shelf.get(id).ok_or_else(Error::not_found)?;
        let mut row = self.row(id).await?.ok_or_else(Error::not_found)?;
        if row.state == DISABLED {
            return Err(Error::new(Code::Conflict, ("The plugin is not enabled.", "Das Plugin ist nicht aktiv.")));
        }
        (row.state, row.state_reason) = (DISABLED.into(), None);
        let answer = self.answer(package, &row).await?;
        self.end_life(row, Deed::new(actor, answer.clone(), once)).await?;
        self.hide(id)?;
        Ok(answer)
    }

    /// Changes what a plugin may do, at once.
    ///
    /// # Errors
    /// Not found, validation.
    pub async fn grant(&self, id: &str, granted: Map<String, Value>, actor: &Actor) -> Result<()> {
        let _turn = self.turn.lock().await;
        let package = self.shelf.get(id).ok_or_else(Error::not_found)?;
        grants::check(&package.manifest, &granted, "")?;
        let mut row = self.row(id).await?.ok_or_else(not_yet)?;
        row.grants = granted;
        self.change(row, actor, "grant").await
    }

    /// Replaces the settings: those that are not named, or null, go back to the default. Secret ones cannot be read and
    /// sent again, so they stay until they are named.
    ///
    /// # Errors
    /// Not found, validation naming each setting.
    pub async fn set(&self, id: &str, values: Map<String, Value>, actor: &Actor) -> Result<()> {
        let _turn = self.turn.lock().await;
        let package = self.shelf.get(id).ok_or_else(Error::not_found)?;
        let mut row = self.row(id).await?.ok_or_else(not_yet)?;
        let checked = crate::plugins::settings::check(&package.manifest.contract.settings, values)?;
        row.settings = checked.plain.into_iter().filter(|(_, value)| !value.is_null()).collect();
        let seal = |name: &str, value: String| self.seal.seal(&secret_place(id, name), value.as_bytes());
        let mut secrets = Vec::new();
        for (name, value) in checked.secret {
            let sealed = value.map(|value| seal(&name, value)).transpose()?;
            secrets.push((name, sealed));
        }
        let (kept, clock, by) = (row.clone(), self.clock.clone(), actor.clone());
        self.store.write(Owner::Core, move |unit| save_settings(unit, &clock, &kept, &secrets, &by)).await?;
        if row.state == ENABLED { self.show_with(&self.revive(&row).await?) } else { Ok(()) }
    }

    /// Saves a changed row and, when the plugin is alive, replaces it.
    async fn change(&self, row: PluginRow, actor: &Actor, action: &'static str) -> Result<()> {
        let live = if row.state == ENABLED { Some(self.revive(&row).await?) } else { None };
        self.save(row, Some((actor, action))).await?;
        live.map_or(Ok(()), |live| self.show_with(&live))
    }

    /// The answer that is kept for this key.
    async fn known(&self, once: Option<Once>) -> Result<Option<Kept>> {
        let clock = self.clock.clone();
        self.store.read(move |snapshot| idempotency::known(snapshot, &clock, once.as_ref())).await
    }

    /// What a step answers: the plugin as its row says.
    async fn answer(&self, package: Arc<Package>, row: &PluginRow) -> Result<Kept> {
        Kept::of(&Envelope::ok(admin::shown(self, package, Some(row)).await))
    }

    async fn row(&self, id: &str) -> Result<Option<PluginRow>> {
        self.store.read(|snapshot| store::find(snapshot, id)).await
    }

    async fn save(&self, row: PluginRow, by: Option<(&Actor, &'static str)>) -> Result<()> {
        let (clock, by) = (self.clock.clone(), by.map(|(actor, action)| (actor.clone(), action)));
        self.store.write(Owner::Core, move |unit| save(unit, &clock, &row, by.as_ref())).await
    }

    /// Builds, migrates and checks a plugin as its row wants it.
    async fn revive(&self, row: &PluginRow) -> Result<Arc<Live>> {
        let package = self.shelf.get(&row.plugin).ok_or_else(|| {
            let german = format!("Das Paket des Plugins {} ist nicht da.", row.plugin);
            Error::new(Code::NotFound, (format!("The package of the plugin {} is not there.", row.plugin), german))
        })?;
        let built = self.built(package).await?;
        let gate = grants::gate(&built.package.manifest, &row.grants);
        if gate.require(Capability::Db).is_ok() {
            self.migrate(&built).await?;
        }
        let settings = self.settings_of(row, &built.package).await?;
        let id: Arc<str> = row.plugin.as_str().into();
        let limits = built.package.manifest.contract.limits;
        Ok(Arc::new(Live {
            owner: Owner::Plugin(id.clone()),
            gate,
            settings,
            usage: self.usage(&id),
            quotas: self.quotas(&id),
            denials: self.denials.clone(),
            places: Arc::new(Semaphore::new(
                limits.concurrency.clamp(1, crate::plugins::sandbox::engine::POOL / 2) as usize
            )),
            built,
            id,
        }))
    }

    /// The package, built once.
    pub(super) async fn built(&self, package: Arc<Package>) -> Result<Arc<Built>> {
        if let Some(built) = self.builds.lock().get(&package.digest) {
            return Ok(built.clone());
        }
        let digest = package.digest.clone();
        let built = Arc::new(build(&self.compiler, package, &self.site.time_zone).await?);
        self.builds.lock().insert(digest, built.clone());
        Ok(built)
    }

    async fn migrate(&self, built: &Built) -> Result<()> {
        let id = &built.package.manifest.contract.id;
        self.store.migrate_plugin(id, built.package.migrations.clone()).await?;
        let tables = built.tables.clone();
        let faults = self
            .store
            .read(move |snapshot| {
                let mut faults = Vec::new();
                for table in &tables {
                    faults.extend(table.check(snapshot)?.faults);
                }
                Ok(faults)
            })
            .await?;
        if faults.is_empty() { Ok(()) } else { Err(build::refused(&faults)) }
    }

    pub(super) async fn settings_of(&self, row: &PluginRow, package: &Package) -> Result<Settings> {
        let plugin = row.plugin.clone();
        let sealed = self.store.read(move |snapshot| store::secrets(snapshot, &plugin)).await?;
        let mut secrets = BTreeMap::new();
        for (name, sealed) in sealed {
            let open = self.seal.open(&secret_place(&row.plugin, &name), &sealed)?;
            secrets.insert(name, String::from_utf8(open).map_err(Error::internal)?);
        }
        let values = package.manifest.contract.settings.iter().map(|setting| {
            let name = setting.field.name.clone();
            let given =
                if setting.secret { secrets.remove(&name).map(Value::from) } else { row.settings.get(&name).cloned() };
            let default = Some(setting.field.default.clone()).filter(|value| !value.is_null());
            (name, Setting { secret: setting.secret, value: given.or(default) })
        });
        Ok(Settings::new(values.collect()))
    }

    /// A plugin that failed at an earlier start and lives again is enabled.
    async fn heal(&self, mut row: PluginRow) -> Result<()> {
        if row.state == ENABLED {
            return Ok(());
        }
        (row.state, row.state_reason) = (ENABLED.into(), None);
        self.save(row, None).await
    }

    /// Takes the plugin's permissions and makes sure that its pages stand where none of the others' do, before anything of
    /// it is saved.
    fn claim(&self, live: &Live, others: &Alive) -> Result<()> {
        for locale in Locale::ALL {
            let mount = live.manifest().contract.mount.get(locale);
            if let Some(other) = others.mounted(locale, mount).filter(|other| other.id != live.id) {
                let text = format!("The pages of the plugin {} stand at /{}/{mount} already.", other.id, locale.code());
                return Err(Error::new(Code::Conflict, text));
            }
        }
        self.permissions.register_plugin(&live.id, &permissions(live))
    }

    fn show_with(&self, live: &Arc<Live>) -> Result<()> {
        let picture = self.alive.load();
        let others = picture.iter().filter(|other| other.id != live.id).cloned();
        self.show(others.chain([live.clone()]).collect())
    }

    fn hide(&self, id: &str) -> Result<()> {
        self.permissions.remove_plugin(id);
        let picture = self.alive.load();
        self.show(picture.iter().filter(|other| *other.id != *id).cloned().collect())
    }

    /// Swaps the picture and tells menu, permissions and page cache.
    fn show(&self, plugins: Vec<Arc<Live>>) -> Result<()> {
        for plugin in &plugins {
            self.permissions.register_plugin(&plugin.id, &permissions(plugin))?;
        }
        self.public.layout.set_navigation(plugins.iter().filter_map(|plugin| nav_entry(plugin)).collect());
        self.alive.store(Arc::new(Alive::of(plugins)));
        self.public.pages.start_generation();
        Ok(())
    }
}

fn permissions(plugin: &Live) -> Vec<(String, Vec<Role>)> {
    let declared = plugin.manifest().contract.permissions.iter();
    declared
        .filter_map(|permission| Some((permission.name.clone(), vec![Role::from_name(&permission.role)?])))
        .collect()
}

fn nav_entry(plugin: &Live) -> Option<NavEntry> {
    let contract = &plugin.manifest().contract;
    let has_start = plugin.description().routes.iter().any(|route| {
        route.kind == magnetiq_contract::describe::RouteKind::Page && route.path == "/" && route.method == "GET"
    });
    let path = Text::new(format!("/en/{}", contract.mount.en), format!("/de/{}", contract.mount.get(Locale::De)));
    has_start.then(|| NavEntry { title: contract.name.clone(), path })
}

fn secret_place(id: &str, name: &str) -> String {
    format!("plugin_secrets/{id}/{name}")
}

fn not_yet() -> Error {
    Error::new(Code::Conflict, ("The plugin was never enabled.", "Das Plugin war noch nie aktiv."))
}
