//! Pages and API routes.

use std::collections::BTreeMap;

use magnetiq_contract::answer::Page;
use magnetiq_contract::describe::{Access, RateLimit, Route, RouteKind};
use serde_json::{Value, json};

use super::{Found, Registry, Wanted};
use crate::answer::{Answer, Redirect, Response};
use crate::call::{Body, Call, Request, fill};
use crate::environment::context;
use crate::error::{Code, Error, Result};
use crate::handler::{Reads, Writes};

/// Query parameter that a page finds after its form was accepted.
pub const DONE: &str = "done";

type Handler = Box<dyn Fn(Request) -> Result<Response>>;
type Schema = fn() -> Option<Value>;

impl Registry {
    /// A page below the plugin's mount, public unless it says otherwise: `site.page("/{slug}", topic)`.
    pub fn page<M>(&mut self, path: &'static str, handler: impl Reads<M>) -> PageEntry<'_> {
        let found = self.route(RouteKind::Page, "GET", path, false, None);
        let page: Option<Handler> = match self.wanted {
            Wanted::Route(wanted) if found || wanted == self.routes => {
                Some(Box::new(move |request| read(path, &handler, request)))
            }
            _ => None,
        };
        let entry = RouteEntry { site: self }.public();
        if !found {
            return PageEntry { entry, path, page };
        }
        entry.site.found = page.map(|page| Found::Route(page));
        PageEntry { entry, path, page: None }
    }

    /// An API route that reads.
    pub fn get<M>(&mut self, path: &'static str, handler: impl Reads<M>) -> RouteEntry<'_> {
        if self.route(RouteKind::Api, "GET", path, false, None) {
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
        if self.route(RouteKind::Api, method, path, H::DETACHED, Some(H::Body::schema)) {
            self.found = Some(Found::Route(Box::new(move |request| write(path, &handler, request))));
        }
        RouteEntry { site: self }
    }

    /// Counts a route, describes it when asked to; true when it is the wanted one.
    fn route(
        &mut self,
        kind: RouteKind,
        method: &str,
        path: &'static str,
        detached: bool,
        schema: Option<Schema>,
    ) -> bool {
        let id = self.routes;
        self.routes += 1;
        if let Some(description) = &mut self.description {
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
pub struct PageEntry<'a> {
    entry: RouteEntry<'a>,
    path: &'static str,
    page: Option<Handler>,
}

impl<'a> PageEntry<'a> {
    /// The page's form, sent by POST to the page's own path. Accepted: a redirect, to the page itself with `?done`
    /// unless the handler says where. Refused: the page again, with `form.values`, `form.errors` and `form.message`
    /// in its data; nothing is stored.
    pub fn form<M, H: Writes<M>>(mut self, handler: H) -> RouteEntry<'a> {
        let (path, page) = (self.path, self.page);
        if let Some(route) = self.entry.route() {
            route.query.push(DONE.into());
        }
        let site = self.entry.site;
        if site.route(RouteKind::Page, "POST", path, H::DETACHED, Some(H::Body::schema)) {
            site.found = Some(Found::Route(Box::new(move |request| submit(path, page, &handler, request))));
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

fn submit<M, H: Writes<M>>(
    path: &'static str,
    page: Option<Handler>,
    handler: &H,
    request: Request,
) -> Result<Response> {
    match write(path, handler, request.clone()) {
        Ok(response) if response.status < 300 && response.kind != magnetiq_contract::answer::PAGE => {
            Redirect::to(format!("{}?{DONE}=1", fill(path, &request.path))).respond()
        }
        Err(error) if error.code == Code::Validation || error.code == Code::Conflict => match page {
            Some(page) => again(&page, request, error),
            None => Err(error),
        },
        other => other,
    }
}

/// The page again, with what was sent and what is wrong with it.
fn again(page: &Handler, request: Request, error: Error) -> Result<Response> {
    let locale = context()?.locale;
    let errors: BTreeMap<_, _> =
        error.fields.iter().map(|fault| (fault.field.clone(), fault.rule.message(locale))).collect();
    let values = values(&request.body);
    let mut response = page(Request { path: request.path, ..Request::default() })?;
    let mut page: Page = serde_json::from_slice(&response.body)?;
    if let Value::Object(data) = &mut page.data {
        data.insert("form".into(), json!({ "values": values, "errors": errors, "message": error.message }));
    }
    page.meta.private = true;
    response.status = error.code.status();
    response.body = serde_json::to_vec(&page)?;
    Ok(response)
}

/// What was sent, to be shown again.
fn values(body: &[u8]) -> BTreeMap<String, String> {
    crate::urlencoded::pairs(body).unwrap_or_default().into_iter().collect()
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
