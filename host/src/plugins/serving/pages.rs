//! Requests below `/{locale}/{mount}`: pages and files.

use std::sync::OnceLock;

use axum::response::Response;
use http::{HeaderValue, Method, header};
use jiff::Timestamp;
use magnetiq_contract::answer::File;
use magnetiq_contract::describe::{Route, RouteKind};
use magnetiq_contract::text::Text;

use super::dispatch::Visit;
use super::drawing::Drawing;
use super::routes_table::Matched;
use crate::error::{Error, Result};
use crate::http::LeadsTo;
use crate::plugins::Plugins;
use crate::plugins::rights::gate::Ungranted;
use crate::plugins::sandbox::answers::{Answer, file_headers, see_other};
use crate::plugins::sandbox::call::Finished;
use crate::plugins::sandbox::fault::Fault;
use crate::plugins::sandbox::state::Asked;
use crate::plugins::sandbox::task;
use crate::site::{Key, Reads, Rendering};

impl Visit {
    /// Answers on the site.
    pub async fn page(self, below: &str) -> Result<Response> {
        let matched = self.plugin.built.routes.find(RouteKind::Page, self.parts.method.as_str(), below)?;
        let plugin = self.plugin.clone();
        let route = plugin.description().routes.get(matched.route).ok_or_else(Error::not_found)?;
        self.cause.caller.check(&route.access)?;
        if !matches!(self.parts.method, Method::GET | Method::HEAD) {
            return self.submit(below, route, matched).await;
        }
        self.take_rate(route)?;
        self.show(route, matched).await
    }

    /// A page or file, from the cache while it holds.
    async fn show(&self, route: &Route, matched: Matched) -> Result<Response> {
        let key = Key::of(self.cause.locale, &self.parts.uri, &route.query, &self.parts.headers);
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
        let mut finished = self.run(self.reading_call(RouteKind::Page, matched, query)).await?;
        let _trial = finished.trial.take();
        let asked = finished.asked;
        let mut reads = Plugins::reads(&finished, &marks);
        match answer_on_page(finished)? {
            Answer::Page(_, page) => {
                note_freshness(&mut reads, asked, page.fresh_until);
                reads.personal |= page.meta.private;
                let leads_to = page.meta.leads_to.as_deref().and_then(LeadsTo::of);
                Ok(Rendering { leads_to, ..Rendering::html(self.drawing().draw(&page, None)?, reads) })
            }
            Answer::File(file, body) => {
                note_freshness(&mut reads, asked, file.fresh_until);
                Ok(file_rendering(&file, body, reads))
            }
            Answer::Problem(refusal) => Err(refusal),
            Answer::Redirect(to) => Err(moved.set(to).err().map_or_else(Error::not_found, Error::internal)),
            Answer::Away(_) => {
                Err(self.plugin.usage.fault(&Fault::Answer("a way out of the site that no form leads".into())))
            }
            Answer::Json(..) | Answer::Empty => Err(Error::internal("data where a page belongs")),
        }
    }

    pub(super) fn drawing(&self) -> Drawing {
        Drawing {
            public: self.plugins.public.clone(),
            plugin: self.plugin.clone(),
            locale: self.cause.locale,
            path: self.parts.uri.path().to_owned(),
        }
    }

    /// The declared parameters; links from elsewhere carry others, which a page does not see.
    pub(super) fn page_query(&self, route: &Route) -> Vec<(String, String)> {
        let given = form_urlencoded::parse(self.parts.uri.query().unwrap_or_default().as_bytes());
        given.into_owned().filter(|(name, _)| route.query.contains(name)).collect()
    }
}

/// The guest's answer on a page. What its grants do not reach is no fault of the visitor's, who reads nothing of it.
pub(super) fn answer_on_page(finished: Finished) -> Result<Answer> {
    Ok(match finished.answer()? {
        Answer::Problem(refusal) if Ungranted::caused(&refusal) => {
            Answer::Problem(Error::unavailable(not_now(), refusal.retry_seconds().unwrap_or(task::RETRY_AFTER)))
        }
        answer => answer,
    })
}

/// A quantity that is used up is no fault of the visitor's either: they may come again in the next hour.
pub(super) fn for_visitors(error: Error) -> Error {
    match error.retry_seconds() {
        Some(seconds) if Ungranted::caused(&error) => Error::unavailable(not_now(), seconds),
        _ => error,
    }
}

fn not_now() -> Text {
    Text::new(
        "This does not work at the moment. Please try again later.",
        "Das geht im Moment nicht. Bitte versuchen Sie es später noch einmal.",
    )
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
        leads_to: None,
        reads,
    }
}
