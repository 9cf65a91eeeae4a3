//! The start page.

use axum::response::Response;
use http::{HeaderMap, Uri};
use magnetiq_contract::answer::Meta;
use magnetiq_contract::block::Block;
use magnetiq_contract::text::{Locale, Text};
use minijinja::{Value, context};
use serde::Deserialize;

use super::address::Addresses;
use super::cache::{Key, Reads, Rendering};
use super::{BlockRequest, NavEntry, PublicSite};
use crate::error::Result;

/// What the demo company is called.
pub const DEMO_COMPANY: &str = "Nordfeld Advisory";

/// What stands on the start page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HomePage {
    /// A finished page of the demo company.
    Demo,
    /// How to go on with an empty site.
    Welcome,
}

impl HomePage {
    /// Its sections, for the menu.
    pub(super) fn sections(self) -> Vec<NavEntry> {
        let section = |en: &str, de: &str, anchor: &str| NavEntry {
            title: Text::new(en, de),
            path: Text::new(format!("/en/#{anchor}"), format!("/de/#{anchor}")),
        };
        match self {
            Self::Demo => {
                vec![section("Services", "Leistungen", "services"), section("Approach", "Arbeitsweise", "approach")]
            }
            Self::Welcome => Vec::new(),
        }
    }
}

/// A block on the demo company's start page.
#[derive(Deserialize)]
struct Placed {
    plugin: String,
    name: String,
    props: serde_json::Value,
}

const DEMO_BLOCKS: &str = include_str!("../../../web/site/demo/home-blocks.json");

/// `GET /{locale}/`
pub(super) async fn show(public: &PublicSite, locale: Locale, uri: &Uri, headers: &HeaderMap) -> Result<Response> {
    let key = Key::of(locale, uri, &[], headers);
    let page = public.pages.get_or_render(key, || render(public, locale)).await?;
    Ok(page.respond(headers))
}

/// The start page in `locale`.
async fn render(public: &PublicSite, locale: Locale) -> Result<Rendering> {
    match **public.home.load() {
        HomePage::Demo => demo(public, locale).await,
        HomePage::Welcome => {
            let html = own(public, locale, "welcome", context! {})?;
            Ok(Rendering::html(html, Reads::default()))
        }
    }
}

async fn demo(public: &PublicSite, locale: Locale) -> Result<Rendering> {
    let mut reads = Reads::default();
    let mut blocks = Vec::new();
    for Placed { plugin, name, props } in serde_json::from_str::<Vec<Placed>>(DEMO_BLOCKS)? {
        let request = BlockRequest { plugin, block: Block { name, props, locale } };
        if let Some(block) = public.blocks.render(request).await {
            reads.merge(&block.reads);
            blocks.push(block.html);
        }
    }
    let shown = blocks.into_iter().filter(|html| !html.is_empty()).map(Value::from_safe_string);
    let html = own(public, locale, "home", context! { blocks => shown.collect::<Vec<_>>() })?;
    Ok(Rendering::html(html, reads))
}

fn own(public: &PublicSite, locale: Locale, name: &str, data: Value) -> Result<String> {
    let text = |key: &str| public.layout.text(locale, &format!("{name}.{key}")).to_owned();
    let meta = Meta { title: text("title"), description: text("description"), ..Meta::default() };
    public.layout.render_own(locale, &format!("{name}.html"), &meta, Addresses::of_home(), data)
}
