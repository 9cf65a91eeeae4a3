//! What a plugin's template may not contain.
//!
//! The engine counts instructions, and filters count what they handle; neither sees a value that grows inside one
//! expression, or an operator that walks through a long one. So expressions may not build text or lists, what a macro
//! writes is written and not kept, and a template brings no markup that loads or runs anything.

/// Longest template, in bytes.
const LONGEST_TEMPLATE: usize = 128 * 1024;
/// Longest run of text between two tags, in bytes: what one instruction may write.
const LONGEST_TEXT: usize = 8 * 1024;
/// The same inside of macros, whose text is kept before it is written.
const LONGEST_KEPT_TEXT: usize = 1024;
/// Longest text inside of an expression, in bytes.
const LONGEST_LITERAL: usize = 1024;
/// Functions whose answer may be kept.
const PLAIN_FUNCTIONS: [&str; 2] = ["t", "url"];
/// What these write is kept before it is written.
const KEEPING_FUNCTIONS: [&str; 2] = ["loop", "super"];
/// Words that stand before a bracket and call nothing.
const OPERATORS: [&str; 8] = ["if", "else", "elif", "in", "is", "and", "or", "not"];
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
    let (mut at, mut macros) = (0, 0_usize);
    while let Some(open) =
        source[at..].find("{{").into_iter().chain(source[at..].find("{%")).chain(source[at..].find("{#")).min()
    {
        check_run(at, open, macros)?;
        let start = at + open;
        at = if source[start..].starts_with("{#") {
            source[start..].find("#}").map_or(source.len(), |end| start + end + 2)
        } else {
            let tag = Tag::new(source, start);
            let around = macros;
            macros = tag.macros(macros);
            tag.check(around)?
        };
    }
    check_run(at, source.len() - at, macros)
}

/// A run of text without a tag, in so many macros.
fn check_run(at: usize, length: usize, macros: usize) -> Result<(), Fault> {
    let longest = if macros == 0 { LONGEST_TEXT } else { LONGEST_KEPT_TEXT };
    if length <= longest {
        return Ok(());
    }
    let place = if macros == 0 { "" } else { " in a macro" };
    Err((at, format!("more than {longest} bytes without a tag{place}; a comment {{# #}} divides them.")))
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
    fn check(mut self, macros: usize) -> Result<usize, Fault> {
        let close = if self.source[self.start..].starts_with("{{") { "}}" } else { "%}" };
        self.check_statement(macros)?;
        while let Some(&byte) = self.source.as_bytes().get(self.at) {
            if self.rest().starts_with(close) {
                return Ok(self.at + 2);
            }
            match byte {
                b'"' | b'\'' => self.skip_text(byte)?,
                b'(' => self.check_call()?,
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

    /// The statement of a `{% … %}`.
    fn statement(&self) -> &'a str {
        let inside = self.source[self.start..].strip_prefix("{%").unwrap_or_default();
        let inside = inside.trim_start_matches(['-', '+']).trim_start();
        &inside[..inside.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(inside.len())]
    }

    /// How many macros stand open behind this tag.
    fn macros(&self, open: usize) -> usize {
        match self.statement() {
            "macro" | "call" => open + 1,
            "endmacro" | "endcall" => open.saturating_sub(1),
            _ => open,
        }
    }

    fn check_statement(&self, macros: usize) -> Result<(), Fault> {
        let fault = match self.statement() {
            "autoescape" => "{% autoescape %} is the site's alone.",
            "filter" => "{% filter %} keeps what is written; filter the values themselves.",
            "endset" => "{% set %} without a value keeps what is written; a macro writes it again.",
            "raw" => "{% raw %} hides a text's length; write {{ '{{' }} for braces.",
            "include" if macros > 0 => "{% include %} does not stand in a macro.",
            _ => return Ok(()),
        };
        Err((self.start, fault.into()))
    }

    /// What a macro writes is written at once: only `{{ name(…) }}` calls it. Texts and addresses may be kept.
    fn check_call(&mut self) -> Result<(), Fault> {
        let before = &self.source[self.start..self.at];
        let opening = before.trim_start_matches(['{', '%', '-', '+']);
        let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '.';
        let name = opening.trim_end().rsplit(|c| !is_name(c)).next().unwrap_or_default();
        let ahead = opening.trim_end().strip_suffix(name).unwrap_or_default().trim();
        let keeps = KEEPING_FUNCTIONS.contains(&name) || name.starts_with("self.");
        let writes = self.source[self.start..].starts_with("{{") && ahead.is_empty() && !keeps;
        let plain = PLAIN_FUNCTIONS.contains(&name) || ahead.ends_with(['|', '.']) || OPERATORS.contains(&name);
        let defines = ["macro", "call"].contains(&self.statement());
        if name.is_empty() || writes || plain || defines {
            self.at += 1;
            return Ok(());
        }
        Err((self.at, format!("what {name}(…) writes cannot be kept; a macro is called as {{{{ name(…) }}}} alone.")))
    }

    fn skip_text(&mut self, quote: u8) -> Result<(), Fault> {
        let bytes = self.source.as_bytes();
        let begun = self.at;
        self.at += 1;
        while let Some(&byte) = bytes.get(self.at) {
            self.at += if byte == b'\\' { 2 } else { 1 };
            if self.at - begun > LONGEST_LITERAL {
                return Err((begun, format!("a text of more than {LONGEST_LITERAL} bytes in an expression.")));
            }
            if byte == quote {
                break;
            }
        }
        Ok(())
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
                Some(&quote @ (b'"' | b'\'')) => self.skip_text(quote)?,
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
        for expression in ["a ~ a", "a + a", "a * 9", "a ** 9", "[a, a]", "{'a': a}", "[[1], 2]", "t(*a)", "(a) + (a)"]
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
    fn what_is_written_is_not_kept() {
        let long = "x".repeat(LONGEST_KEPT_TEXT + 1);
        for source in [
            "{% set a = rows() %}".into(),
            "{{ a(rows()) }}".into(),
            "{% if forms.field('a') == forms.field('b') %}{% endif %}".into(),
            "{{ (rows())[-1] }}".into(),
            "{% set a %}text{% endset %}".into(),
            "{%- set a | upper -%}text{%- endset -%}".into(),
            "{% filter upper %}text{% endfilter %}".into(),
            "{% raw %}{{ a }}{% endraw %}".into(),
            "{% for a in tree recursive %}{{ loop(a.children) }}{% endfor %}".into(),
            "{% block a %}{% endblock %}{{ self.a() }}".into(),
            "{% macro a() %}{% include 'b.html' %}{% endmacro %}".into(),
            format!("{{% macro a() %}}{long}{{% endmacro %}}"),
            format!("{{% set a = '{long}' %}}"),
        ] {
            assert!(check("kept.html", &source).is_err(), "{source}");
        }
        let source = "{% macro row(a) %}{{ a }}{% endmacro %}{% include 'b.html' %}{{ row(t('x')) }}\
                      {% set link = url('/{slug}', slug=a|trim()) %}{{- forms.field('a', t('b')) -}}\
                      {% if (a) and not (b) %}{% endif %}{% call row(1) %}x{% endcall %}{{ loop.cycle('a', 'b') }}";
        assert_eq!(check("written.html", &format!("{source}{long}")), Ok(()));
    }

    #[test]
    fn size_is_bounded() {
        assert!(check("long.html", &"{{ a }}".repeat(LONGEST_TEMPLATE / 7 + 1)).is_err());
        assert!(check("text.html", &"x".repeat(LONGEST_TEXT + 1)).is_err());
        assert!(check("text.html", &format!("{}{{{{ a }}}}", "x".repeat(LONGEST_TEXT + 1))).is_err());
    }
}
