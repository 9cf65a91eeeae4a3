//! Pages and API routes.

use magnetiq_contract::answer;
use magnetiq_contract::describe::{Access, RateLimit, Route, RouteKind};
use serde_json::Value;

use super::{Found, Registry, Wanted};
use crate::answer::{Answer, Redirect, Response};
use crate::call::{Body, Call, Request, fill};
use crate::error::Result;
use crate::handler::{Reads, Writes};

/// Query parameter that a page finds after its form was accepted.
pub const DONE: &str = "done";

type Schema = fn() -> Option<Value>;

/// What a handler takes and answers, and where it runs; a reading one takes nothing.
#[derive(Clone, Copy, Default)]
struct Taken {
    schema: Option<Schema>,
    raw: bool,
    detached: bool,
    status: Option<u16>,
}

impl Taken {
    fn by_reading<M, H: Reads<M>>() -> Self {
        Self { status: H::Answer::STATUS, ..Self::default() }
    }

    fn by<M, H: Writes<M>>() -> Self {
        let status = H::Answer::STATUS;
        Self { schema: Some(H::Body::schema), raw: H::Body::RAW, detached: H::DETACHED, status }
    }
}

impl Registry {
    /// A page below the plugin's mount, public unless it says otherwise: `site.page("/{slug}", topic)`.
    pub fn page<M>(&mut self, path: &'static str, handler: impl Reads<M>) -> PageEntry<'_> {
        if self.route(RouteKind::Page, "GET", path, Taken::default()) {
            self.found = Some(Found::Route(Box::new(move |request| read(path, &handler, request))));
        }
        PageEntry { entry: RouteEntry { site: self }.public(), path }
    }

    /// An API route that reads.
    pub fn get<M, H: Reads<M>>(&mut self, path: &'static str, handler: H) -> RouteEntry<'_> {
        if self.route(RouteKind::Api, "GET", path, Taken::by_reading::<M, H>()) {
            self.found = Some(Found::Route(Box::new(move |request| read(path, &handler, request))));
        }
        RouteEntry { site: self }
    }

    /// An API route that creates, or does something.
    pub fn post<M, H: Writes<M>>(&mut self, path: &'static str, handler: H) -> RouteEntry<'_> {
        self.write("POST", path, handler)
    }

    /// An API route that replaces.
    pub fn put<M, H: Writes<M>>(&mut self, path: &'static str, handler: H) -> RouteEntry<'_> {
        self.write("PUT", path, handler)
    }

    /// An API route that changes.
    pub fn patch<M, H: Writes<M>>(&mut self, path: &'static str, handler: H) -> RouteEntry<'_> {
        self.write("PATCH", path, handler)
    }

    /// An API route that removes.
    pub fn delete<M, H: Writes<M>>(&mut self, path: &'static str, handler: H) -> RouteEntry<'_> {
        self.write("DELETE", path, handler)
    }

    fn write<M, H: Writes<M>>(&mut self, method: &str, path: &'static str, handler: H) -> RouteEntry<'_> {
        if self.route(RouteKind::Api, method, path, Taken::by::<M, H>()) {
            self.found = Some(Found::Route(Box::new(move |request| write(path, &handler, request))));
        }
        RouteEntry { site: self }
    }

    /// Counts a route, describes it when asked to; true when it is the wanted one.
    fn route(&mut self, kind: RouteKind, method: &str, path: &'static str, taken: Taken) -> bool {
        let id = self.routes;
        self.routes += 1;
        if let Some(description) = &mut self.description {
            let Taken { schema, raw, detached, status } = taken;
            let body = schema.and_then(|schema| schema());
            description.routes.push(Route {
                kind,
                method: method.into(),
                path: path.into(),
                access: Access::Nobody,
                detached,
                limit: None,
                query: Vec::new(),
                body,
                raw,
                status,
                summary: String::new(),
            });
        }
        matches!(self.wanted, Wanted::Route(wanted) if wanted == id)
    }
}

fn read<M>(path: &'static str, handler: &impl Reads<M>, request: Request) -> Result<Response> {
    handler.run(Call::read(path, request)?).respond()
}

fn write<M, H: Writes<M>>(path: &'static str, handler: &H, request: Request) -> Result<Response> {
    handler.run(Call::read(path, request)?).respond()
}

/// A route that is being registered: who may call it, how often, with what.
///
/// ```
/// # use magnetiq_sdk::prelude::*;
/// # fn list(_: &Snapshot) -> Json<i64> { Json(0) }
/// fn register(site: &mut Registry) {
///     site.get("/notes", list).public().limit("10/min per address").query(&["year"]).summary("Lists the notes");
///     site.get("/mine", list).signed_in();
///     site.get("/all", list).permission("notes:read");
/// }
/// ```
#[derive(Debug)]
pub struct RouteEntry<'a> {
    site: &'a mut Registry,
}

impl RouteEntry<'_> {
    /// Anyone may call it.
    pub fn public(self) -> Self {
        self.access(|| Access::Public)
    }

    /// Any signed-in user may call it.
    pub fn signed_in(self) -> Self {
        self.access(|| Access::SignedIn)
    }

    /// Users with this permission may call it, such as `webinars:write`.
    pub fn permission(self, name: &str) -> Self {
        self.access(|| Access::Permission(name.into()))
    }

    /// At most so many calls from one address: `"10/min per address"`, with `s`, `min`, `h` or `day`.
    ///
    /// # Panics
    /// When `limit` reads otherwise; the packer shows it.
    pub fn limit(mut self, limit: &str) -> Self {
        if let Some(route) = self.route() {
            route.limit = Some(
                parse_limit(limit).unwrap_or_else(|| panic!("{limit:?} is no limit such as \"10/min per address\"")),
            );
        }
        self
    }

    /// Query parameters that it reads; others are refused on the API and ignored on pages.
    pub fn query(mut self, names: &[&str]) -> Self {
        if let Some(route) = self.route() {
            route.query.extend(names.iter().copied().map(String::from));
        }
        self
    }

    /// One line for the API's documentation.
    pub fn summary(mut self, line: &str) -> Self {
        if let Some(route) = self.route() {
            route.summary = line.into();
        }
        self
    }

    fn access(mut self, access: impl FnOnce() -> Access) -> Self {
        if let Some(route) = self.route() {
            route.access = access();
        }
        self
    }

    fn route(&mut self) -> Option<&mut Route> {
        self.site.description.as_mut()?.routes.last_mut()
    }
}

fn parse_limit(limit: &str) -> Option<RateLimit> {
    let (times, rest) = limit.split_once('/')?;
    let unit = rest.strip_suffix(" per address").unwrap_or(rest);
    let seconds = match unit.trim() {
        "s" | "second" => 1,
        "min" | "minute" => 60,
        "h" | "hour" => 3600,
        "day" => 86_400,
        _ => return None,
    };
    Some(RateLimit { times: times.trim().parse().ok().filter(|times| *times > 0)?, seconds })
}

/// A page that is being registered.
///
/// ```
/// # use magnetiq_sdk::prelude::*;
/// # fn note(_: &Snapshot) -> Page { Page::new("note.html", json!({})) }
/// # fn save(_: &Tx, _: Call) -> Result<()> { Ok(()) }
/// fn register(site: &mut Registry) {
///     site.page("/", note).query(&["year"]).limit("60/min per address").summary("The notes of a year");
///     site.page("/mine", note).signed_in();
///     site.page("/new", note).permission("notes:write").form(save).permission("notes:write");
/// }
/// ```
pub struct PageEntry<'a> {
    entry: RouteEntry<'a>,
    path: &'static str,
}

impl<'a> PageEntry<'a> {
    /// The page's form, sent by POST to the page's own path. Accepted: a redirect, to the page itself with `?done`
    /// unless the handler says where. Refused with faults of fields: the host draws the page again with them and with
    /// what was sent; nothing is stored.
    pub fn form<M, H: Writes<M>>(mut self, handler: H) -> RouteEntry<'a> {
        let path = self.path;
        if let Some(route) = self.entry.route() {
            route.query.push(DONE.into());
        }
        let site = self.entry.site;
        if site.route(RouteKind::Page, "POST", path, Taken::by::<M, H>()) {
            site.found = Some(Found::Route(Box::new(move |request| submit(path, &handler, request))));
        }
        RouteEntry { site }.public()
    }

    /// As [`RouteEntry::signed_in`].
    pub fn signed_in(self) -> Self {
        Self { entry: self.entry.signed_in(), ..self }
    }

    /// As [`RouteEntry::permission`].
    pub fn permission(self, name: &str) -> Self {
        Self { entry: self.entry.permission(name), ..self }
    }

    /// As [`RouteEntry::limit`].
    pub fn limit(self, limit: &str) -> Self {
        Self { entry: self.entry.limit(limit), ..self }
    }

    /// As [`RouteEntry::query`].
    pub fn query(self, names: &[&str]) -> Self {
        Self { entry: self.entry.query(names), ..self }
    }

    /// As [`RouteEntry::summary`].
    pub fn summary(self, line: &str) -> Self {
        Self { entry: self.entry.summary(line), ..self }
    }
}

fn submit<M, H: Writes<M>>(path: &'static str, handler: &H, request: Request) -> Result<Response> {
    let own = fill(path, &request.path);
    let response = write(path, handler, request)?;
    match response.kind.as_str() {
        answer::REDIRECT | answer::AWAY | answer::PAGE | answer::FILE => Ok(response),
        _ => Redirect::to(format!("{own}?{DONE}=1")).respond(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_read() {
        assert_eq!(parse_limit("10/min per address"), Some(RateLimit { times: 10, seconds: 60 }));
        assert_eq!(parse_limit("1/day"), Some(RateLimit { times: 1, seconds: 86_400 }));
        for wrong in ["", "10", "0/min", "ten/min", "10/year"] {
            assert_eq!(parse_limit(wrong), None, "{wrong}");
        }
    }
}
