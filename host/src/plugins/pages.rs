//! Requests below `/{locale}/{mount}`: pages, forms, files.

use std::sync::{Arc, OnceLock};

use axum::response::{Html, IntoResponse, Response};
use http::{HeaderValue, Method, StatusCode, header};
use jiff::Timestamp;
use magnetiq_contract::answer::{File, Page};
use magnetiq_contract::describe::{Route, RouteKind};

use super::Plugins;
use super::answers::{Answer, file_headers, see_other};
use super::api::answer_of;
use super::dispatch::Visit;
use super::drawing::Drawing;
use super::fault::Fault;
use super::routes_table::Matched;
use super::state::Asked;
use super::task;
use super::trail::Trail;
use crate::error::{Code, Error, Result};
use crate::http::Parameters;
use crate::http::body::media_type;
use crate::site::{Key, Reads, RefusedForm, Rendering};

impl Visit {
    /// Answers on the site.
    pub async fn page(self, below: &str) -> Result<Response> {
        let matched = self.plugin.built.routes.find(RouteKind::Page, self.parts.method.as_str(), below)?;
        let plugin = self.plugin.clone();
        let route = plugin.description().routes.get(matched.route).ok_or_else(Error::not_found)?;
        self.caller.check(&route.access)?;
        self.take_rate(route)?;
        if matches!(self.parts.method, Method::GET | Method::HEAD) {
            return self.show(route, matched).await;
        }
        self.submit(below, route, matched).await
    }

    /// A page or file, from the cache while it holds.
    async fn show(&self, route: &Route, matched: Matched) -> Result<Response> {
        let key = Key::of(self.context.locale, &self.parts.uri, &route.query, &self.parts.headers);
        let query = self.page_query(route);
        let moved = OnceLock::new();
        let pages = &self.plugins.public.pages;
        let stored = pages.get_or_render(key, || self.render(matched, query, &moved)).await;
        match moved.into_inner() {
            Some(to) => Ok(see_other(&to)),
            None => Ok(stored?.respond(&self.parts.headers)),
        }
    }

    /// Renders for the cache. A redirect is not kept: its address goes to `moved`.
    async fn render(
        &self,
        matched: Matched,
        query: Vec<(String, String)>,
        moved: &OnceLock<String>,
    ) -> Result<Rendering> {
        let marks = self.plugins.store.marks();
        let finished = self.run(self.reading_call(RouteKind::Page, matched, query)).await?;
        let asked = finished.asked;
        let mut reads = Plugins::reads(&finished, &marks);
        match answer_of(finished)? {
            Answer::Page(_, page) => {
                note_freshness(&mut reads, asked, page.fresh_until);
                reads.personal |= page.meta.private;
                Ok(Rendering::html(self.drawing().draw(&page, None)?, reads))
            }
            Answer::File(file, body) => {
                note_freshness(&mut reads, asked, file.fresh_until);
                Ok(file_rendering(&file, body, reads))
            }
            Answer::Problem(problem) => Err(task::refusal(problem)),
            Answer::Redirect(to) => Err(moved.set(to).err().map_or_else(Error::not_found, Error::internal)),
            Answer::Json(..) | Answer::Empty => Err(Error::internal("data where a page belongs")),
        }
    }

    /// A form: 303 when it was taken, the page again with its faults when not.
    async fn submit(&self, below: &str, route: &Route, matched: Matched) -> Result<Response> {
        let values = self.form_values()?;
        let parameters = matched.parameters.clone();
        let trail = Trail::of(self, route, &parameters);
        let drawn = Arc::default();
        let draw = self.drawing().before_commit(Arc::clone(&drawn));
        let call = self.call(route, matched, self.page_query(route)).before_commit(draw);
        match answer_of(self.run(self.keeping(call, Some(trail), None)).await?)? {
            Answer::Redirect(to) => Ok(see_other(&to)),
            Answer::Page(status, page) => Ok(personal(status, self.drawn(&drawn, &page)?)),
            Answer::Problem(problem) => self.refuse(below, parameters, values, task::refusal(problem)).await,
            Answer::File(file, body) => Ok(super::answers::download(&file, body)),
            Answer::Json(..) | Answer::Empty => Err(Error::internal("data where a page belongs")),
        }
    }

    /// What was drawn before the commit; a page that keeps nothing is drawn now.
    fn drawn(&self, drawn: &OnceLock<String>, page: &Page) -> Result<String> {
        drawn.get().map_or_else(|| self.drawing().draw(page, None), |html| Ok(html.clone()))
    }

    /// The page of a refused form as it stands now, with what was typed and what is wrong.
    async fn refuse(
        &self,
        below: &str,
        parameters: Vec<String>,
        values: Vec<(String, String)>,
        refusal: Error,
    ) -> Result<Response> {
        let shown = matches!(refusal.code(), Code::Validation | Code::Conflict);
        let Some(matched) = self.plugin.built.routes.find(RouteKind::Page, "GET", below).ok().filter(|_| shown) else {
            return Err(refusal);
        };
        let call = self.reading_call(RouteKind::Page, Matched { parameters, ..matched }, Vec::new());
        match answer_of(self.run(call).await?)? {
            Answer::Page(_, page) => {
                let status = refusal.code().status();
                Ok(personal(status, self.drawing().draw(&page, Some(&RefusedForm::new(values, &refusal)))?))
            }
            // There is no such page: the form was sent to an address that somebody made up.
            Answer::Problem(problem) => Err(task::refusal(problem)),
            _ => Err(self.plugin.usage.fault(&Fault::Answer("no page for the form".into()))),
        }
    }

    fn drawing(&self) -> Drawing {
        Drawing {
            public: self.plugins.public.clone(),
            plugin: self.plugin.clone(),
            locale: self.context.locale,
            path: self.parts.uri.path().to_owned(),
        }
    }

    /// The declared parameters; links from elsewhere carry others, which a page does not see.
    fn page_query(&self, route: &Route) -> Vec<(String, String)> {
        let given = form_urlencoded::parse(self.parts.uri.query().unwrap_or_default().as_bytes());
        given.into_owned().filter(|(name, _)| route.query.contains(name)).collect()
    }

    /// The form's fields in their order.
    fn form_values(&self) -> Result<Vec<(String, String)>> {
        if media_type(&self.parts.headers) != "application/x-www-form-urlencoded" {
            return Err(Error::new(Code::UnsupportedMediaType, "The body must be a form."));
        }
        let text =
            std::str::from_utf8(&self.body).map_err(|_| Error::new(Code::BadRequest, "The form is not UTF-8."))?;
        let fields = Parameters::parse(text)?;
        Ok(fields.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect())
    }
}

/// A page that read the clock and says until when it is right holds until then.
fn note_freshness(reads: &mut Reads, asked: Asked, fresh_until: Option<i64>) {
    let until = fresh_until.and_then(|moment| Timestamp::from_microsecond(moment).ok());
    if asked.clock || until.is_some() {
        reads.read_clock(until);
    }
}

fn file_rendering(file: &File, body: Vec<u8>, reads: Reads) -> Rendering {
    let mut headers = file_headers(file);
    Rendering {
        body: body.into(),
        content_type: headers
            .remove(header::CONTENT_TYPE)
            .unwrap_or(HeaderValue::from_static("application/octet-stream")),
        disposition: headers.remove(header::CONTENT_DISPOSITION),
        reads,
    }
}

/// A page for one visitor: kept by nobody.
fn personal(status: StatusCode, html: String) -> Response {
    (status, [(header::CACHE_CONTROL, "no-store")], Html(html)).into_response()
}
