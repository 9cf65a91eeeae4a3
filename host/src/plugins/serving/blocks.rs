//! Blocks of plugins for the page builder.

use std::sync::Arc;

use jiff::Timestamp;
use magnetiq_contract::block::{self, Block, View};

use crate::error::{Error, Result};
use crate::plugins::Plugins;
use crate::plugins::live::Live;
use crate::plugins::sandbox::ask::{Ask, Said};
use crate::plugins::sandbox::call::Call;
use crate::plugins::sandbox::fault::Fault;
use crate::plugins::sandbox::state::{Cause, Mode};
use crate::plugins::sandbox::task;
use crate::plugins::sandbox::weight;
use crate::site::{BlockRequest, Reads, RenderedBlock};

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
        if plugin.built.guest.is_none() {
            return draw_template(&plugin, &request.block).map(Some);
        }
        self.draw_by_guest(&plugin, &request.block).await.map(Some)
    }

    async fn draw_by_guest(&self, plugin: &Arc<Live>, block: &Block) -> Result<RenderedBlock> {
        let marks = self.store.marks();
        let ask = Ask::Render(serde_json::to_string(block)?);
        let mut place = plugin.place().await?;
        let setting = self.setting(plugin, Cause::itself(block.locale), Mode::Snapshot);
        let finished = Call::new(setting, self.limits(plugin, false), ask).finish().await?;
        place.trial.pass();
        let mut reads = Self::reads(&finished, &marks);
        let Said::View(json) = &finished.said else { return Err(Error::internal("a block answered something else")) };
        let view = view(json).map_err(|fault| plugin.usage.fault(&fault))?;
        if let Some(problem) = view.problem {
            return Err(task::refusal(problem));
        }
        let until = view.fresh_until.and_then(|moment| Timestamp::from_microsecond(moment).ok());
        if finished.asked.clock || until.is_some() {
            reads.read_clock(until);
        }
        let html = plugin.built.templates.render_fragment(block.locale, &view.template, &view.data);
        let html = html.map_err(|error| plugin.usage.undrawn(error))?;
        Ok(RenderedBlock { html, reads })
    }
}

fn view(json: &str) -> Result<View, Fault> {
    weight::check(json.len()).map_err(Fault::Answer)?;
    serde_json::from_str(json).map_err(|error| Fault::Answer(error.to_string()))
}

/// A block of a plugin without code: its template sees the props by name.
fn draw_template(plugin: &Live, block: &Block) -> Result<RenderedBlock> {
    let html = plugin.built.templates.render_fragment(block.locale, &block::template(&block.name), &block.props);
    let html = html.map_err(|error| plugin.usage.undrawn(error))?;
    Ok(RenderedBlock { html, reads: Reads::default() })
}
