//! The templates of one plugin.

use std::sync::Arc;

use magnetiq_contract::text::{Locale, Text};
use minijinja::{Environment, Value};
use serde_json::Value as Json;

use super::filters::Place;
use super::{FORMS, Format, check, data, environment, own_texts, render};
use crate::error::{Code, Error, Result};
use crate::site::dates;
use crate::site::texts::Texts;

/// Instructions that one rendering may run; a list of a hundred rows needs some ten thousand.
const FUEL: u64 = 100_000;
/// Largest data that a template is given, in bytes of text and 16 per value.
const LARGEST_DATA: usize = 512 * 1024;

/// What a plugin's package holds for rendering.
#[derive(Clone, Copy, Debug)]
pub struct TemplateSource<'a> {
    /// Names, such as `topic.html` (pages, blocks, mails) or `confirmation.txt` (mails), with their text.
    pub templates: &'a [(String, String)],
    /// `locales/en.json` and `locales/de.json`; `{}` where there is none.
    pub locales: (&'a str, &'a str),
    /// Path of the plugin's pages in each language, without a trailing slash: `/de/webinare`.
    pub mount: &'a Text,
    /// IANA name of the site's zone.
    pub time_zone: &'a str,
}

/// A plugin's templates, checked and compiled for each language.
pub struct PluginTemplates {
    mount: Text,
    html: [Environment<'static>; 2],
    text: [Environment<'static>; 2],
}

impl PluginTemplates {
    /// Checks and compiles.
    ///
    /// # Errors
    /// `VALIDATION_ERROR` with a sentence that names template and line.
    pub fn load(source: TemplateSource<'_>) -> Result<Self> {
        for (name, text) in source.templates {
            check::check(name, text).map_err(|fault| Error::new(Code::Validation, fault))?;
        }
        let texts = Arc::new(vec![Texts::parse(source.locales.0, source.locales.1)?, own_texts()?]);
        let compile = |locale, format| {
            let zone = dates::zone(source.time_zone)?;
            let place = Place { locale, format, texts: texts.clone(), mount: source.mount.clone(), zone };
            compile(&place, source.templates)
        };
        Ok(Self {
            mount: source.mount.clone(),
            html: [compile(Locale::En, Format::Html)?, compile(Locale::De, Format::Html)?],
            text: [compile(Locale::En, Format::Text)?, compile(Locale::De, Format::Text)?],
        })
    }

    /// Path of the plugin's pages in each language.
    #[must_use]
    pub fn mount(&self) -> &Text {
        &self.mount
    }

    /// Renders `name.html` escaped or `name.txt` as it is: a block, a mail, a part of a page.
    ///
    /// # Errors
    /// `PLUGIN_FAILED`, when the template is missing, fails, or runs into its bounds.
    pub fn render_fragment(&self, locale: Locale, name: &str, data: &Json) -> Result<String> {
        self.render(locale, name, data, Value::from(()))
    }

    /// As [`Self::render_fragment`], with what the page knows as `page`.
    pub(in crate::site) fn render(&self, locale: Locale, name: &str, data: &Json, page: Value) -> Result<String> {
        if weight(data) > LARGEST_DATA {
            return Err(failed(name, "its data are too large".to_owned()));
        }
        let environments = if name.ends_with(".txt") { &self.text } else { &self.html };
        let context = minijinja::context! { locale => locale.code(), page, ..data::value(data) };
        render(&environments[locale as usize], name, context).map_err(|error| failed(name, describe(&error)))
    }
}

fn compile(place: &Place, templates: &[(String, String)]) -> Result<Environment<'static>> {
    let mut env = environment(place);
    env.set_fuel(Some(FUEL));
    if place.format == Format::Html {
        env.add_template(FORMS.0, FORMS.1).map_err(Error::internal)?;
    }
    let extension = if place.format == Format::Html { ".html" } else { ".txt" };
    for (name, source) in templates.iter().filter(|(name, _)| name.ends_with(extension)) {
        let added = env.add_template_owned(name.clone(), source.clone());
        added.map_err(|error| Error::new(Code::Validation, describe(&error)))?;
    }
    Ok(env)
}

fn failed(name: &str, fault: String) -> Error {
    Error::new(Code::PluginFailed, format!("The template {name} could not be rendered.")).because(fault)
}

/// The engine's error with template, line and causes.
fn describe(error: &minijinja::Error) -> String {
    let mut sentence = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(inner) = cause {
        sentence.push_str(": ");
        sentence.push_str(&inner.to_string());
        cause = inner.source();
    }
    sentence
}

fn weight(data: &Json) -> usize {
    16 + match data {
        Json::String(text) => text.len(),
        Json::Array(items) => items.iter().map(weight).sum(),
        Json::Object(members) => members.iter().map(|(name, value)| name.len() + weight(value)).sum(),
        Json::Null | Json::Bool(_) | Json::Number(_) => 0,
    }
}
