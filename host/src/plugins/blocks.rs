//! Blocks of plugins for the page builder.

use std::sync::Arc;

use jiff::Timestamp;
use magnetiq_contract::block::View;

use super::Plugins;
use super::call::{Ask, Call, Said};
use super::fault::Fault;
use super::state::Mode;
use super::weight;
use crate::error::{Error, Result};
use crate::site::{BlockRequest, RenderedBlock};

impl Plugins {
    /// Renders a block in the sandbox; none when the plugin is not enabled or has no such block.
    ///
    /// # Errors
    /// What the guest or its template fails with.
    pub async fn draw_block(&self, request: BlockRequest) -> Result<Option<RenderedBlock>> {
        let Some(plugin) = self.alive.load().get(&request.plugin).cloned() else { return Ok(None) };
        if !plugin.description().blocks.iter().any(|block| block.name == request.block.name) {
            return Ok(None);
        }
        let locale = request.block.locale;
        let context = Arc::new(self.context(&plugin, locale, None, String::new()));
        let marks = self.store.marks();
        let ask = Ask::Render(serde_json::to_string(&request.block)?);
        let _place = plugin.place().await?;
        let setting = self.setting(&plugin, &context, Mode::Snapshot);
        let finished = Call::new(setting, self.limits(&plugin, false), ask).finish().await?;
        let mut reads = Self::reads(&finished, &marks);
        let Said::View(json) = &finished.said else { return Err(Error::internal("a block answered something else")) };
        let view = view(json).map_err(|fault| plugin.usage.fault(&fault))?;
        let until = view.fresh_until.and_then(|moment| Timestamp::from_microsecond(moment).ok());
        if finished.asked.clock || until.is_some() {
            reads.read_clock(until);
        }
        let html = plugin.built.templates.render_fragment(locale, &view.template, &view.data);
        let html = html.map_err(|error| plugin.usage.undrawn(error))?;
        Ok(Some(RenderedBlock { html, reads }))
    }
}

fn view(json: &str) -> Result<View, Fault> {
    weight::check(json.len()).map_err(Fault::Answer)?;
    serde_json::from_str(json).map_err(|error| Fault::Answer(error.to_string()))
}
