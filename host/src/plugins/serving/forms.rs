//! Forms of plugins' pages, without JavaScript: 303 when one was taken, the page again with what was typed and what is
//! wrong when not.

use std::sync::{Arc, OnceLock};

use axum::Extension;
use axum::response::{Html, IntoResponse, Response};
use http::header::{CACHE_CONTROL, RETRY_AFTER};
use http::{HeaderValue, StatusCode};
use magnetiq_contract::answer::Page;
use magnetiq_contract::describe::{Route, RouteKind};
use magnetiq_contract::rule::FieldError;

use super::dispatch::Visit;
use super::pages::answer_on_page;
use super::routes_table::Matched;
use super::trail::Trail;
use crate::error::{Code, Error, Result};
use crate::http::body::media_type;
use crate::http::{LeadsTo, Parameters};
use crate::plugins::sandbox::answers::{Answer, download, see_other};
use crate::plugins::sandbox::fault::Fault;
use crate::site::RefusedForm;

/// A form as it was sent.
struct Sent<'a> {
    /// Its page's address below the mount.
    below: &'a str,
    /// What the page's address says.
    parameters: Vec<String>,
    /// Its fields in their order.
    values: Vec<(String, String)>,
}

impl Visit {
    /// Takes a form, or shows it again.
    pub(super) async fn submit(self, below: &str, route: &Route, matched: Matched) -> Result<Response> {
        let (fields, faults) = self.form_fields()?;
        let values = fields.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        let sent = Sent { below, parameters: matched.parameters.clone(), values };
        match self.take_rate(route).and_then(|()| faultless(faults)) {
            Ok(()) => self.take(sent, route, matched).await,
            Err(refusal) => self.refuse(sent, refusal).await,
        }
    }

    async fn take(&self, sent: Sent<'_>, route: &Route, matched: Matched) -> Result<Response> {
        let trail = Trail::of(self, route, &matched.parameters);
        let drawn = Arc::default();
        let draw = self.drawing().before_commit(Arc::clone(&drawn));
        let call = self.call(route, matched, self.page_query(route)).before_commit(draw);
        match answer_on_page(self.run(self.keeping(call, Some(trail), None)).await?)? {
            Answer::Redirect(to) | Answer::Away(to) => Ok(see_other(&to)),
            Answer::Page(status, page) => Ok(personal(status, &page, self.drawn(&drawn, &page)?)),
            Answer::Problem(refusal) => self.refuse(sent, refusal).await,
            Answer::File(file, body) => Ok(download(&file, body)),
            Answer::Json(..) | Answer::Empty => Err(Error::internal("data where a page belongs")),
        }
    }

    /// What was drawn before the commit; a page that keeps nothing is drawn now.
    fn drawn(&self, drawn: &OnceLock<String>, page: &Page) -> Result<String> {
        drawn.get().map_or_else(|| self.drawing().draw(page, None), |html| Ok(html.clone()))
    }

    /// The page of a refused form as it stands now, with what was typed and what is wrong.
    async fn refuse(&self, sent: Sent<'_>, refusal: Error) -> Result<Response> {
        let Sent { below, parameters, values } = sent;
        let found = self.plugin.built.routes.find(RouteKind::Page, "GET", below);
        let Some(matched) = found.ok().filter(|_| can_be_mended(&refusal)) else {
            return Err(refusal);
        };
        let call = self.reading_call(RouteKind::Page, Matched { parameters, ..matched }, Vec::new());
        let mut finished = self.run(call).await?;
        let _trial = finished.trial.take();
        match answer_on_page(finished)? {
            Answer::Page(_, page) => {
                let html = self.drawing().draw(&page, Some(&RefusedForm::new(values, &refusal)))?;
                Ok(refused(&refusal, &page, html))
            }
            // There is no such page: the form was sent to an address that somebody made up.
            Answer::Problem(refusal) => Err(refusal),
            _ => Err(self.plugin.usage.fault(&Fault::Answer("no page for the form".into()))),
        }
    }

    /// The fields of the body, with those that stand twice or cannot be read.
    fn form_fields(&self) -> Result<(Parameters, Vec<FieldError>)> {
        if media_type(&self.parts.headers) != "application/x-www-form-urlencoded" {
            return Err(Error::new(
                Code::UnsupportedMediaType,
                ("The body must be a form.", "Der Inhalt muss ein Formular sein."),
            ));
        }
        Ok(Parameters::read(&self.body))
    }
}

fn faultless(faults: Vec<FieldError>) -> Result<()> {
    if faults.is_empty() { Ok(()) } else { Err(Error::fields(faults)) }
}

/// Does it help to send the form again, changed or later?
fn can_be_mended(refusal: &Error) -> bool {
    matches!(refusal.code(), Code::Validation | Code::Conflict | Code::RateLimited | Code::Unavailable)
}

/// A page for one visitor: kept by nobody.
fn personal(status: StatusCode, page: &Page, html: String) -> Response {
    let leads_to = page.meta.leads_to.as_deref().and_then(LeadsTo::of);
    (status, [(CACHE_CONTROL, "no-store")], leads_to.map(Extension), Html(html)).into_response()
}

fn refused(refusal: &Error, page: &Page, html: String) -> Response {
    let mut response = personal(refusal.code().status(), page, html);
    if let Some(seconds) = refusal.retry_seconds() {
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}
