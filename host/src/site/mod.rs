//! The public site: renders pages in the site's layout and keeps them.

mod address;
mod assets;
pub mod blocks;
pub mod cache;
mod dates;
mod error_pages;
mod escape;
mod home;
mod json_ld;
pub mod layout;
mod negotiate;
mod routes;
mod sitemap;
pub mod templates;
mod texts;

pub use blocks::{BlockRenderer, BlockRequest, Blocks, RenderedBlock};
pub use cache::{Key, PageCache, Reads, Rendering, Stored};
pub use error_pages::as_pages;
pub use home::HomePage;
pub use layout::{Identity, Layout, NavEntry, PageRequest, RefusedForm};
pub use negotiate::locale as negotiated_locale;
pub use routes::routes;
pub use templates::{PluginTemplates, TemplateSource};

#[cfg(test)]
mod tests;

/// The public site's part of a [`crate::app::Site`].
pub struct PublicSite {
    /// Layout and menu.
    pub layout: Layout,
    /// Rendered pages.
    pub pages: PageCache,
    /// Blocks of plugins.
    pub blocks: Blocks,
    /// What stands on the start page.
    pub home: HomePage,
}
