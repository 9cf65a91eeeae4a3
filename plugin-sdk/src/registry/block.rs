//! Blocks for the page builder.

use magnetiq_contract::block::View;
use magnetiq_contract::describe::Block;
use magnetiq_contract::text::Text;
use serde_json::Value;

use super::{Found, Registry, Wanted};
use crate::error::Result;
use crate::form::{Form, props};
use crate::snapshot::Snapshot;
use crate::time::Timestamp;

impl Registry {
    /// A block: `fn(&Snapshot, Props) -> Result<Block>`, where `Props` derives `Form`. The plugin's export line then
    /// reads `export!(Plugin, blocks);`.
    pub fn block<P: Form>(
        &mut self,
        name: &'static str,
        handler: impl Fn(&Snapshot, P) -> Result<BlockView> + 'static,
    ) -> BlockEntry<'_> {
        if let Some(description) = &mut self.description {
            description.blocks.push(Block { name: name.into(), label: Text::default(), props: P::fields() });
        }
        if matches!(&self.wanted, Wanted::Block(wanted) if wanted == name) {
            self.found = Some(Found::Block(Box::new(move |values: Value| {
                handler(&Snapshot::new(), props(&values)?).map(|view| view.0)
            })));
        }
        BlockEntry { site: self }
    }
}

/// A block that is being registered.
///
/// ```
/// # use magnetiq_sdk::prelude::*;
/// # #[derive(Form)]
/// # struct Nothing {}
/// # fn latest(_: &Snapshot, _: Nothing) -> Result<BlockView> { BlockView::new("latest.html", json!({})) }
/// fn register(site: &mut Registry) {
///     site.block("latest", latest).label(("Latest notes", "Neueste Notizen"));
/// }
/// ```
#[derive(Debug)]
pub struct BlockEntry<'a> {
    site: &'a mut Registry,
}

impl BlockEntry<'_> {
    /// Its name in the editor, in English and German.
    pub fn label(self, label: impl Into<Text>) -> Self {
        if let Some(block) = self.site.description.as_mut().and_then(|description| description.blocks.last_mut()) {
            block.label = label.into();
        }
        self
    }
}

/// What a block shows.
///
/// ```
/// # use magnetiq_sdk::prelude::*;
/// #[derive(Form)]
/// struct Latest {
///     #[field(en = "How many", de = "Wie viele", default = 3)]
///     count: i64,
/// }
///
/// fn latest(db: &Snapshot, props: Latest) -> Result<BlockView> {
///     let notes: Vec<String> = db.all("SELECT text FROM p_notes__notes LIMIT ?", [props.count])?;
///     BlockView::new("latest.html", json!({ "notes": notes }))
/// }
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct BlockView(View);

impl BlockView {
    /// A block from `templates/<template>` that shows `data`.
    ///
    /// # Errors
    /// When `data` is not JSON.
    pub fn new(template: &str, data: impl serde::Serialize) -> Result<Self> {
        Ok(Self(View { template: template.into(), data: serde_json::to_value(data)?, ..View::default() }))
    }

    /// The moment after which it may say something wrong.
    ///
    /// ```
    /// # use magnetiq_sdk::prelude::*;
    /// fn soon(db: &Snapshot) -> Result<BlockView> {
    ///     Ok(BlockView::new("soon.html", json!({}))?.fresh_until(db.now() + 1.hours()))
    /// }
    /// ```
    pub fn fresh_until(mut self, moment: impl Into<Option<Timestamp>>) -> Self {
        self.0.fresh_until = moment.into().map(Timestamp::as_micros);
        self
    }
}
