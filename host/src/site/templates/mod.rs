//! Templates: the site's own and those of plugins, each compiled once per language.
//!
//! A plugin's templates are text from somebody else. They are checked when they are loaded, know neither `safe` nor
//! any filter that makes a value grow, are always escaped, and run with counted instructions, counted looks into their
//! data and counted bytes, so that no rendering takes long whatever it is given.

mod check;
pub(super) mod data;
mod filters;
mod long_text;
mod plugin;
mod render;

pub use plugin::{PluginTemplates, TemplateSource};
pub(super) use render::render;

use std::sync::Arc;

use jiff::tz::TimeZone;
use magnetiq_contract::text::{Locale, Text};
use minijinja::{AutoEscape, Environment, UndefinedBehavior};

use crate::error::{Error, Result};
use crate::site::texts::Texts;
use filters::Place;

/// Deepest nesting of macros and includes.
const DEEPEST: usize = 150;

/// What a template writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    /// Escaped.
    Html,
    /// As it is, for mails.
    Text,
}

/// The site's own templates, part of the binary.
const OWN: [(&str, &str); 4] = [
    ("layout.html", include_str!("../../../../web/site/templates/layout.html")),
    ("home.html", include_str!("../../../../web/site/templates/home.html")),
    ("welcome.html", include_str!("../../../../web/site/templates/welcome.html")),
    ("error.html", include_str!("../../../../web/site/templates/error.html")),
];

/// Macros that every plugin may import.
const FORMS: (&str, &str) = ("forms.html", include_str!("../../../../web/site/templates/forms.html"));

/// The site's own texts.
///
/// # Errors
/// Internal, when the embedded files are broken; a test holds that they are not.
pub(super) fn own_texts() -> Result<Texts> {
    Texts::parse(
        include_str!("../../../../web/site/locales/en.json"),
        include_str!("../../../../web/site/locales/de.json"),
    )
}

/// The site's own templates in `locale`.
pub(super) fn own_environment(locale: Locale, zone: &TimeZone) -> Result<Environment<'static>> {
    let place = Place {
        locale,
        format: Format::Html,
        texts: Arc::new(vec![own_texts()?]),
        mount: Text::new("/en", "/de"),
        zone: zone.clone(),
    };
    let mut env = environment(&place);
    // The layout sets in what has been escaped before: the page's body and its JSON-LD.
    env.add_filter("safe", minijinja::filters::safe);
    for (name, source) in OWN {
        env.add_template(name, source).map_err(Error::internal)?;
    }
    Ok(env)
}

/// An environment without templates.
fn environment(place: &Place) -> Environment<'static> {
    let mut env = Environment::empty();
    env.set_undefined_behavior(UndefinedBehavior::SemiStrict);
    env.set_recursion_limit(DEEPEST);
    let format = place.format;
    env.set_auto_escape_callback(move |_| match format {
        Format::Html => AutoEscape::Html,
        Format::Text => AutoEscape::None,
    });
    env.set_formatter(move |out, state, value| render::write_value(format, out, state, value));
    filters::add(&mut env, place);
    env
}
