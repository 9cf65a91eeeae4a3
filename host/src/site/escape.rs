//! HTML escaping. The template engine's own also escapes `/`, which makes every address unreadable in the source.

use std::fmt;

/// Text that is safe between tags and inside quoted attributes.
pub(super) struct Escaped<'a>(pub &'a str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut rest = self.0;
        while let Some(at) = rest.find(['&', '<', '>', '"', '\'']) {
            out.write_str(&rest[..at])?;
            out.write_str(match rest.as_bytes()[at] {
                b'&' => "&amp;",
                b'<' => "&lt;",
                b'>' => "&gt;",
                b'"' => "&quot;",
                _ => "&#39;",
            })?;
            rest = &rest[at + 1..];
        }
        out.write_str(rest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_ends_text_or_an_attribute_is_escaped_and_nothing_else() {
        assert_eq!(Escaped("a<b>\"'&ü/").to_string(), "a&lt;b&gt;&quot;&#39;&amp;ü/");
    }
}
