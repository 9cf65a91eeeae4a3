//! The public site: renders pages in the site's layout and keeps them.

mod address;
mod assets;
pub mod blocks;
pub mod cache;
pub mod dates;
mod error_pages;
mod escape;
mod home;
mod json_ld;
pub mod layout;
mod routes;
mod sitemap;
pub mod templates;
#[cfg(test)]
mod tests;
mod texts;

pub use blocks::{BlockRenderer, BlockRequest, Blocks, RenderedBlock};
pub use cache::{Key, PageCache, Reads, Rendering, Stored};
pub use error_pages::error_page;
pub use home::{DEMO_COMPANY, HomePage};
pub use layout::{Identity, Layout, NavEntry, PageRequest, RefusedForm};
pub use routes::routes;
pub use templates::{PluginTemplates, TemplateSource};

use std::sync::Arc;

use arc_swap::ArcSwap;

use crate::clock::Clock;
use crate::error::Result;

/// The public site's part of a [`crate::app::Site`].
pub struct PublicSite {
    /// Layout and menu.
    pub layout: Layout,
    /// Rendered pages.
    pub pages: PageCache,
    /// Blocks of plugins.
    pub blocks: Blocks,
    /// What stands on the start page.
    home: ArcSwap<HomePage>,
}

impl PublicSite {
    /// A site with an empty start page and no plugins.
    ///
    /// # Errors
    /// As [`Layout::new`].
    pub fn new(identity: Identity, pages: PageCache, clock: Clock) -> Result<Self> {
        let home = ArcSwap::from_pointee(HomePage::Welcome);
        Ok(Self { layout: Layout::new(identity)?, pages, blocks: Blocks::new(clock), home })
    }

    /// Puts another page on the start, with its sections in the menu.
    pub fn set_home(&self, home: HomePage) {
        self.layout.set_sections(home.sections());
        self.home.store(Arc::new(home));
        self.pages.start_generation();
    }

    /// Replaces what plugins add to the menu, when they come and go.
    pub fn set_navigation(&self, entries: Vec<NavEntry>) {
        self.layout.set_navigation(entries);
        self.pages.start_generation();
    }
}
