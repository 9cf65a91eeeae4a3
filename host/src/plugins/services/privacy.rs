//! Where plugins keep something about people.

use std::sync::Arc;

use magnetiq_contract::describe::Description;

use crate::people::PersonalTable;
use crate::plugins::Plugins;
use crate::plugins::package::Package;

impl Plugins {
    /// The described tables with personal columns of every plugin that is known here, enabled or not.
    pub fn personal_tables(&self) -> Vec<PersonalTable> {
        self.shelf.all().iter().flat_map(|package| self.personal_tables_of(package)).collect()
    }

    fn personal_tables_of(&self, package: &Arc<Package>) -> Vec<PersonalTable> {
        let id = &package.manifest.contract.id;
        let of = |description: &Description| {
            let resources = &description.resources;
            resources.iter().filter_map(|resource| PersonalTable::of(id, resource, resources)).collect()
        };
        self.described(package, of)
    }
}
