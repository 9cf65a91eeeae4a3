//! Errors as pages, for people with a browser.

use magnetiq_contract::answer::Meta;
use magnetiq_contract::text::Locale;
use minijinja::context;

use super::Layout;
use super::address::Addresses;
use crate::error::{Code, Error, Result};
use crate::http::layers::{ErrorPage, RequestId};

/// The page for an error, with the way back to the form that met it; our own faults name the request, so that they can
/// be found in the log.
///
/// # Errors
/// Internal, when the template fails.
pub fn error_page(layout: &Layout, page: &ErrorPage<'_>) -> Result<String> {
    let ErrorPage { error, locale, form, request: RequestId(id) } = *page;
    let code = error.code();
    let name = match code {
        Code::NotFound => "not_found",
        Code::Gone => "gone",
        Code::Unavailable => "later",
        Code::RateLimited => "often",
        Code::Forbidden | Code::Unauthenticated => "forbidden",
        code if code.status().is_client_error() => "request",
        _ => "internal",
    };
    let key = format!("error.{name}.title");
    let meta = Meta { title: layout.text(locale, &key).to_owned(), ..Meta::default() };
    let id = Some(id).filter(|_| code.status().is_server_error());
    let form = form.filter(|_| !matches!(name, "not_found" | "gone"));
    let data = context! { name, status => code.status().as_u16(), sentence => sentence(error, locale), form, id };
    layout.render_own(locale, "error.html", &meta, Addresses::of_nothing(), data)
}

/// What only the refusal itself knows, where it says so in the visitor's language.
fn sentence(error: &Error, locale: Locale) -> Option<&str> {
    let sentence = error.sentence();
    let spoken = locale == Locale::En || !sentence.de.is_empty();
    Some(sentence.get(locale)).filter(|_| spoken && tells_more(error.code()))
}

fn tells_more(code: Code) -> bool {
    use Code::{Conflict, Gone, MisdirectedRequest, PayloadTooLarge, RateLimited, Unavailable};
    matches!(code, Conflict | Gone | MisdirectedRequest | PayloadTooLarge | RateLimited | Unavailable)
}
