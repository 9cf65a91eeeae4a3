//! `/api/v1/people`: contacts as a list, everything about one, and its end.

use axum::extract::State;
use http::Extensions;
use serde_json::{Value, json};

use super::described::{self, READ, WRITE};
use super::{erase, export};
use crate::app::App;
use crate::error::Result;
use crate::http::envelope::NoContent;
use crate::http::routes::{Answer, permission};
use crate::http::{Envelope, Path, Routes};
use crate::resources::routes::{ActorOf, mount};
use crate::store::Owner;

/// Below `/api/v1`.
pub fn routes(routes: &mut Routes, actor: ActorOf) {
    mount(routes, described::table(), actor);
    mount(routes, described::activities(), actor);
    routes
        .get("/people/{id}/export", permission(READ), "Exports all that is stored about a contact.", export_person)
        .answers(Answer::Data(json!({"type": "object"})));
    let erase = move |State(app): State<App>, Path(id): Path<i64>, extensions: Extensions| {
        erase_person(app, id, extensions, actor)
    };
    routes.delete("/people/{id}", permission(WRITE), "Erases a contact for good, in every plugin.", erase);
}

async fn export_person(State(app): State<App>, Path(id): Path<i64>) -> Result<Envelope<Value>> {
    let privacy = app.privacy.clone();
    app.store.read(move |snapshot| export(snapshot, id, &privacy)).await.map(Envelope::ok)
}

async fn erase_person(app: App, id: i64, extensions: Extensions, actor: ActorOf) -> Result<NoContent> {
    let actor = actor(&extensions)?;
    let (clock, privacy) = (app.clock.clone(), app.privacy.clone());
    app.store.write(Owner::Core, move |unit| erase(unit, &clock, &actor, id, &privacy)).await?;
    app.mail.remove_forgotten().await.map(|()| NoContent)
}
