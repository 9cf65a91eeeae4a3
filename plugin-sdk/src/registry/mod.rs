//! What a plugin adds to the site.

mod block;
mod resource;
mod route;
mod work;

pub use block::{BlockEntry, BlockView};
pub use resource::{Change, ResourceEntry};
pub use route::{PageEntry, RouteEntry};
pub use work::{Due, ScheduleEntry};

use std::fmt;

use magnetiq_contract::block::View;
use magnetiq_contract::describe::Description;
use magnetiq_contract::task::{Hook, Task};
use serde_json::Value;

use crate::answer::Response;
use crate::call::Request;
use crate::error::Result;

/// Collects what a plugin adds, or finds the one handler that a call is for.
///
/// `Plugin::register` runs once for every call, so it stays a list: nothing is built but the description, and that
/// only while the host asks for it.
///
/// ```
/// # use magnetiq_sdk::prelude::*;
/// # #[derive(Clone, Resource, Serialize)]
/// # #[resource(
/// #     table = "p_notes__notes", en = "Note", de = "Notiz", en_plural = "Notes", de_plural = "Notizen",
/// #     title = "text", read = "notes:read", write = "notes:write"
/// # )]
/// # struct Note {
/// #     #[field(en = "Text", de = "Text")]
/// #     text: String,
/// # }
/// # #[derive(Form)]
/// # struct Nothing {}
/// # #[derive(Job, Serialize, Deserialize)]
/// # struct Tidy {}
/// # fn page(_: &Snapshot) -> Page { Page::new("notes.html", json!({})) }
/// # fn write(_: &Tx, _: Call) -> Result<()> { Ok(()) }
/// # fn work(_: &Tx) -> Result<()> { Ok(()) }
/// # fn block(_: &Snapshot, _: Nothing) -> Result<BlockView> { BlockView::new("latest.html", json!({})) }
/// fn register(site: &mut Registry) {
///     site.page("/", page).form(write);
///     site.get("/notes/latest", page).public();
///     site.post("/notes/tidy", write).signed_in();
///     site.put("/notes/{id}/pin", write).permission("notes:write");
///     site.patch("/notes/{id}/pin", write).permission("notes:write");
///     site.delete("/notes/{id}/pin", write).permission("notes:write");
///     site.resource::<Note>("notes");
///     site.block("latest", block).label(("Latest notes", "Neueste Notizen"));
///     site.schedule("nightly", "0 3 * * *", work);
///     site.job(|tx: &Tx, _: Tidy| work(tx));
///     site.on("shop.sold", |tx: &Tx, _: serde_json::Value| work(tx));
///     site.on_enable(work);
///     site.on_disable(work);
/// }
/// ```
pub struct Registry {
    description: Option<Box<Description>>,
    wanted: Wanted,
    routes: u32,
    found: Option<Found>,
}

/// What a call is for.
#[derive(Debug)]
pub(crate) enum Wanted {
    Description,
    Route(u32),
    Schedule(String),
    Job(String),
    Event(String),
    Hook(String, Hook),
    Life(String),
    Block(String),
}

/// The handler of a call.
pub(crate) enum Found {
    Route(Handler<Request, Response>),
    /// Gives back the fields that a hook changes; null for none.
    Work(Handler<Task, Value>),
    /// Reads props.
    Block(Handler<Value, View>),
}

type Handler<I, O> = Box<dyn FnOnce(I) -> Result<O>>;

impl Registry {
    pub(crate) fn new(wanted: Wanted) -> Self {
        let description = matches!(wanted, Wanted::Description).then(Box::default);
        Self { description, wanted, routes: 0, found: None }
    }

    pub(crate) fn into_description(self) -> Description {
        self.description.map_or_else(Description::default, |description| *description)
    }

    pub(crate) fn into_found(self) -> Option<Found> {
        self.found
    }
}

impl fmt::Debug for Registry {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Registry")
            .field("wanted", &self.wanted)
            .field("description", &self.description)
            .finish_non_exhaustive()
    }
}
