//! The picture of living plugins: who stands where, swapped in one step.

use std::sync::Arc;

use magnetiq_contract::text::{Locale, Text};

use crate::auth::Role;
use crate::error::{Code, Error, Result};
use crate::plugins::Plugins;
use crate::plugins::live::Live;
use crate::plugins::registry::Alive;
use crate::site::NavEntry;

impl Plugins {
    /// Takes the plugin's permissions and makes sure that its pages stand where none of the others' do, before anything of
    /// it is saved.
    pub(super) fn claim(&self, live: &Live, others: &Alive) -> Result<()> {
        for locale in Locale::ALL {
            let mount = live.manifest().contract.mount.get(locale);
            if let Some(other) = others.mounted(locale, mount).filter(|other| other.id != live.id) {
                let (id, place) = (&other.id, format!("/{}/{mount}", locale.code()));
                let german = format!("Unter {place} stehen schon die Seiten des Plugins {id}.");
                let english = format!("The pages of the plugin {id} stand at {place} already.");
                return Err(Error::new(Code::Conflict, (english, german)));
            }
        }
        self.permissions.register_plugin(&live.id, &permissions(live))
    }

    /// Gives back what a step took that was refused: the permissions are those of the plugin as it lives, or none.
    pub(super) fn unclaim(&self, id: &str) -> Result<()> {
        match self.alive.load().get(id) {
            Some(live) => self.permissions.register_plugin(id, &permissions(live)),
            None => {
                self.permissions.remove_plugin(id);
                Ok(())
            }
        }
    }

    /// Puts a plugin into the picture, in place of what it was. Calls of what it was go on to their end.
    pub(super) fn show_with(&self, live: &Arc<Live>) -> Result<()> {
        let picture = self.alive.load();
        let others = picture.iter().filter(|other| other.id != live.id).cloned();
        self.show(others.chain([live.clone()]).collect())
    }

    /// Takes a plugin out of the picture.
    pub(super) fn hide(&self, id: &str) -> Result<()> {
        self.permissions.remove_plugin(id);
        let picture = self.alive.load();
        self.show(picture.iter().filter(|other| *other.id != *id).cloned().collect())
    }

    /// Swaps the picture and tells menu, permissions and page cache.
    pub(super) fn show(&self, plugins: Vec<Arc<Live>>) -> Result<()> {
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
