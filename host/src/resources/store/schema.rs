//! A migrated table as SQLite knows it.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::{Connection, OptionalExtension};

use crate::error::Result;

/// A table.
#[derive(Clone, Debug, Default)]
pub struct Schema {
    /// Whether it is STRICT.
    pub strict: bool,
    /// Its columns.
    pub columns: Vec<Column>,
    /// Columns with a UNIQUE of their own over all rows.
    pub unique: BTreeSet<String>,
    /// Columns that an index starts with.
    pub indexed: BTreeSet<String>,
    /// Foreign keys.
    pub foreign_keys: Vec<ForeignKey>,
    /// Values that a `CHECK (column IN (…))` allows, by column.
    pub allowed: BTreeMap<String, BTreeSet<String>>,
}

/// A column.
#[derive(Clone, Debug)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// Its declared type.
    pub kind: String,
    /// Whether it is NOT NULL.
    pub not_null: bool,
    /// Whether it is the primary key.
    pub key: bool,
    /// Whether it has a default.
    pub default: bool,
}

/// A foreign key of one column.
#[derive(Clone, Debug)]
pub struct ForeignKey {
    /// The column.
    pub column: String,
    /// The table that it points to.
    pub table: String,
    /// The column that it points to.
    pub to: String,
}

impl Schema {
    /// The column with this name.
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == name)
    }
}

/// The table with this name.
pub fn read(snapshot: &Connection, table: &str) -> Result<Option<Schema>> {
    let Some(text) = create_text(snapshot, table)? else { return Ok(None) };
    let strict = snapshot.query_row(
        "SELECT strict FROM pragma_table_list WHERE schema = 'main' AND name = ?",
        [table],
        |row| row.get(0),
    )?;
    let mut schema = Schema {
        strict,
        columns: columns(snapshot, table)?,
        foreign_keys: foreign_keys(snapshot, table)?,
        allowed: allowed_values(&text),
        ..Schema::default()
    };
    for (columns, unique, partial) in indexes(snapshot, table)? {
        let Some(first) = columns.first() else { continue };
        if unique && !partial && columns.len() == 1 {
            schema.unique.insert(first.clone());
        }
        schema.indexed.insert(first.clone());
    }
    Ok(Some(schema))
}

fn create_text(snapshot: &Connection, table: &str) -> Result<Option<String>> {
    let sql = "SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = ?";
    Ok(snapshot.query_row(sql, [table], |row| row.get(0)).optional()?)
}

fn columns(snapshot: &Connection, table: &str) -> Result<Vec<Column>> {
    let mut statement = snapshot.prepare("SELECT name, type, \"notnull\", pk, dflt_value FROM pragma_table_info(?)")?;
    let columns = statement.query_map([table], |row| {
        let default: Option<String> = row.get(4)?;
        let key: i64 = row.get(3)?;
        Ok(Column {
            name: row.get(0)?,
            kind: row.get(1)?,
            not_null: row.get(2)?,
            key: key > 0,
            default: default.is_some(),
        })
    })?;
    Ok(columns.collect::<rusqlite::Result<_>>()?)
}

fn foreign_keys(snapshot: &Connection, table: &str) -> Result<Vec<ForeignKey>> {
    let sql = "SELECT \"from\", \"table\", COALESCE(\"to\", 'id') FROM pragma_foreign_key_list(?)";
    let mut statement = snapshot.prepare(sql)?;
    let keys = statement
        .query_map([table], |row| Ok(ForeignKey { column: row.get(0)?, table: row.get(1)?, to: row.get(2)? }))?;
    Ok(keys.collect::<rusqlite::Result<_>>()?)
}

/// Columns of every index, whether it is unique, and whether it is partial. Expressions have no name and end the list.
fn indexes(snapshot: &Connection, table: &str) -> Result<Vec<(Vec<String>, bool, bool)>> {
    let mut statement = snapshot.prepare("SELECT name, \"unique\", partial FROM pragma_index_list(?)")?;
    let list = statement
        .query_map([table], |row| Ok((row.get::<_, String>(0)?, row.get(1)?, row.get(2)?)))?
        .collect::<rusqlite::Result<Vec<_>>>()?;
    let mut columns = snapshot.prepare("SELECT COALESCE(name, '') FROM pragma_index_info(?) ORDER BY seqno")?;
    list.into_iter()
        .map(|(name, unique, partial)| {
            let names = columns.query_map([name], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
            Ok((names, unique, partial))
        })
        .collect()
}

#[derive(Clone, Debug, PartialEq)]
enum Token {
    Word(String),
    Text(String),
    Mark(char),
}

/// Finds every `column IN ('a', 'b')` after a CHECK in the text of CREATE TABLE.
fn allowed_values(text: &str) -> BTreeMap<String, BTreeSet<String>> {
    let tokens = tokens(text);
    let mut allowed = BTreeMap::new();
    let mut checked = false;
    for (place, token) in tokens.iter().enumerate() {
        checked |= is_word(token, "CHECK");
        if let (true, [Token::Word(column), word, Token::Mark('('), rest @ ..]) = (checked, &tokens[place..])
            && is_word(word, "IN")
        {
            allowed.insert(column.clone(), texts(rest));
        }
    }
    allowed
}

/// The texts of a list, up to its closing bracket.
fn texts(tokens: &[Token]) -> BTreeSet<String> {
    let inside = tokens.iter().take_while(|token| **token != Token::Mark(')'));
    inside.filter_map(|token| if let Token::Text(text) = token { Some(text.clone()) } else { None }).collect()
}

fn is_word(token: &Token, wanted: &str) -> bool {
    matches!(token, Token::Word(word) if word.eq_ignore_ascii_case(wanted))
}

/// Words (quoted names too), texts and marks; comments and blanks fall away.
fn tokens(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut rest = text.chars().peekable();
    while let Some(letter) = rest.next() {
        match letter {
            '\'' => tokens.push(Token::Text(quoted(&mut rest, '\''))),
            '"' | '`' => tokens.push(Token::Word(quoted(&mut rest, letter))),
            '-' if rest.peek() == Some(&'-') => while rest.next().is_some_and(|letter| letter != '\n') {},
            _ if letter.is_whitespace() => {}
            _ if letter.is_alphanumeric() || letter == '_' => {
                let mut word = String::from(letter);
                while let Some(letter) = rest.next_if(|letter| letter.is_alphanumeric() || *letter == '_') {
                    word.push(letter);
                }
                tokens.push(Token::Word(word));
            }
            _ => tokens.push(Token::Mark(letter)),
        }
    }
    tokens
}

/// What follows an opening quote, up to the closing one; a doubled quote is one.
fn quoted(rest: &mut std::iter::Peekable<std::str::Chars<'_>>, quote: char) -> String {
    let mut text = String::new();
    while let Some(letter) = rest.next() {
        if letter == quote && rest.next_if_eq(&quote).is_none() {
            break;
        }
        text.push(letter);
    }
    text
}
