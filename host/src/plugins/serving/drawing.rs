//! Draws a plugin's pages in the site's layout.

use std::sync::{Arc, OnceLock};

use magnetiq_contract::answer::Page;
use magnetiq_contract::text::Locale;

use crate::error::Result;
use crate::plugins::live::Live;
use crate::plugins::sandbox::answers::Answer;
use crate::plugins::sandbox::ask::Said;
use crate::plugins::sandbox::call::BeforeCommit;
use crate::site::{PageRequest, PublicSite, RefusedForm};

/// Where a page is drawn.
#[derive(Clone)]
pub(super) struct Drawing {
    /// Its layout.
    pub public: Arc<PublicSite>,
    /// Its templates.
    pub plugin: Arc<Live>,
    /// Its language.
    pub locale: Locale,
    /// Its path as requested.
    pub path: String,
}

impl Drawing {
    /// The page, complete.
    ///
    /// # Errors
    /// Plugin failed, when its template fails; the plugin's page says why.
    pub fn draw(&self, page: &Page, form: Option<&RefusedForm>) -> Result<String> {
        let drawn = self.public.layout.render_page(&PageRequest {
            locale: self.locale,
            path: &self.path,
            templates: &self.plugin.built.templates,
            template: &page.template,
            data: &page.data,
            meta: &page.meta,
            json_ld: &page.json_ld,
            form,
        });
        drawn.map_err(|error| self.plugin.usage.undrawn(error))
    }

    /// Draws the page that a form is answered with before anything of the form is kept, into `drawn`.
    pub fn before_commit(self, drawn: Arc<OnceLock<String>>) -> BeforeCommit {
        Box::new(move |_, said| {
            if let Said::Response(Answer::Page(_, page)) = said {
                let html = self.draw(page, None)?;
                drawn.get_or_init(|| html);
            }
            Ok(())
        })
    }
}
