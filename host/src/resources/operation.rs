//! Which operation a method and a path below a table ask for.

use http::Method;
use magnetiq_contract::describe::Access;

use super::edit::Kind;
use super::table::Table;
use crate::error::{Error, Result};

/// An operation on a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    /// `GET /topics`
    List,
    /// `GET /topics.csv`
    Csv,
    /// `GET /topics/{id}`
    Read(i64),
    /// `POST /topics`
    Create,
    /// `PUT /topics/{id}`
    Replace(i64),
    /// `PATCH /topics/{id}`
    Change(i64),
    /// `DELETE /topics/{id}`
    Delete(i64),
    /// `POST /topics/{id}/restore`
    Restore(i64),
}

impl Operation {
    /// The operation for what follows the table's name in the path: nothing, `.csv`, `/{id}` or `/{id}/restore`.
    /// HEAD is answered like GET.
    ///
    /// # Errors
    /// 404 where there is no such path, 405 with the methods that are open to somebody.
    pub fn of(table: &Table, method: &Method, tail: &str) -> Result<Self> {
        let known = Self::at(tail)?;
        let open = known.iter().filter(|operation| operation.is_open(table));
        let found = open.clone().find(|operation| operation.method() == method || is_head_of(**operation, method));
        match found {
            Some(operation) => Ok(*operation),
            None if open.clone().next().is_none() => Err(Error::not_found()),
            None => Err(Error::method_not_allowed(open.map(|operation| operation.method().as_str()))),
        }
    }

    /// True when it changes something and so needs a unit of work.
    #[must_use]
    pub fn writes(self) -> bool {
        !matches!(self, Self::List | Self::Csv | Self::Read(_))
    }

    /// True when the request carries a JSON body.
    #[must_use]
    pub fn has_body(self) -> bool {
        matches!(self, Self::Create | Self::Replace(_) | Self::Change(_))
    }

    /// The method that asks for it.
    #[must_use]
    pub fn method(self) -> &'static Method {
        match self {
            Self::List | Self::Csv | Self::Read(_) => &Method::GET,
            Self::Create | Self::Restore(_) => &Method::POST,
            Self::Replace(_) => &Method::PUT,
            Self::Change(_) => &Method::PATCH,
            Self::Delete(_) => &Method::DELETE,
        }
    }

    /// True when somebody may do it.
    #[must_use]
    pub fn is_open(self, table: &Table) -> bool {
        *self.guard(table) != Access::Nobody
    }

    /// Whom a guard lets through: everybody to a table with public rows; which rows those are is the view's to say.
    #[must_use]
    pub fn guard(self, table: &Table) -> &Access {
        let shows_public_rows = matches!(self, Self::List | Self::Read(_)) && table.resource().public_rows.is_some();
        if shows_public_rows { &Access::Public } else { self.access(table) }
    }

    /// Who may do it, to all rows.
    pub(super) fn access(self, table: &Table) -> &Access {
        match self {
            Self::List | Self::Csv | Self::Read(_) => &table.resource().read,
            Self::Create => Kind::Create.access(table),
            Self::Replace(_) | Self::Change(_) => Kind::Change.access(table),
            Self::Delete(_) | Self::Restore(_) => Kind::Delete.access(table),
        }
    }

    fn at(tail: &str) -> Result<Vec<Self>> {
        let id = |text: &str| text.parse().ok().filter(|id: &i64| *id > 0).ok_or_else(Error::not_found);
        match tail.strip_prefix('/').map(|below| below.split_once('/')) {
            None if tail.is_empty() => Ok(vec![Self::List, Self::Create]),
            None if tail == ".csv" => Ok(vec![Self::Csv]),
            Some(None) => {
                let id = id(&tail[1..])?;
                Ok(vec![Self::Read(id), Self::Replace(id), Self::Change(id), Self::Delete(id)])
            }
            Some(Some((number, "restore"))) => Ok(vec![Self::Restore(id(number)?)]),
            _ => Err(Error::not_found()),
        }
    }
}

fn is_head_of(operation: Operation, method: &Method) -> bool {
    *method == Method::HEAD && *operation.method() == Method::GET
}
