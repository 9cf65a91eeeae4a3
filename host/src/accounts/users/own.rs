//! What users change of their own record.

use magnetiq_contract::rule::{FieldError, Rule};
use serde_json::{Map, Value};

use super::rules::Rules;
use super::{USERS, changed};
use crate::app::App;
use crate::auth::live::change_standing;
use crate::auth::{Caller, Origin};
use crate::error::{Error, Result};
use crate::resources::edit::{Edit, Target, Write};
use crate::resources::{Actor, ActorKind};

/// What needs neither an admin nor a password.
const OWN: [&str; 5] = ["name", "language", "timezone", "avatar_url", "preferences"];

/// Changes the caller's own record, under the rules that hold for every change of a user.
///
/// # Errors
/// 401 for a visitor; 422 that names each field that is wrong or not theirs to change.
pub async fn change_own(
    site: &App,
    origin: Origin,
    caller: &Caller,
    request: &str,
    body: Map<String, Value>,
) -> Result<()> {
    let user = caller.account()?.id;
    check(&body)?;
    let (inside, actor) = (site.clone(), owner(user, request));
    change_standing(site, move |unit| {
        let mut rules = Rules::new(&inside, &origin, Some(user));
        let edit = Edit::begin(unit, &USERS, &actor, &Write::Change(Target { id: user, if_match: None }, &body))?;
        edit.run(unit, &inside.clock, &mut |unit, task| rules.run(unit, task))?;
        Ok(((), changed(unit, &rules)?))
    })
    .await
}

fn check(body: &Map<String, Value>) -> Result<()> {
    let strange = body.keys().filter(|field| !OWN.contains(&field.as_str()));
    let faults: Vec<_> = strange.map(|field| FieldError::new(field, fault(field))).collect();
    if faults.is_empty() { Ok(()) } else { Err(Error::fields(faults)) }
}

fn fault(field: &str) -> Rule {
    if USERS.position(field).is_some() { Rule::ReadOnly } else { Rule::Unknown }
}

/// The caller, with the one right that their own record gives them.
fn owner(user: i64, request: &str) -> Actor {
    let right = std::sync::Arc::new(["users:manage".into()].into());
    Actor { kind: ActorKind::User(user), permissions: right, request_id: request.to_owned() }
}
