//! Filters and functions of all templates.

use std::sync::Arc;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use magnetiq_contract::text::{Locale, Text};
use minijinja::value::Kwargs;
use minijinja::{Environment, Error, ErrorKind, State, Value};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::Format;
use super::long_text::{self, text_of, written};
use super::render::charge;
use crate::site::dates::{self, Style};
use crate::site::escape::Escaped;
use crate::site::texts::Texts;

/// Longest text that one filter or function hands back, in bytes.
const LONGEST_TEXT: usize = 256 * 1024;
/// What a date costs, in bytes of text.
const MOMENT: usize = 256;
/// What a path segment may carry as it is.
const SEGMENT: AsciiSet = NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// What filters must know of the place where they are used.
#[derive(Clone)]
pub(super) struct Place {
    /// Language of the output.
    pub locale: Locale,
    /// HTML or plain text.
    pub format: Format,
    /// Texts to look in, the nearest first.
    pub texts: Arc<Vec<Texts>>,
    /// Path of the site's or plugin's pages in each language, without a trailing slash.
    pub mount: Text,
    /// The site's zone, for times that name none.
    pub zone: TimeZone,
}

type Answer<T = Value> = Result<T, Error>;

/// Adds every filter and function.
pub(super) fn add(env: &mut Environment<'static>, place: &Place) {
    add_times(env, place);
    add_texts(env, place);
    // Of the engine's own filters only those that cannot make a value grow.
    env.add_filter("default", minijinja::filters::default);
    env.add_filter("d", minijinja::filters::default);
    env.add_filter("first", minijinja::filters::first);
    env.add_filter("last", minijinja::filters::last);
    env.add_filter("round", minijinja::filters::round);
    env.add_filter("abs", minijinja::filters::abs);
    env.add_filter("int", minijinja::filters::int);
    env.add_test("defined", minijinja::tests::is_defined);
    env.add_test("undefined", minijinja::tests::is_undefined);
    env.add_test("none", minijinja::tests::is_none);
    env.add_test("odd", minijinja::tests::is_odd);
    env.add_test("even", minijinja::tests::is_even);
    env.add_test("string", |value: &Value| text_of(value).is_some());
    env.add_test("number", minijinja::tests::is_number);
    env.add_test("true", minijinja::tests::is_true);
    env.add_test("false", minijinja::tests::is_false);
}

fn add_times(env: &mut Environment<'static>, place: &Place) {
    let here = place.clone();
    env.add_filter(
        "datetime",
        move |state: &mut State<'_, '_>, value: Value, zone: Option<String>, style: Option<String>, more: Kwargs| {
            charge(state, MOMENT)?;
            datetime(&here, &value, zone.as_deref(), style.as_deref(), &more)
        },
    );
    let here = place.clone();
    env.add_filter(
        "date",
        move |state: &mut State<'_, '_>, value: Value, zone: Option<String>, style: Option<String>| {
            charge(state, MOMENT)?;
            let (zone, style) = (here.zone(zone.as_deref())?, style_named(style.as_deref())?);
            Ok::<_, Error>(dates::date(moment(&value)?, &zone, style, here.locale))
        },
    );
    let here = place.clone();
    env.add_filter("time", move |state: &mut State<'_, '_>, value: Value, zone: Option<String>| {
        charge(state, MOMENT)?;
        Ok::<_, Error>(dates::time(moment(&value)?, &here.zone(zone.as_deref())?))
    });
    let here = place.clone();
    env.add_filter("zone_name", move |state: &mut State<'_, '_>, value: Value, zone: Option<String>| {
        charge(state, MOMENT)?;
        Ok::<_, Error>(dates::zone_name(moment(&value)?, &here.zone(zone.as_deref())?, here.locale))
    });
}

fn add_texts(env: &mut Environment<'static>, place: &Place) {
    let here = place.clone();
    env.add_function("t", move |state: &mut State<'_, '_>, key: &str, values: Kwargs| {
        counted(state, here.translate(key, &values)?)
    });
    let here = place.clone();
    env.add_function("url", move |state: &mut State<'_, '_>, path: Option<&str>, values: Kwargs| {
        counted(state, here.url(path.unwrap_or_default(), &values)?)
    });
    let here = place.clone();
    env.add_filter("localized", move |value: Value| here.localized(&value));
    let here = place.clone();
    env.add_filter("paragraphs", move |state: &mut State<'_, '_>, value: Value| here.paragraphs(state, &value));
    env.add_filter("join", join);
    env.add_filter("upper", |state: &mut State<'_, '_>, value: Value| counted(state, text(&value)?.to_uppercase()));
    env.add_filter("lower", |state: &mut State<'_, '_>, value: Value| counted(state, text(&value)?.to_lowercase()));
    env.add_filter("trim", |state: &mut State<'_, '_>, value: Value| counted(state, text(&value)?.trim().to_owned()));
    env.add_filter("length", length);
    env.add_filter("count", length);
}

fn datetime(here: &Place, value: &Value, zone: Option<&str>, style: Option<&str>, more: &Kwargs) -> Answer {
    let (start, there) = (moment(value)?, here.zone(zone)?);
    let until: Option<Value> = more.get("until")?;
    more.assert_all_used()?;
    let end = until.filter(|end| !end.is_none() && !end.is_undefined()).map(|end| moment(&end)).transpose()?;
    let moment = dates::datetime(start, end, &there, style_named(style)?, here.locale);
    if here.format == Format::Text {
        return Ok(Value::from(moment.to_string()));
    }
    let iana = there.iana_name().unwrap_or("UTC");
    let until = end.map(|end| format!(" data-until=\"{end}\"")).unwrap_or_default();
    let (day, clock) = (Escaped(&moment.day), Escaped(&moment.clock));
    let html = format!(
        "<time datetime=\"{start}\"{until} data-zone=\"{iana}\">{day}, <span class=\"clock\">{clock}</span></time>"
    );
    Ok(Value::from_safe_string(html))
}

impl Place {
    fn zone(&self, name: Option<&str>) -> Answer<TimeZone> {
        match name {
            Some(name) => dates::zone(name).map_err(|_| refused(format!("there is no time zone {name:?}"))),
            None => Ok(self.zone.clone()),
        }
    }

    fn translate(&self, key: &str, values: &Kwargs) -> Answer<String> {
        let text = self.texts.iter().find_map(|texts| texts.get(self.locale, key)).unwrap_or(key);
        fill(text, values, |value| written(value).into_owned())
    }

    fn url(&self, path: &str, values: &Kwargs) -> Answer<String> {
        let filled = fill(path, values, |value| utf8_percent_encode(&written(value), &SEGMENT).to_string())?;
        let below = filled.trim_start_matches('/');
        let mount = self.mount.get(self.locale);
        Ok(if below.is_empty() { mount.to_owned() } else { format!("{mount}/{below}") })
    }

    fn localized(&self, value: &Value) -> Answer {
        if value.kind() != minijinja::value::ValueKind::Map {
            return Ok(value.clone());
        }
        let wanted = value.get_attr(self.locale.code())?;
        if wanted.is_true() { Ok(wanted) } else { value.get_attr(Locale::En.code()) }
    }

    fn paragraphs(&self, state: &mut State<'_, '_>, value: &Value) -> Answer {
        let localized = self.localized(value)?;
        let text = text_of(&localized).unwrap_or_default();
        charge(state, text.len())?;
        let text = text.replace("\r\n", "\n");
        if self.format == Format::Text {
            return Ok(long_text::value(text));
        }
        let parts = text.split("\n\n").map(str::trim).filter(|part| !part.is_empty());
        let html: String =
            parts.map(|part| format!("<p>{}</p>\n", Escaped(part).to_string().replace('\n', "<br>"))).collect();
        bounded(html).map(long_text::safe_value)
    }
}

/// Puts values in the place of `{name}`.
fn fill(text: &str, values: &Kwargs, write: impl Fn(&Value) -> String) -> Answer<String> {
    let names: Vec<&str> = values.args().collect();
    let mut filled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        let named = after.split_once('}').filter(|(name, _)| names.contains(name));
        rest = match named {
            Some((name, after)) => {
                filled.push_str(&write(&values.get::<Value>(name)?));
                after
            }
            None => {
                filled.push('{');
                after
            }
        };
        if filled.len() > LONGEST_TEXT {
            return Err(too_long());
        }
    }
    filled.push_str(rest);
    bounded(filled)
}

fn join(state: &mut State<'_, '_>, items: &Value, separator: Option<&str>) -> Answer {
    let separator = separator.unwrap_or_default();
    let mut joined = String::new();
    for (place, item) in items.try_iter()?.enumerate() {
        if place > 0 {
            joined.push_str(separator);
        }
        joined.push_str(&written(&item));
        if joined.len() > LONGEST_TEXT {
            return Err(too_long());
        }
    }
    counted(state, joined)
}

fn length(state: &mut State<'_, '_>, value: &Value) -> Answer<usize> {
    if let Some(text) = text_of(value) {
        charge(state, text.len())?;
        return Ok(text.chars().count());
    }
    value.len().ok_or_else(|| refused(format!("a value of type {} has no length", value.kind())))
}

fn text(value: &Value) -> Answer<&str> {
    text_of(value).ok_or_else(|| refused(format!("a value of type {} is no text", value.kind())))
}

/// A text that a filter made, counted.
fn counted(state: &mut State<'_, '_>, text: String) -> Answer {
    charge(state, text.len())?;
    bounded(text).map(long_text::value)
}

/// A moment given as microseconds since 1970 or as RFC 3339.
fn moment(value: &Value) -> Answer<Timestamp> {
    let read = match value.as_i64() {
        Some(microseconds) => Timestamp::from_microsecond(microseconds).ok(),
        None => value.as_str().and_then(|text| text.parse().ok()),
    };
    read.ok_or_else(|| refused(format!("{value} is neither microseconds since 1970 nor a time of RFC 3339")))
}

fn style_named(name: Option<&str>) -> Answer<Style> {
    let name = name.unwrap_or("full");
    Style::from_name(name).ok_or_else(|| refused(format!("there is no date style {name:?}")))
}

fn bounded(text: String) -> Answer<String> {
    if text.len() > LONGEST_TEXT { Err(too_long()) } else { Ok(text) }
}

fn too_long() -> Error {
    refused(format!("a filter wrote more than {LONGEST_TEXT} bytes"))
}

fn refused(sentence: String) -> Error {
    Error::new(ErrorKind::InvalidOperation, sentence)
}
