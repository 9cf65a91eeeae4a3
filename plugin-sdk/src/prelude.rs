//! What a plugin's file needs: `use magnetiq_sdk::prelude::*;`.

pub use magnetiq_contract::people::{Consent, Person as Contact};
pub use magnetiq_contract::rule::Rule;
pub use magnetiq_contract::text::{Locale, Text};
pub use serde::{Deserialize, Serialize};
pub use serde_json::json;

pub use crate::{
    BlockView, Bytes, Call, Change, Choice, Created, Detached, Due, Environment, Error, File, Form, Job, Json, Level,
    NoContent, OrNotFound, Page, Person, Plugin, Redirect, Registry, Resource, Result, Row, Snapshot, Span, Timestamp,
    Tx, export, params,
};
