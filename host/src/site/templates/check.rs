//! What a plugin's template may not contain.
//!
//! The engine counts instructions, and the formatter counts what is written; neither sees a value that grows inside
//! one expression. So expressions may not build text or lists, and a template brings no markup that loads or runs
//! anything.

/// Longest template, in bytes.
const LONGEST_TEMPLATE: usize = 128 * 1024;
/// Longest run of text between two tags, in bytes: what one instruction may write.
const LONGEST_TEXT: usize = 8 * 1024;
/// Elements that load, run or redirect.
const FORBIDDEN_ELEMENTS: [&str; 8] = ["script", "style", "iframe", "object", "embed", "base", "link", "meta"];

/// Checks the template `name`.
///
/// # Errors
/// A sentence that names template and line.
pub fn check(name: &str, source: &str) -> Result<(), String> {
    if source.len() > LONGEST_TEMPLATE {
        return Err(format!("{name} is longer than {LONGEST_TEMPLATE} bytes."));
    }
    let found = forbidden_element(source).map_or_else(|| tags(source), Err);
    found.map_err(|(at, fault)| {
        let line = source.get(..at).map_or(1, |before| before.matches('\n').count() + 1);
        format!("{name}, line {line}: {fault}")
    })
}

type Fault = (usize, String);

fn forbidden_element(source: &str) -> Option<Fault> {
    let lower = source.to_ascii_lowercase();
    lower.match_indices('<').find_map(|(at, _)| {
        let rest = &lower[at + 1..];
        let rest = rest.strip_prefix('/').unwrap_or(rest);
        let name: &str = rest.split(|c: char| !c.is_ascii_alphanumeric()).next()?;
        let after = &rest[name.len()..];
        let goes_on = after.is_empty() || ["{{", "{%", "{#"].iter().any(|tag| after.starts_with(tag));
        if goes_on && FORBIDDEN_ELEMENTS.iter().any(|element| element.starts_with(name)) {
            return Some((
                at,
                "the name of an element stands whole, with a space before a tag that follows it.".into(),
            ));
        }
        FORBIDDEN_ELEMENTS.contains(&name).then(|| (at, format!("the element <{name}> belongs to the site's layout.")))
    })
}

fn tags(source: &str) -> Result<(), Fault> {
    let mut at = 0;
    while let Some(open) =
        source[at..].find("{{").into_iter().chain(source[at..].find("{%")).chain(source[at..].find("{#")).min()
    {
        if open > LONGEST_TEXT {
            return Err((at, format!("more than {LONGEST_TEXT} bytes without a tag; a comment {{# #}} divides them.")));
        }
        let start = at + open;
        at = if source[start..].starts_with("{#") {
            source[start..].find("#}").map_or(source.len(), |end| start + end + 2)
        } else {
            Tag::new(source, start).check()?
        };
    }
    if source.len() - at > LONGEST_TEXT {
        return Err((at, format!("more than {LONGEST_TEXT} bytes without a tag; a comment {{# #}} divides them.")));
    }
    Ok(())
}

/// One `{{ … }}` or `{% … %}`, read from left to right.
struct Tag<'a> {
    source: &'a str,
    start: usize,
    at: usize,
    /// The last character that was not a blank, for telling `a[0]` from `[0]`.
    last: u8,
}

impl<'a> Tag<'a> {
    fn new(source: &'a str, start: usize) -> Self {
        // The sign after the opening only steers blanks.
        let sign = usize::from(matches!(source.as_bytes().get(start + 2), Some(b'-' | b'+')));
        Self { source, start, at: start + 2 + sign, last: b'{' }
    }

    /// Where the tag ends.
    fn check(mut self) -> Result<usize, Fault> {
        let close = if self.source[self.start..].starts_with("{{") { "}}" } else { "%}" };
        if close == "%}" && self.rest().trim_start().starts_with("autoescape") {
            return Err((self.start, "{% autoescape %} is the site's alone.".into()));
        }
        while let Some(&byte) = self.source.as_bytes().get(self.at) {
            if self.rest().starts_with(close) {
                return Ok(self.at + 2);
            }
            match byte {
                b'"' | b'\'' => self.skip_text(byte),
                b'~' | b'*' => return Err(self.builds("text or numbers")),
                b'+' if !self.adds_number(close) => return Err(self.builds("text or lists")),
                b'{' => return Err(self.builds("maps")),
                b'[' if !self.indexes() => self.skip_constant_list()?,
                _ => self.at += 1,
            }
            if !byte.is_ascii_whitespace() {
                self.last = byte;
            }
        }
        Err((self.start, "this tag never ends.".into()))
    }

    fn rest(&self) -> &'a str {
        self.source.get(self.at..).unwrap_or_default()
    }

    fn builds(&self, what: &str) -> Fault {
        (self.at, format!("an expression may not build {what}; hand the finished value over in the page's data."))
    }

    fn skip_text(&mut self, quote: u8) {
        let bytes = self.source.as_bytes();
        self.at += 1;
        while let Some(&byte) = bytes.get(self.at) {
            self.at += if byte == b'\\' { 2 } else { 1 };
            if byte == quote {
                return;
            }
        }
    }

    /// `+` before a whole number, or the sign of the closing.
    fn adds_number(&self, close: &str) -> bool {
        let after = &self.rest()[1..];
        after.starts_with(close) || after.trim_start().starts_with(|c: char| c.is_ascii_digit())
    }

    fn indexes(&self) -> bool {
        self.last.is_ascii_alphanumeric() || matches!(self.last, b'_' | b']' | b')')
    }

    /// A list of texts and numbers.
    fn skip_constant_list(&mut self) -> Result<(), Fault> {
        self.at += 1;
        loop {
            match self.source.as_bytes().get(self.at) {
                Some(b']') => {
                    self.at += 1;
                    self.last = b']';
                    return Ok(());
                }
                Some(&quote @ (b'"' | b'\'')) => self.skip_text(quote),
                Some(b',' | b'.' | b'-') => self.at += 1,
                Some(byte) if byte.is_ascii_whitespace() || byte.is_ascii_digit() => self.at += 1,
                _ => return Err(self.builds("lists of anything but texts and numbers")),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ordinary_template_passes() {
        let source = r##"{% import "forms.html" as forms %}{#- ~ {{ + }} <b> -#}
            {%- for item in items if item.status in ["open", 'it\'s', 3] -%}
              <a href="{{ url("/{slug}", slug=item.slug) }}">{{ item.rows[0].title|localized }} {{ loop.index + 1 }}</a>
            {%+ endfor +%} {{ "~ + * { [a] }}" }} {% set count = items|length %} 1 * 2 + 3 ~ { a } [b] <basement>
            <li {% if a < b %}class="x"{% endif %}><p{% if a %} class="x"{% endif %}></p></li>"##;
        assert_eq!(check("list.html", source), Ok(()));
    }

    #[test]
    fn an_expression_that_could_double_itself_is_refused_with_its_line() {
        for expression in ["a ~ a", "a + a", "a * 9", "a ** 9", "[a, a]", "{'a': a}", "[[1], 2]", "f(*a)", "(a) + (a)"]
        {
            let refusal = check("bomb.html", &format!("\n\n{{% set a = {expression} %}}")).unwrap_err();
            assert!(refusal.starts_with("bomb.html, line 3: an expression may not build"), "{expression}: {refusal}");
        }
    }

    #[test]
    fn escaping_cannot_be_switched_off_and_nothing_can_be_loaded() {
        for source in [
            "{% autoescape false %}",
            "{%-autoescape 'none'%}",
            "<SCRIPT src=/x>",
            "<iframe>",
            "<base href=x>",
            "<meta\n>",
            "<{# #}script src=/x>",
            "<scr{# #}ipt src=/x>",
            "</{{ name }}>",
            "<{{ name }} src=/x>",
            "<{% if true %}script{% endif %} src=/x>",
            "text <",
        ] {
            assert!(check("evil.html", source).is_err(), "{source}");
        }
        assert!(check("open.html", "{{ 'never }}").is_err());
    }

    #[test]
    fn size_is_bounded() {
        assert!(check("long.html", &"{{ a }}".repeat(LONGEST_TEMPLATE / 7 + 1)).is_err());
        assert!(check("text.html", &"x".repeat(LONGEST_TEXT + 1)).is_err());
        assert!(check("text.html", &format!("{}{{{{ a }}}}", "x".repeat(LONGEST_TEXT + 1))).is_err());
    }
}
