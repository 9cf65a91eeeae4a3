//! Puts pages into the site's layout.

use std::sync::Arc;

use arc_swap::ArcSwap;
use indexmap::IndexMap;
use jiff::tz::TimeZone;
use magnetiq_contract::answer::Meta;
use magnetiq_contract::rule::FieldError;
use magnetiq_contract::text::{Locale, Text};
use minijinja::value::Serde;
use minijinja::{Environment, Value, context};
use serde::Serialize;
use serde_json::Value as Json;

use super::address::Addresses;
use super::templates::{PluginTemplates, data, own_environment, own_texts, render};
use super::texts::Texts;
use super::{assets, dates, json_ld};
use crate::error::{Error, Result};

/// What the site is called and where it stands.
#[derive(Clone, Debug)]
pub struct Identity {
    /// Its name.
    pub name: String,
    /// Absolute address without a trailing slash.
    pub public_url: String,
    /// IANA name of its time zone.
    pub time_zone: String,
}

/// A link of the site's menu.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NavEntry {
    /// What it is called.
    pub title: Text,
    /// Where it leads, in each language: `/de/webinare`.
    pub path: Text,
}

/// A page of a plugin to be put into the layout.
#[derive(Clone, Copy)]
pub struct PageRequest<'a> {
    /// The page's language.
    pub locale: Locale,
    /// Its path as requested, without the query: `/de/webinare/einstieg`.
    pub path: &'a str,
    /// The plugin's templates.
    pub templates: &'a PluginTemplates,
    /// The one to use.
    pub template: &'a str,
    /// What it shows.
    pub data: &'a Json,
    /// Title, description and the like.
    pub meta: &'a Meta,
    /// schema.org object, or null.
    pub json_ld: &'a Json,
    /// A form that was refused; its values are kept and its faults shown.
    pub form: Option<&'a RefusedForm>,
}

/// A form as it was sent and what is wrong with it.
#[derive(Clone, Debug, Default)]
pub struct RefusedForm {
    /// Fields by name, in the order of the form.
    pub values: Vec<(String, String)>,
    /// Its faults.
    pub faults: Vec<FieldError>,
    /// Why it was refused, when that is no fault of a field.
    pub sentence: Option<Text>,
}

impl RefusedForm {
    /// What was sent, with the refusal that it met.
    #[must_use]
    pub fn new(values: Vec<(String, String)>, refusal: &Error) -> Self {
        let faults = refusal.field_errors().to_vec();
        let sentence = Some(refusal.sentence().clone()).filter(|_| faults.is_empty());
        Self { values, faults, sentence }
    }
}

/// The site's layout and its menu.
pub struct Layout {
    identity: Identity,
    texts: Texts,
    environments: [Environment<'static>; 2],
    sections: ArcSwap<Vec<NavEntry>>,
    navigation: ArcSwap<Vec<NavEntry>>,
}

impl Layout {
    /// Compiles the site's templates.
    ///
    /// # Errors
    /// Internal, when the time zone is unknown or an embedded template is broken.
    pub fn new(identity: Identity) -> Result<Self> {
        let zone: TimeZone = dates::zone(&identity.time_zone)?;
        Ok(Self {
            identity,
            texts: own_texts()?,
            environments: [own_environment(Locale::En, &zone)?, own_environment(Locale::De, &zone)?],
            sections: ArcSwap::default(),
            navigation: ArcSwap::default(),
        })
    }

    /// What the site is called and where it stands.
    #[must_use]
    pub fn identity(&self) -> &Identity {
        &self.identity
    }

    /// One of the site's own texts; its key, when there is no such text.
    #[must_use]
    pub fn text<'a>(&'a self, locale: Locale, key: &'a str) -> &'a str {
        self.texts.get(locale, key).unwrap_or(key)
    }

    /// Replaces the start page's sections in the menu.
    pub(super) fn set_sections(&self, entries: Vec<NavEntry>) {
        self.sections.store(Arc::new(entries));
    }

    /// Replaces what plugins add to the menu. Cached pages carry it: start a new generation of the page cache as well.
    pub fn set_navigation(&self, entries: Vec<NavEntry>) {
        self.navigation.store(Arc::new(entries));
    }

    /// What plugins added to the menu.
    #[must_use]
    pub fn navigation(&self) -> Arc<Vec<NavEntry>> {
        self.navigation.load_full()
    }

    /// A plugin's page, complete.
    ///
    /// # Errors
    /// `PLUGIN_FAILED`, when the plugin's template fails.
    pub fn render_page(&self, request: &PageRequest<'_>) -> Result<String> {
        let page = context! {
            path => request.path,
            site => self.identity.name.as_str(),
            private => request.meta.private,
            form => request.form.map(|form| FormView::new(form, request.locale).shown()).transpose()?,
        };
        let body = request.templates.render(request.locale, request.template, request.data, page)?;
        let addresses = Addresses::of_page(request.path, request.templates.mount(), request.meta);
        let (locale, meta, json_ld) = (request.locale, request.meta, request.json_ld);
        let refusal = request.form.and_then(|form| form.sentence.as_ref());
        self.frame(Frame { locale, meta, json_ld, addresses, refusal, body })
    }

    /// One of the site's own templates, complete.
    pub(super) fn render_own(
        &self,
        locale: Locale,
        template: &str,
        meta: &Meta,
        addresses: Addresses,
        data: Value,
    ) -> Result<String> {
        let context = context! { locale => locale.code(), site => self.identity.name.as_str(), ..data };
        let body = render(&self.environments[locale as usize], template, context).map_err(Error::internal)?;
        self.frame(Frame { locale, meta, json_ld: &Json::Null, addresses, refusal: None, body })
    }

    fn frame(&self, frame: Frame<'_>) -> Result<String> {
        let Frame { locale, meta, json_ld: object, addresses, refusal, body } = frame;
        let here = addresses.path(locale);
        let (sections, added) = (self.sections.load(), self.navigation.load());
        let entries = sections.iter().chain(added.iter());
        let navigation: Vec<Link> = entries.map(|entry| Link::new(entry, locale, here)).collect();
        let context = context! {
            locale => locale.code(),
            site => self.identity.name.as_str(),
            root => self.identity.public_url.as_str(),
            title => meta.title.as_str(),
            description => meta.description.as_str(),
            private => meta.private,
            indexed => addresses.indexed && !meta.private,
            here,
            other => context! { en => addresses.path(Locale::En), de => addresses.path(Locale::De) },
            fallback => addresses.fallback(),
            navigation => Value::from(Serde(navigation)),
            json_ld => json_ld::text(object),
            style => assets::style_path(),
            script => assets::script_path(),
            icon => assets::icon_path(),
            refusal => refusal.map(|sentence| sentence.get(locale)),
            body => Value::from_safe_string(body),
        };
        render(&self.environments[locale as usize], "layout.html", context).map_err(Error::internal)
    }
}

struct Frame<'a> {
    locale: Locale,
    meta: &'a Meta,
    json_ld: &'a Json,
    addresses: Addresses,
    refusal: Option<&'a Text>,
    body: String,
}

#[derive(Serialize)]
struct Link {
    title: String,
    path: String,
    current: bool,
}

impl Link {
    fn new(entry: &NavEntry, locale: Locale, here: &str) -> Self {
        let path = entry.path.get(locale);
        let below = here.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        Self { title: entry.title.get(locale).to_owned(), path: path.to_owned(), current: below }
    }
}

/// What the macros of `forms.html` read.
#[derive(Serialize)]
struct FormView<'a> {
    values: IndexMap<&'a str, &'a str>,
    errors: IndexMap<&'a str, String>,
    /// The same in order.
    faults: Vec<FaultView<'a>>,
}

#[derive(Serialize)]
struct FaultView<'a> {
    field: &'a str,
    message: String,
}

impl<'a> FormView<'a> {
    /// As a template sees it.
    fn shown(&self) -> Result<Value> {
        Ok(data::value(&serde_json::to_value(self)?))
    }

    fn new(form: &'a RefusedForm, locale: Locale) -> Self {
        let message = |fault: &FieldError| fault.rule.message(locale);
        let view = |fault: &'a FieldError| FaultView { field: &fault.field, message: message(fault) };
        Self {
            values: form.values.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect(),
            errors: form.faults.iter().map(|fault| (fault.field.as_str(), message(fault))).collect(),
            faults: form.faults.iter().map(view).collect(),
        }
    }
}
