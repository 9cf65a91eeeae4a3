//! Which language a visitor reads.

use http::HeaderMap;
use http::header::ACCEPT_LANGUAGE;
use magnetiq_contract::text::Locale;

/// The site's language that `Accept-Language` likes best; English when it likes none.
#[must_use]
pub fn locale(headers: &HeaderMap) -> Locale {
    let wishes = headers.get_all(ACCEPT_LANGUAGE).iter().filter_map(|value| value.to_str().ok());
    let ranked = wishes.flat_map(|line| line.split(',')).filter_map(wish);
    // The first of equals wins, so only a greater weight replaces.
    let mut best: Option<(Locale, f32)> = None;
    for (locale, weight) in ranked {
        if best.is_none_or(|(_, known)| weight > known) {
            best = Some((locale, weight));
        }
    }
    best.map_or(Locale::default(), |(locale, _)| locale)
}

fn wish(part: &str) -> Option<(Locale, f32)> {
    let (range, parameters) = part.split_once(';').unwrap_or((part, ""));
    let weight = match parameters.trim().strip_prefix("q=") {
        Some(number) => number.trim().parse().ok().filter(|weight| (0.0..=1.0).contains(weight))?,
        None => 1.0,
    };
    let language = range.trim().split('-').next()?.to_ascii_lowercase();
    let locale = if language == "*" { Locale::default() } else { Locale::from_code(&language)? };
    (weight > 0.0).then_some((locale, weight))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_liked_language_wins() {
        for (header, expected) in [
            ("", Locale::En),
            ("de", Locale::De),
            ("de-AT,de;q=0.9,en;q=0.8", Locale::De),
            ("DE-ch", Locale::De),
            ("en-GB,de;q=0.9", Locale::En),
            ("en;q=0.3, de;q=0.7", Locale::De),
            ("de;q=0, en;q=0.1", Locale::En),
            ("de;q=0", Locale::En),
            ("fr,it;q=0.9", Locale::En),
            ("fr, de;q=0.2", Locale::De),
            ("*", Locale::En),
            ("*;q=0.1, de;q=0.5", Locale::De),
            ("de;q=banana, en;q=0.1", Locale::En),
            ("de;q=7, en;q=0.1", Locale::En),
            ("dexterity", Locale::En),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(ACCEPT_LANGUAGE, header.parse().unwrap());
            assert_eq!(locale(&headers), expected, "{header:?}");
        }
    }
}
