//! What search engines read first.

use std::fmt::Write;

use axum::extract::State;
use axum::response::IntoResponse;
use http::header::CONTENT_TYPE;
use magnetiq_contract::text::{Locale, Text};

use super::Layout;
use super::escape::Escaped;
use crate::app::App;

/// `GET /sitemap.xml`: the start page and what the menu lists, in each language.
pub(super) async fn sitemap(State(app): State<App>) -> impl IntoResponse {
    ([(CONTENT_TYPE, "application/xml; charset=utf-8")], xml(&app.public.layout))
}

/// `GET /robots.txt`
pub(super) async fn robots(State(app): State<App>) -> String {
    let root = &app.public.layout.identity().public_url;
    format!("User-agent: *\nDisallow: /admin\nDisallow: /api/\n\nSitemap: {root}/sitemap.xml\n")
}

fn xml(layout: &Layout) -> String {
    let root = &layout.identity().public_url;
    let mut pages = vec![Text::new("/en/", "/de/")];
    let navigation = layout.navigation();
    pages.extend(navigation.iter().map(|entry| entry.path.clone()));
    let mut xml = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\" \
         xmlns:xhtml=\"http://www.w3.org/1999/xhtml\">\n",
    );
    for (page, locale) in pages.iter().flat_map(|page| Locale::ALL.map(|locale| (page, locale))) {
        let address = |locale| format!("{root}{}", page.get(locale));
        let _ = write!(xml, "<url><loc>{}</loc>", Escaped(&address(locale)));
        for other in Locale::ALL {
            let (code, href) = (other.code(), address(other));
            let _ = write!(xml, "<xhtml:link rel=\"alternate\" hreflang=\"{code}\" href=\"{}\"/>", Escaped(&href));
        }
        xml.push_str("</url>\n");
    }
    xml.push_str("</urlset>\n");
    xml
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::site::{Identity, NavEntry};

    #[test]
    fn every_page_of_the_menu_is_listed_with_its_pair() {
        let layout = Layout::new(Identity {
            name: "Talks & Co".into(),
            public_url: "https://www.example.com".into(),
            time_zone: "Europe/Berlin".into(),
        });
        let layout = layout.unwrap();
        layout.set_navigation(vec![NavEntry {
            title: Text::new("Talks", "Vorträge"),
            path: Text::new("/en/talks", "/de/vortraege"),
        }]);
        let xml = xml(&layout);
        assert_eq!(xml.matches("<url>").count(), 4);
        assert!(xml.contains("<loc>https://www.example.com/de/vortraege</loc>"));
        assert!(xml.contains("hreflang=\"en\" href=\"https://www.example.com/en/talks\""));
    }
}
