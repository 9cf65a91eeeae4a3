//! `/api/v1/auth/sessions` and `/api/v1/auth/logout-all`.

use axum::extract::State;

use super::list::{self, Seen};
use crate::app::App;
use crate::auth::caller::Caller;
use crate::auth::deliver::{SignedOut, signed_out};
use crate::auth::origin::Origin;
use crate::error::Result;
use crate::http::envelope::Pagination;
use crate::http::routes::{Answer, Policy};
use crate::http::{Envelope, NoContent, Path, Routes};

/// Below `/api/v1`.
pub fn routes(routes: &mut Routes) {
    routes
        .get("/auth/sessions", Policy::Account, "Lists the user's sessions, the last used first.", sessions)
        .returns_list::<Seen>();
    routes.delete("/auth/sessions/{session}", Policy::Account, "Ends one of the user's sessions.", end);
    routes
        .post("/auth/logout-all", Policy::Account, "Ends all of the user's sessions, this one too.", end_all)
        .answers(Answer::Nothing);
}

async fn sessions(State(site): State<App>, caller: Caller) -> Result<Envelope<Vec<Seen>>> {
    let sessions = list::list(&site, caller.account()?).await?;
    let place = Pagination { page: 1, per_page: list::MOST, total: sessions.len() as u64 };
    Ok(Envelope::list(sessions, place))
}

async fn end(State(site): State<App>, origin: Origin, caller: Caller, Path(id): Path<String>) -> Result<NoContent> {
    list::end(&site, &origin, caller.account()?, id).await?;
    Ok(NoContent)
}

async fn end_all(State(site): State<App>, origin: Origin, caller: Caller) -> Result<SignedOut> {
    list::end_all(&site, &origin, caller.account()?).await?;
    signed_out(&site)
}
