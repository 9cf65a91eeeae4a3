//! Where plugins keep something about people.

use std::sync::Arc;

use magnetiq_contract::describe::{Description, Resource};

use super::Plugins;
use super::package::Package;
use crate::people::PersonalTable;

impl Plugins {
    /// The described tables with personal columns of every plugin that is known here, enabled or not.
    pub fn personal_tables(&self) -> Vec<PersonalTable> {
        self.shelf.all().iter().flat_map(|package| self.personal_tables_of(package)).collect()
    }

    fn personal_tables_of(&self, package: &Arc<Package>) -> Vec<PersonalTable> {
        let id = &package.manifest.contract.id;
        let personal = |resource: &Resource| PersonalTable::of(id, resource);
        if let Some(plugin) = self.alive.load().get(id) {
            return plugin.description().resources.iter().filter_map(personal).collect();
        }
        let described = package.described.as_deref().map(serde_json::from_str::<Description>);
        match described {
            Some(Ok(description)) => description.resources.iter().filter_map(personal).collect(),
            _ => Vec::new(),
        }
    }
}
