//! Texts of a fixed form: web addresses, slugs, times, zones.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use url::Url;

use crate::people::address;

/// `name@domain.tld`, by the one rule for addresses of people.
#[must_use]
pub fn is_email(text: &str) -> bool {
    address::normal(text).is_some()
}

/// An absolute http(s) address without blanks.
#[must_use]
pub fn is_url(text: &str) -> bool {
    let scheme = text.starts_with("https://") || text.starts_with("http://");
    scheme && !text.chars().any(|letter| letter.is_whitespace() || letter.is_control()) && Url::parse(text).is_ok()
}

/// A moment of RFC 3339: date, `T`, time with seconds, zone as `Z` or offset; years 0000 to 9999 in UTC.
#[must_use]
pub fn rfc3339(text: &str) -> Option<Timestamp> {
    let bytes = text.as_bytes();
    let marks = [(4, b'-'), (7, b'-'), (10, b'T'), (13, b':'), (16, b':')];
    if !marks.into_iter().all(|(place, mark)| bytes.get(place) == Some(&mark)) || !ends_with_offset(bytes.get(19..)?) {
        return None;
    }
    let moment: Timestamp = text.parse().ok()?;
    // Later than year 9999 there is no moment; earlier than year 0 the text would be longer.
    (moment.as_second() >= -62_167_219_200).then_some(moment)
}

/// What follows the seconds: `Z`, `.123Z`, `+01:00`, `.5-02:30`.
fn ends_with_offset(rest: &[u8]) -> bool {
    let offset = match rest {
        [b'.', fraction @ ..] => {
            let digits = fraction.iter().take_while(|byte| byte.is_ascii_digit()).count();
            if !(1..=9).contains(&digits) {
                return false;
            }
            &fraction[digits..]
        }
        whole => whole,
    };
    match offset {
        [b'Z'] => true,
        [b'+' | b'-', h1, h2, b':', m1, m2] => [h1, h2, m1, m2].into_iter().all(u8::is_ascii_digit),
        _ => false,
    }
}

/// The zone's name as the time zone database writes it, when there is such a zone.
#[must_use]
pub fn time_zone(text: &str) -> Option<String> {
    let zone = TimeZone::get(text).ok()?;
    zone.iana_name().filter(|name| *name != "Etc/Unknown").map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn web_addresses_are_told_from_other_texts() {
        for good in ["https://example.org", "http://localhost:8036/a?b=c#d"] {
            assert!(is_url(good), "{good}");
        }
        for bad in [
            "",
            "example.org",
            "https:example.org",
            "javascript:alert(1)",
            "ftp://a.de",
            "https://",
            "https://a b.de",
            " https://a.de",
        ] {
            assert!(!is_url(bad), "{bad}");
        }
    }

    #[test]
    fn only_whole_times_of_rfc_3339_are_moments() {
        let nine = rfc3339("2026-03-01T09:00:00Z");
        assert!(nine.is_some());
        assert_eq!(rfc3339("2026-03-01T10:00:00+01:00"), nine);
        assert_eq!(rfc3339("2026-03-01T09:00:00.000000Z"), nine);
        for bad in [
            "",
            "2026-03-01",
            "2026-03-01T09:00:00",
            "2026-03-01 09:00:00Z",
            "2026-03-01T09:00Z",
            "20260301T090000Z",
            "2026-02-30T09:00:00Z",
            "2026-03-01T25:00:00Z",
            "2026-03-01T09:00:00Z[Europe/Berlin]",
            "2026-03-01T09:00:00.Z",
            "0000-01-01T00:00:00+01:00",
            "9999-12-31T23:59:59-01:00",
            "2026-03-01T09:00:00ü",
            "now",
        ] {
            assert_eq!(rfc3339(bad), None, "{bad}");
        }
    }

    #[test]
    fn zones_are_those_of_the_database() {
        assert_eq!(time_zone("Europe/Berlin").as_deref(), Some("Europe/Berlin"));
        assert_eq!(time_zone("europe/berlin").as_deref(), Some("Europe/Berlin"));
        for bad in ["", "Berlin", "Europe/Atlantis", "+01:00", "Etc/Unknown", "../etc/passwd"] {
            assert_eq!(time_zone(bad), None, "{bad}");
        }
    }
}
