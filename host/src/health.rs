//! Is the host alive, is it ready, and how does it feel.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use jiff::{SignedDuration, Timestamp};
use magnetiq_contract::describe::Access;
use parking_lot::Mutex;
use serde_json::{Value, json};

use crate::app::{App, Site};
use crate::error::{Error, Result};
use crate::http::routes::Answer;
use crate::http::{Envelope, Routes};
use crate::jobs;

/// Probes come often; the parts are looked at once in this time.
const FRESH: SignedDuration = SignedDuration::from_secs(1);
/// Bytes on the disk below which an admin should act.
const LITTLE_SPACE: u64 = 512 * 1024 * 1024;
/// Bytes on the disk below which writing is about to fail.
const NO_SPACE: u64 = 16 * 1024 * 1024;

/// The last look at the host's parts.
#[derive(Default)]
pub struct Health(Mutex<Option<(Timestamp, Look)>>);

/// How each part is.
#[derive(Clone, Copy, Debug)]
struct Look {
    database: Feeling,
    disk: Feeling,
    mail: Feeling,
    jobs: Feeling,
    plugins: Feeling,
}

/// From best to worst, so that the whole is as its worst part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Feeling {
    Ok,
    Degraded,
    Down,
}

impl Feeling {
    fn name(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Degraded => "degraded",
            Self::Down => "down",
        }
    }
}

impl Look {
    fn whole(self) -> Feeling {
        self.database.max(self.disk).max(self.mail).max(self.jobs).max(self.plugins)
    }
}

/// Registers the probes.
pub fn routes(routes: &mut Routes) {
    let state = || Answer::Data(json!({"type": "object"}));
    routes.get("/livez", Access::Public, "Says that the process runs; reads nothing.", livez).answers(state());
    routes.get("/readyz", Access::Public, "Says whether requests can be served.", readyz).answers(state());
    routes.get("/health", Access::Public, "Says how each part of the host is.", health).answers(state());
}

async fn livez() -> Envelope<Value> {
    Envelope::ok(json!({"status": "ok"}))
}

async fn readyz(State(app): State<App>) -> Result<Envelope<Value>> {
    match look(&app).await.database {
        Feeling::Ok => Ok(Envelope::ok(json!({"status": "ok"}))),
        _ => Err(Error::unavailable(("The database does not answer.", "Die Datenbank antwortet nicht."), 1)),
    }
}

async fn health(State(app): State<App>) -> Response {
    let look = look(&app).await;
    let whole = look.whole();
    let checks = json!({
        "database": look.database.name(), "disk": look.disk.name(), "mail": look.mail.name(),
        "jobs": look.jobs.name(), "plugins": look.plugins.name(),
    });
    let answer = Envelope::ok(json!({"status": whole.name(), "checks": checks}));
    let status = if whole == Feeling::Down { StatusCode::SERVICE_UNAVAILABLE } else { StatusCode::OK };
    (status, answer).into_response()
}

async fn look(site: &Site) -> Look {
    let now = site.clock.now();
    let last = *site.health.0.lock();
    if let Some((_, look)) = last.filter(|(seen, _)| now.duration_since(*seen).abs() < FRESH) {
        return look;
    }
    let look = Look {
        database: database(site).await,
        disk: disk(site),
        mail: mail(site),
        jobs: jobs(site).await,
        plugins: plugins(site).await,
    };
    *site.health.0.lock() = Some((now, look));
    look
}

async fn database(site: &Site) -> Feeling {
    if site.store.read(|_| Ok(())).await.is_ok() { Feeling::Ok } else { Feeling::Down }
}

fn disk(site: &Site) -> Feeling {
    match fs4::available_space(site.settings.data_dir.path()) {
        Ok(bytes) if bytes >= LITTLE_SPACE => Feeling::Ok,
        Ok(bytes) if bytes >= NO_SPACE => Feeling::Degraded,
        _ => Feeling::Down,
    }
}

/// Mail waits in the outbox, so a server that cannot be reached only delays it.
fn mail(site: &Site) -> Feeling {
    if site.mail.trouble().is_none() { Feeling::Ok } else { Feeling::Degraded }
}

/// A job that was given up waits for an admin; all others go on.
async fn jobs(site: &Site) -> Feeling {
    feeling_of(site.store.read(|snapshot| jobs::has_dead(snapshot)).await)
}

/// A plugin that failed at the start does not answer; the site does.
async fn plugins(site: &Site) -> Feeling {
    let summaries = site.plugins.summaries().await;
    feeling_of(summaries.map(|plugins| plugins.iter().any(|plugin| plugin.state == "failed")))
}

fn feeling_of(troubled: Result<bool>) -> Feeling {
    if troubled.is_ok_and(|troubled| !troubled) { Feeling::Ok } else { Feeling::Degraded }
}
