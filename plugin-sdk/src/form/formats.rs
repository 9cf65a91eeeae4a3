//! The shapes of texts.

use magnetiq_contract::describe::FieldKind;
use magnetiq_contract::expected;
use magnetiq_contract::names::is_kebab;
use magnetiq_contract::rule::Rule;

/// The rule that a text of this kind breaks.
pub(super) fn broken(kind: FieldKind, text: &str) -> Option<Rule> {
    let (holds, rule) = match kind {
        FieldKind::Text => (!text.chars().any(char::is_control), Rule::expected(expected::ONE_LINE)),
        FieldKind::Email => (is_email(text), Rule::Email),
        FieldKind::Url => (is_url(text), Rule::Url),
        FieldKind::Slug => (is_kebab(text), Rule::Slug),
        FieldKind::TimeZone => (is_zone(text), Rule::TimeZone),
        _ => (true, Rule::Unknown),
    };
    (!holds).then_some(rule)
}

/// As browsers check it, with a dot in the domain; whether it exists only a mail can tell.
fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else { return false };
    let plain = |letter: char| letter.is_ascii_graphic() && !"@,;:<>()[]\\\"".contains(letter);
    let label = |label: &str| {
        let inner = label.chars().all(|letter| letter.is_alphanumeric() || letter == '-');
        inner && !label.is_empty() && !label.starts_with('-') && !label.ends_with('-')
    };
    let local_ok = !local.is_empty() && local.len() <= 64 && local.chars().all(plain);
    local_ok
        && !local.starts_with('.')
        && !local.ends_with('.')
        && !local.contains("..")
        && text.len() <= 254
        && domain.contains('.')
        && domain.split('.').all(label)
}

fn is_url(text: &str) -> bool {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    rest.is_some_and(|rest| !rest.is_empty() && !rest.starts_with(['/', '?', '#', ':', '@']))
        && text.chars().all(|letter| letter.is_ascii_graphic())
}

/// The shape of an IANA zone; the host knows which exist.
fn is_zone(text: &str) -> bool {
    let part = |part: &str| {
        part.starts_with(|first: char| first.is_ascii_alphabetic())
            && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_+-".contains(&byte))
    };
    text.len() <= 64 && text.split('/').all(part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_are_told_apart() {
        let ok = |kind: FieldKind, text: &str| broken(kind, text).is_none();
        for address in ["ada@example.com", "a.b+c@mail.example.co", "ö".repeat(3).as_str()] {
            assert_eq!(ok(FieldKind::Email, address), address.contains('@'), "{address}");
        }
        for address in [
            "",
            "ada",
            "ada@",
            "@example.com",
            "ada@example",
            "a b@example.com",
            ".a@example.com",
            "a..b@example.com",
            "a@-x.com",
            "a@x..com",
            "a@b@example.com\r\n",
        ] {
            assert!(!ok(FieldKind::Email, address), "{address}");
        }
        assert!(ok(FieldKind::Url, "https://example.com/a?b=c") && !ok(FieldKind::Url, "javascript:alert(1)"));
        assert!(!ok(FieldKind::Url, "https:///path") && !ok(FieldKind::Url, "https://exa mple.com"));
        assert!(
            ok(FieldKind::Slug, "heat-pumps-2") && !ok(FieldKind::Slug, "heat--pumps") && !ok(FieldKind::Slug, "Heat")
        );
        assert!(ok(FieldKind::TimeZone, "America/Argentina/Buenos_Aires") && !ok(FieldKind::TimeZone, "../etc"));
        assert!(ok(FieldKind::LongText, "two\nlines") && !ok(FieldKind::Text, "two\nlines"));
    }
}
