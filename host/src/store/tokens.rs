//! SQL text cut into words, for looking at statements and at what the schema holds of them.

/// A piece of SQL; blanks and comments are left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Token<'a> {
    pub(super) kind: Kind,
    /// As it stands there, quotes included.
    pub(super) text: &'a str,
    /// Where it begins, in bytes.
    pub(super) start: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A keyword, a bare name or a number.
    Word,
    /// A name in double quotes, back-ticks or brackets.
    Name,
    /// A string.
    Text,
    /// One character of anything else.
    Symbol,
}

impl Token<'_> {
    /// True for this keyword, in any case.
    pub(super) fn is(&self, word: &str) -> bool {
        self.kind != Kind::Name && self.kind != Kind::Text && self.text.eq_ignore_ascii_case(word)
    }

    /// The name or string without its quotes.
    pub(super) fn unquoted(&self) -> String {
        let mut inner = self.text.chars();
        match self.kind {
            Kind::Word | Kind::Symbol => self.text.to_owned(),
            Kind::Name | Kind::Text => {
                let quote = inner.next().map(String::from).unwrap_or_default();
                inner.next_back();
                inner.as_str().replace(&quote.repeat(2), &quote)
            }
        }
    }
}

/// All tokens of a text. An open quote or comment reaches to the end.
pub(super) fn tokens(sql: &str) -> Vec<Token<'_>> {
    let mut list = Vec::new();
    let mut at = 0;
    while at < sql.len() {
        let (kind, length) = first(&sql[at..]);
        if let Some(kind) = kind {
            list.push(Token { kind, text: &sql[at..at + length], start: at });
        }
        at += length;
    }
    list
}

/// The statements of a file, without the semicolons between them.
pub(super) fn statements(sql: &str) -> Vec<&str> {
    let ends = tokens(sql).into_iter().filter(|token| token.is(";")).map(|token| token.start).chain([sql.len()]);
    let mut start = 0;
    let pieces = ends.map(|end| {
        let piece = sql.get(start..end).unwrap_or_default();
        start = end + 1;
        piece
    });
    pieces.filter(|piece| !tokens(piece).is_empty()).collect()
}

fn first(rest: &str) -> (Option<Kind>, usize) {
    let Some(character) = rest.chars().next() else { return (None, 0) };
    match character {
        _ if rest.starts_with("--") => (None, rest.find('\n').unwrap_or(rest.len())),
        _ if rest.starts_with("/*") => (None, rest.find("*/").map_or(rest.len(), |end| end + 2)),
        '\'' => (Some(Kind::Text), quoted(rest, '\'')),
        '"' | '`' => (Some(Kind::Name), quoted(rest, character)),
        '[' => (Some(Kind::Name), rest.find(']').map_or(rest.len(), |end| end + 1)),
        _ if character.is_whitespace() => (None, character.len_utf8()),
        _ if is_word(character) => (Some(Kind::Word), rest.find(|next| !is_word(next)).unwrap_or(rest.len())),
        _ => (Some(Kind::Symbol), character.len_utf8()),
    }
}

/// Length up to the closing quote; a doubled one stands for itself.
fn quoted(rest: &str, quote: char) -> usize {
    let mut inner = rest.char_indices().skip(1).peekable();
    while let Some((at, character)) = inner.next() {
        if character != quote {
            continue;
        }
        if inner.next_if(|(_, next)| *next == quote).is_none() {
            return at + 1;
        }
    }
    rest.len()
}

fn is_word(character: char) -> bool {
    character.is_alphanumeric() || character == '_' || character == '$'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_and_comments_hide_semicolons_and_keywords() {
        let sql = "CREATE TABLE a (b TEXT DEFAULT 'x;''y') -- c;\n; /* ; */ INSERT INTO \"d;\" VALUES (1);";
        assert_eq!(
            statements(sql),
            ["CREATE TABLE a (b TEXT DEFAULT 'x;''y') -- c;\n", " /* ; */ INSERT INTO \"d;\" VALUES (1)"]
        );
        assert!(!tokens("'DEFERRABLE' \"DEFERRABLE\" -- DEFERRABLE").iter().any(|token| token.is("deferrable")));
    }

    #[test]
    fn quotes_come_off() {
        let names: Vec<_> = tokens("'it''s' \"a\"\"b\" [c] d").iter().map(Token::unquoted).collect();
        assert_eq!(names, ["it's", "a\"b", "c", "d"]);
    }

    #[test]
    fn no_text_is_too_broken() {
        for sql in ["'", "\"", "[", "/*", "--", "ä'", "'ä", ""] {
            assert!(tokens(sql).len() < 3, "{sql}");
        }
    }
}
