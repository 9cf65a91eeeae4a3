//! Mail templates of plugins, as the outbox worker asks for them.

use crate::error::{Code, Error, Result};
use crate::mail::Request;
use crate::plugins::Plugins;

impl Plugins {
    /// One file of a plugin's mail template. Mails that wait while the plugin is disabled are tried again.
    ///
    /// # Errors
    /// Unavailable while the plugin is not enabled; what the template fails with.
    pub fn render_mail(&self, request: Request<'_>) -> Result<String> {
        let alive = self.alive.load();
        let plugin = alive
            .get(request.owner)
            .ok_or_else(|| Error::new(Code::Unavailable, format!("The plugin {} is not enabled.", request.owner)))?;
        plugin.built.templates.render_fragment(request.locale, request.template, request.data)
    }
}
