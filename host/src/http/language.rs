//! Which language a caller reads.

use http::{HeaderMap, header};
use magnetiq_contract::text::Locale;

/// The language that `Accept-Language` likes best; English when it likes none of ours.
#[must_use]
pub fn preferred(headers: &HeaderMap) -> Locale {
    let mut best = (Locale::default(), 0.0);
    let lines = headers.get_all(header::ACCEPT_LANGUAGE).iter().filter_map(|value| value.to_str().ok());
    for (locale, weight) in lines.flat_map(|line| line.split(',')).filter_map(wish) {
        // The first of equals wins, so only a greater weight replaces.
        if weight > best.1 {
            best = (locale, weight);
        }
    }
    best.0
}

fn wish(part: &str) -> Option<(Locale, f32)> {
    let (range, parameters) = part.split_once(';').unwrap_or((part, ""));
    let weight = match parameters.trim().strip_prefix("q=") {
        Some(number) => number.trim().parse().ok().filter(|weight| (0.0..=1.0).contains(weight))?,
        None => 1.0,
    };
    let language = range.trim().split('-').next()?.to_ascii_lowercase();
    let locale = if language == "*" { Locale::default() } else { Locale::from_code(&language)? };
    Some((locale, weight))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_liked_language_wins() {
        for (header, expected) in [
            ("", Locale::En),
            ("de", Locale::De),
            ("DE-at, en;q=0.8", Locale::De),
            ("en;q=0.3, de;q=0.7", Locale::De),
            ("de;q=0", Locale::En),
            ("fr, de;q=0.2", Locale::De),
            ("de;q=7", Locale::En),
            ("*, de;q=0.5", Locale::En),
        ] {
            let headers = HeaderMap::from_iter([(header::ACCEPT_LANGUAGE, header.parse().unwrap())]);
            assert_eq!(preferred(&headers), expected, "{header:?}");
        }
    }
}
