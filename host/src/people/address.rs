//! E-mail addresses and names as people type them.

/// Most octets of a whole address and of the part before the `@` (RFC 5321).
const ADDRESS: usize = 254;
const LOCAL: usize = 64;

/// The address in lower case, or none when it cannot be one: it needs a part before the `@` and a domain with a dot.
/// Names under `.invalid` reach nobody and mark erased contacts, so they are refused.
#[must_use]
pub fn normal(text: &str) -> Option<String> {
    let address = text.trim().to_ascii_lowercase();
    let (local, domain) = address.rsplit_once('@')?;
    let fits = address.len() <= ADDRESS && !local.is_empty() && local.len() <= LOCAL;
    (fits && is_local(local) && is_domain(domain)).then_some(address)
}

/// The text on one line: runs of white space and control characters become one space.
#[must_use]
pub fn one_line(text: &str) -> String {
    let parts = text.split(|c: char| c.is_whitespace() || c.is_control());
    parts.filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

fn is_local(local: &str) -> bool {
    let dots_fine = !local.starts_with('.') && !local.ends_with('.') && !local.contains("..");
    dots_fine && local.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".!#$%&'*+/=?^_`{|}~-".contains(&byte))
}

fn is_domain(domain: &str) -> bool {
    domain.contains('.') && !domain.ends_with(".invalid") && domain.split('.').all(is_label)
}

fn is_label(label: &str) -> bool {
    let edges_fine = !label.starts_with('-') && !label.ends_with('-');
    !label.is_empty()
        && label.len() <= 63
        && edges_fine
        && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_compared_without_case_and_outer_space() {
        assert_eq!(normal(" Ada.Lovelace+Talk@Example.ORG ").as_deref(), Some("ada.lovelace+talk@example.org"));
    }

    #[test]
    fn what_cannot_be_an_address_is_refused() {
        let long = format!("{}@example.org", "a".repeat(65));
        let refused = [
            "",
            "ada",
            "@example.org",
            "ada@",
            "ada@example",
            "a da@example.org",
            "ada@exa mple.org",
            ".ada@example.org",
            "ada..l@example.org",
            "ada@-example.org",
            "ada@example..org",
            "ada@example.org\r\nBcc: eve@example.org",
            "ada@example.org,eve@example.org",
            "<ada@example.org>",
            "erased-1@erased.invalid",
            "a@b@",
            "ädä@example.org",
            &long,
        ];
        for text in refused {
            assert_eq!(normal(text), None, "{text:?}");
        }
    }

    #[test]
    fn a_name_stands_on_one_line() {
        assert_eq!(one_line("  Ada\r\nBcc: x\t\u{0}Lovelace "), "Ada Bcc: x Lovelace");
    }
}
