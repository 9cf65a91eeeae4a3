//! What a list is asked for: the query string, checked against what the caller may see.

use std::collections::BTreeSet;

use magnetiq_contract::describe::{Field, FieldKind};
use magnetiq_contract::expected;
use magnetiq_contract::rule::{FieldError, Rule};

use super::description::is_searchable;
use super::table::quote;
use super::value::{self, Scalar};
use super::view::{Hidden, Rows, View};
use crate::error::{Error, Result};
use crate::http::Parameters;

/// Most rows of one page.
pub const MOST_PER_PAGE: u32 = 100;
const LAST_PAGE: u32 = 1_000_000;
const LONGEST_SEARCH: u64 = 200;

/// A list's query.
#[derive(Clone, Debug, PartialEq)]
pub struct ListQuery {
    /// From 1.
    pub page: u32,
    /// 1 to 100.
    pub per_page: u32,
    /// Hidden rows in place of the others.
    pub trash: bool,
    /// `ORDER BY` in SQL.
    pub(super) order: String,
    /// Conditions in SQL; `?` with the place of the value in `values`, counted from 2.
    pub(super) conditions: String,
    /// Values of the conditions.
    pub(super) values: Vec<Scalar>,
}

/// Which parameters are known beside filters and search.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// `page`, `per_page`, `sort` and `trash`.
    Pages,
    /// None: every row that the filters let through, by id.
    Whole,
}

impl ListQuery {
    /// Reads a query string such as `page=2&sort=-starts_at&status=open`.
    ///
    /// # Errors
    /// 422 that names every unknown, repeated or wrong parameter.
    pub fn parse(view: &View<'_>, form: Form, query: &str) -> Result<Self> {
        let (parameters, faults) = Parameters::read(query.as_bytes());
        let mut reader = Reader::new(view, form, faults);
        for (name, value) in parameters.iter() {
            if reader.is_faulty(name) {
                continue;
            }
            if let Err(rule) = reader.parameter(name, value) {
                reader.faults.push(FieldError::new(name, rule));
            }
        }
        reader.finish()
    }

    /// Which rows it asks for with regard to the trash.
    #[must_use]
    pub fn hidden(&self) -> Hidden {
        if self.trash { Hidden::Only } else { Hidden::No }
    }
}

struct Reader<'v> {
    view: &'v View<'v>,
    form: Form,
    query: ListQuery,
    faults: Vec<FieldError>,
}

impl<'v> Reader<'v> {
    fn new(view: &'v View<'v>, form: Form, faults: Vec<FieldError>) -> Self {
        let order = match form {
            Form::Pages => default_order(view),
            Form::Whole => "t.id".to_owned(),
        };
        let query =
            ListQuery { page: 1, per_page: 20, trash: false, order, conditions: String::new(), values: Vec::new() };
        Self { view, form, query, faults }
    }

    fn is_faulty(&self, name: &str) -> bool {
        self.faults.iter().any(|fault| fault.field == name)
    }

    fn finish(self) -> Result<ListQuery> {
        if self.faults.is_empty() { Ok(self.query) } else { Err(Error::fields(self.faults)) }
    }

    fn parameter(&mut self, name: &str, text: &str) -> Result<(), Rule> {
        match (name, self.form) {
            ("page", Form::Pages) => number(text, LAST_PAGE).map(|page| self.query.page = page),
            ("per_page", Form::Pages) => number(text, MOST_PER_PAGE).map(|count| self.query.per_page = count),
            ("sort", Form::Pages) => order(self.view, text).map(|order| self.query.order = order),
            ("trash", Form::Pages) => trash(text).map(|trash| self.query.trash = trash),
            ("q", _) => self.search(text),
            _ => self.filter(name, text),
        }
    }

    fn filter(&mut self, name: &str, text: &str) -> Result<(), Rule> {
        if let Some(field) = self.view.field(name).filter(|field| field.filter) {
            let value = value::from_parameter(field, text)?;
            self.condition(&format!("t.{} =", quote(name)), value);
            return Ok(());
        }
        let (name, operator) = match (name.strip_suffix("_from"), name.strip_suffix("_to")) {
            (Some(name), _) => (name, ">="),
            (_, Some(name)) => (name, "<="),
            _ => return Err(Rule::Unknown),
        };
        let value = self.bound(name, text)?;
        self.condition(&format!("t.{} {operator}", quote(name)), value);
        Ok(())
    }

    /// The least or greatest value of a filter by range.
    fn bound(&self, name: &str, text: &str) -> Result<Scalar, Rule> {
        if self.view.rows == Rows::All && matches!(name, "created_at" | "updated_at") {
            return value::moment(text).map(|moment| Scalar::Text(crate::clock::sql(moment)));
        }
        let ranged = |field: &&Field| {
            field.filter && matches!(field.kind, FieldKind::DateTime | FieldKind::Integer | FieldKind::Number)
        };
        let field = self.view.field(name).filter(ranged).ok_or(Rule::Unknown)?;
        value::from_parameter(field, text)
    }

    fn search(&mut self, text: &str) -> Result<(), Rule> {
        let places = searched(self.view);
        if places.is_empty() {
            return Err(Rule::Unknown);
        }
        value::readable(text, LONGEST_SEARCH)?;
        if text.trim().is_empty() {
            return Ok(());
        }
        self.query.values.push(Scalar::Text(format!("%{}%", escape_like(text.trim()))));
        let place = self.query.values.len() + 1;
        let likes: Vec<_> = places.iter().map(|sql| format!("{sql} LIKE ?{place} ESCAPE '\\'")).collect();
        self.query.conditions.push_str(&format!(" AND ({})", likes.join(" OR ")));
        Ok(())
    }

    fn condition(&mut self, comparison: &str, value: Scalar) {
        self.query.values.push(value);
        self.query.conditions.push_str(&format!(" AND {comparison} ?{}", self.query.values.len() + 1));
    }
}

fn number(text: &str, most: u32) -> Result<u32, Rule> {
    let number: i64 = text.parse().map_err(|_| Rule::expected(expected::WHOLE_NUMBER))?;
    match u32::try_from(number) {
        Ok(number) if (1..=most).contains(&number) => Ok(number),
        _ if number < 1 => Err(Rule::TooSmall("1".into())),
        _ => Err(Rule::TooLarge(most.to_string())),
    }
}

fn trash(text: &str) -> Result<bool, Rule> {
    text.parse().map_err(|_| Rule::expected(expected::TRUE_OR_FALSE))
}

/// `-a,b` as SQL, made unambiguous by the id.
fn order(view: &View<'_>, text: &str) -> Result<String, Rule> {
    let mut keys = Vec::new();
    let mut seen = BTreeSet::new();
    for part in text.split(',') {
        let name = part.strip_prefix('-').unwrap_or(part);
        if !sortable(view).any(|known| known == name) {
            return Err(Rule::Choice(sortable(view).map(str::to_owned).collect()));
        }
        if !seen.insert(name) {
            return Err(Rule::Repeated);
        }
        keys.push(sort_key(view, part));
    }
    if !seen.contains("id") {
        keys.push("t.id".to_owned());
    }
    Ok(keys.join(", "))
}

/// Names that the caller may sort by.
pub fn sortable<'v>(view: &'v View<'_>) -> impl Iterator<Item = &'v str> {
    let always: &[&str] = match view.rows {
        Rows::All => &["id", "created_at", "updated_at"],
        Rows::Public => &["id"],
    };
    let described = view.columns.iter().map(|shown| &shown.column.field).filter(|field| field.sort);
    always.iter().copied().chain(described.map(|field| field.name.as_str()))
}

fn default_order(view: &View<'_>) -> String {
    match view.table.resource().sort.as_str() {
        "" => "t.id".to_owned(),
        sort => format!("{}, t.id", sort_key(view, sort)),
    }
}

fn sort_key(view: &View<'_>, part: &str) -> String {
    let (name, direction) = match part.strip_prefix('-') {
        Some(name) => (name, " DESC"),
        None => (part, ""),
    };
    let kind = view.table.position(name).map(|place| view.table.columns()[place].field.kind);
    match kind {
        Some(FieldKind::Localized | FieldKind::LocalizedLong) => format!("t.{} ->> '$.en'{direction}", quote(name)),
        _ => format!("t.{}{direction}", quote(name)),
    }
}

/// SQL of every value that `?q=` looks into.
pub fn searched(view: &View<'_>) -> Vec<String> {
    let mut places = Vec::new();
    for shown in &view.columns {
        let field = &shown.column.field;
        if !field.search || !is_searchable(field.kind) {
            continue;
        }
        let column = format!("t.{}", quote(&field.name));
        match field.kind {
            FieldKind::Localized | FieldKind::LocalizedLong => {
                places.extend(["en", "de"].map(|language| format!("{column} ->> '$.{language}'")));
            }
            FieldKind::Person => places.extend(shown.visible_titles().map(|title| shown.title_sql(title))),
            _ => places.push(column),
        }
    }
    places
}

fn escape_like(text: &str) -> String {
    text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_")
}
