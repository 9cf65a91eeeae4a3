//! What a guest said, made into an HTTP answer.

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use magnetiq_contract::answer::{self, File, Page};
use magnetiq_contract::describe::RouteKind;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use super::bindings::exports::serve::exports::magnetiq::plugin::serve;
use super::fault::Fault;
use super::task;
use super::weight;
use crate::error::{Error, Result};
use crate::http::LeadsTo;
use crate::http::idempotency::Kept;

/// A guest's answer, read: whatever is wrong with it is known before anything of its call is kept.
pub(in crate::plugins) enum Answer {
    /// Data for the envelope, which are JSON.
    Json(StatusCode, JsonHead, String),
    /// Nothing.
    Empty,
    /// A page for the layout.
    Page(StatusCode, Box<Page>),
    /// Another address, for a GET.
    Redirect(String),
    /// Another server's address, after a page's form.
    Away(String),
    /// Bytes.
    File(File, Vec<u8>),
    /// A refusal.
    Problem(Error),
}

/// What goes with data.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(in crate::plugins) struct JsonHead {
    location: Option<String>,
    message: Option<String>,
}

impl Answer {
    /// Reads what a guest said on a route of this kind.
    ///
    /// # Errors
    /// A fault, when it is not what the contract says.
    pub fn of(route: RouteKind, response: serve::Response) -> Result<Self, Fault> {
        let serve::Response { status, kind, head, body } = response;
        match (route, kind.as_str()) {
            (RouteKind::Page, answer::JSON | answer::EMPTY) => Err(Fault::Answer("data where a page belongs".into())),
            (RouteKind::Api, answer::PAGE) => Err(Fault::Answer("a page on the API".into())),
            (RouteKind::Api, answer::AWAY) => Err(Fault::Answer("a way out of the site on the API".into())),
            (_, kind) => Self::read(status, kind, head, body),
        }
    }

    fn read(status: u16, kind: &str, head: String, body: Vec<u8>) -> Result<Self, Fault> {
        match kind {
            answer::JSON => Self::json(status, &head, body),
            answer::EMPTY => Ok(Self::Empty),
            answer::PAGE => Ok(Self::Page(StatusCode::from_u16(status).unwrap_or_default(), Box::new(read(&body)?))),
            answer::REDIRECT => redirect(head),
            answer::AWAY => away(head),
            answer::FILE => Ok(Self::File(read(head.as_bytes())?, body)),
            answer::PROBLEM => Ok(Self::Problem(task::refusal(read(&body)?))),
            _ => Err(Fault::Answer(format!("there is no kind {kind:?}"))),
        }
    }

    fn json(status: u16, head: &str, body: Vec<u8>) -> Result<Self, Fault> {
        let status = StatusCode::from_u16(status).ok().filter(StatusCode::is_success);
        let status = status.ok_or_else(|| Fault::Answer("data come with a status of success".into()))?;
        let head: JsonHead = if head.is_empty() { JsonHead::default() } else { read(head.as_bytes())? };
        if let Some(location) = &head.location {
            inside(location)?;
        }
        let body = String::from_utf8(body).map_err(|_| Fault::Answer("its JSON is not UTF-8".into()))?;
        serde_json::from_str::<&RawValue>(&body).map_err(|error| Fault::Answer(error.to_string()))?;
        Ok(Self::Json(status, head, body))
    }

    /// Does this answer keep what the call wrote?
    pub fn keeps(&self) -> bool {
        match self {
            Self::Problem(_) => false,
            Self::Page(status, _) => !status.is_client_error() && !status.is_server_error(),
            Self::Json(..) | Self::Empty | Self::Redirect(_) | Self::Away(_) | Self::File(..) => true,
        }
    }

    /// The answer as it is kept for a repeated request: data and nothing are, files and redirects are made anew.
    pub fn kept(&self) -> Option<Kept> {
        match self {
            Self::Json(status, head, body) => {
                let answer = envelope_text(*status, head, body);
                Some(Kept { status: status.as_u16(), location: head.location.clone(), answer })
            }
            Self::Empty => {
                Some(Kept { status: StatusCode::NO_CONTENT.as_u16(), location: None, answer: String::new() })
            }
            _ => None,
        }
    }

    /// The answer on the API.
    ///
    /// # Errors
    /// The guest's refusal.
    pub fn on_api(self) -> Result<Response> {
        match self {
            Self::Json(status, head, body) => Ok(envelope(status, &head, &body)),
            Self::Empty => Ok(StatusCode::NO_CONTENT.into_response()),
            Self::Redirect(to) => Ok(see_other(&to)),
            Self::File(file, body) => Ok(download(&file, body)),
            Self::Problem(refusal) => Err(refusal),
            Self::Page(..) | Self::Away(_) => Err(Error::internal("a page on the API")),
        }
    }
}

/// Puts the guest's JSON into the envelope as it is.
fn envelope_text(status: StatusCode, head: &JsonHead, body: &str) -> String {
    let usual = if status == StatusCode::CREATED { "Created" } else { "OK" };
    let message = head.message.as_deref().unwrap_or(usual);
    let mut text = String::with_capacity(body.len() + message.len() + 48);
    // Put together, not formatted: every answer of a plugin passes here.
    text.push_str(r#"{"success":true,"data":"#);
    text.push_str(body);
    text.push_str(r#","message":"#);
    text.push_str(&serde_json::to_string(message).unwrap_or_default());
    text.push('}');
    text
}

fn envelope(status: StatusCode, head: &JsonHead, body: &str) -> Response {
    let text = envelope_text(status, head, body);
    let mut response = (status, Body::from(text)).into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    if let Some(location) = head.location.as_deref().and_then(|location| HeaderValue::from_str(location).ok()) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    response
}

fn redirect(to: String) -> Result<Answer, Fault> {
    inside(&to)?;
    Ok(Answer::Redirect(to))
}

fn away(to: String) -> Result<Answer, Fault> {
    let plain = !to.contains(|c: char| c.is_whitespace()) && HeaderValue::from_str(&to).is_ok();
    match LeadsTo::of(&to) {
        Some(_) if plain => Ok(Answer::Away(to)),
        _ => Err(Fault::Answer(format!("no address of another server, {to:?}"))),
    }
}

/// Only addresses of this site: what is not said to lead away does not.
fn inside(to: &str) -> Result<(), Fault> {
    // Browsers drop control characters, so that one between two slashes would lead to another host.
    let plain = !to.contains(|c: char| c == '\\' || c.is_control()) && HeaderValue::from_str(to).is_ok();
    let inside = to.starts_with('/') && !to.starts_with("//") && plain;
    if inside { Ok(()) } else { Err(Fault::Answer(format!("an address out of the site, {to:?}"))) }
}

/// 303.
pub(in crate::plugins) fn see_other(to: &str) -> Response {
    match HeaderValue::from_str(to) {
        Ok(location) => (StatusCode::SEE_OTHER, [(header::LOCATION, location)]).into_response(),
        Err(error) => Error::internal(error).into_response(),
    }
}

/// Bytes with their type; saved under a name when they have one.
pub(in crate::plugins) fn download(file: &File, body: Vec<u8>) -> Response {
    let mut response = Body::from(body).into_response();
    response.headers_mut().extend(file_headers(file));
    response
}

/// Content type and disposition. What a browser could run is only ever saved.
pub(in crate::plugins) fn file_headers(file: &File) -> HeaderMap {
    let mut headers = HeaderMap::new();
    // A browser asked not to guess runs no script of another type: a plugin's file is none, whatever it says it is.
    let is_script = file.content_type.to_ascii_lowercase().contains("script");
    let content_type = HeaderValue::from_str(if is_script { "application/octet-stream" } else { &file.content_type });
    headers.insert(header::CONTENT_TYPE, content_type.unwrap_or(HeaderValue::from_static("application/octet-stream")));
    let runnable =
        !["text/calendar", "text/csv", "text/plain", "application/pdf", "image/png", "image/jpeg", "image/webp"]
            .iter()
            .any(|harmless| file.content_type.split(';').next() == Some(harmless));
    let name: String = file.name.iter().flat_map(|name| name.chars()).filter(|c| is_plain(*c)).collect();
    if file.name.is_some() || runnable {
        let disposition = format!("attachment; filename=\"{}\"", if name.is_empty() { "file" } else { &name });
        headers.extend(HeaderValue::from_str(&disposition).map(|value| (header::CONTENT_DISPOSITION, value)));
    }
    headers
}

fn is_plain(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, '.' | '-' | '_' | ' ')
}

fn read<T: DeserializeOwned>(json: &[u8]) -> Result<T, Fault> {
    weight::check(json.len()).map_err(Fault::Answer)?;
    serde_json::from_slice(json).map_err(|error| Fault::Answer(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(kind: &str, head: &str, body: &str) -> serve::Response {
        serve::Response { status: 200, kind: kind.into(), head: head.into(), body: body.into() }
    }

    #[test]
    fn a_redirect_never_leaves_the_site() {
        for to in [
            "https://evil.test/",
            "//evil.test",
            "/\\evil.test",
            "/\t/evil.test",
            "/\n/evil.test",
            "javascript:alert(1)",
            "",
        ] {
            assert!(Answer::of(RouteKind::Page, said(answer::REDIRECT, to, "")).is_err(), "{to}");
            let head = serde_json::json!({"location": to}).to_string();
            assert!(Answer::of(RouteKind::Api, said(answer::JSON, &head, "1")).is_err(), "{to}");
        }
        assert!(Answer::of(RouteKind::Page, said(answer::REDIRECT, "/en/webinars", "")).is_ok());
    }

    #[test]
    fn a_way_out_of_the_site_names_a_server_and_is_none_of_the_apis() {
        for to in
            ["/en/webinars", "javascript:alert(1)", "//evil.test", "https://a.test/ b", "https://a.test/\r\nX: y", ""]
        {
            assert!(Answer::of(RouteKind::Page, said(answer::AWAY, to, "")).is_err(), "{to}");
        }
        let room = "https://meet.example.org/room?with=parameters";
        assert!(Answer::of(RouteKind::Page, said(answer::AWAY, room, "")).is_ok());
        assert!(Answer::of(RouteKind::Api, said(answer::AWAY, room, "")).is_err());
    }

    #[test]
    fn broken_json_is_the_guests_fault() {
        assert!(matches!(Answer::of(RouteKind::Api, said(answer::JSON, "", "{\"a\":")), Err(Fault::Answer(_))));
    }

    #[test]
    fn what_a_browser_could_run_is_saved_and_not_shown() {
        let file = File { content_type: "text/html".into(), ..File::default() };
        assert_eq!(file_headers(&file)[header::CONTENT_DISPOSITION], "attachment; filename=\"file\"");
        for script in ["text/javascript", "application/JavaScript; charset=utf-8", "text/ecmascript"] {
            let file = File { content_type: script.into(), ..File::default() };
            assert_eq!(file_headers(&file)[header::CONTENT_TYPE], "application/octet-stream", "{script}");
        }
        let file = File { content_type: "text/calendar; charset=utf-8".into(), ..File::default() };
        assert!(!file_headers(&file).contains_key(header::CONTENT_DISPOSITION));
    }
}
