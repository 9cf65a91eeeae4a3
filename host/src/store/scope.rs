//! In whose name SQL runs on a connection, for the whole of a call: preparing, stepping and resetting.

use std::sync::Arc;

use crate::store::watch::Watch;

/// Whose SQL it is; the authorizer asks it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// The store itself: transactions, pragmas, the host's migrations.
    Store,
    /// The host: all tables, but no other files and no transactions of its own.
    Core,
    /// A plugin, by its id: rows of its own tables alone.
    Plugin(Arc<str>),
    /// A plugin's migration, by the plugin's id: its own tables, their shape too.
    Migration(Arc<str>),
}

/// Sets the scope back when it goes.
#[must_use]
pub(super) struct Entered<'a> {
    watch: &'a Watch,
    before: Scope,
}

impl<'a> Entered<'a> {
    pub(super) fn new(watch: &'a Watch, scope: Scope) -> Self {
        Self { watch, before: watch.replace_scope(scope) }
    }
}

impl Drop for Entered<'_> {
    fn drop(&mut self) {
        self.watch.replace_scope(std::mem::replace(&mut self.before, Scope::Store));
    }
}
