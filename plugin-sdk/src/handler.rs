//! Which functions may handle what. The first parameter says what a handler may do: `&Snapshot` reads, `&Tx` writes
//! in one transaction, `&Detached` stands outside one and may call other companies' servers.
//!
//! A page that writes does not compile:
//! ```compile_fail,E0277
//! # use magnetiq_sdk::prelude::*;
//! fn page(tx: &Tx, call: Call) -> Result<Page> {
//!     Ok(Page::new("page.html", json!({})))
//! }
//! fn register(site: &mut Registry) {
//!     site.page("/", page);
//! }
//! ```
//! Nor does a call to another server inside a transaction:
//! ```compile_fail,E0599
//! # use magnetiq_sdk::prelude::*;
//! fn post(tx: &Tx, call: Call) -> Result<()> {
//!     tx.get("https://example.com").send().map(drop)
//! }
//! ```

use crate::answer::Answer;
use crate::call::{Body, Call};
use crate::detached::Detached;
use crate::error::Result;
use crate::registry::Due;
use crate::snapshot::Snapshot;
use crate::tx::Tx;

/// A handler of GET: `fn(&Snapshot, Call) -> impl Answer`, or without the call.
///
/// ```
/// # use magnetiq_sdk::prelude::*;
/// use magnetiq_sdk::Reads;
///
/// fn both<M>(site: &mut Registry, handler: impl Reads<M> + Copy) {
///     site.page("/notes", handler);
///     site.get("/notes", handler).public();
/// }
///
/// fn list(_: &Snapshot) -> Page {
///     Page::new("notes.html", json!({}))
/// }
///
/// fn register(site: &mut Registry) {
///     both(site, list);
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot answer a GET",
    note = "a page or GET handler is `fn(&Snapshot, Call) -> Result<Page>`: it reads, and cannot take `&Tx` or `&Detached`"
)]
pub trait Reads<M>: 'static {
    /// What it answers.
    type Answer: Answer;
    /// Runs it.
    fn run(&self, call: Call) -> Self::Answer;
}

/// A handler of POST, PUT, PATCH and DELETE: `fn(&Tx, Call<Form>) -> impl Answer`, or with `&Detached`.
///
/// ```
/// # use magnetiq_sdk::prelude::*;
/// use magnetiq_sdk::Writes;
///
/// fn both<M>(site: &mut Registry, handler: impl Writes<M> + Copy) {
///     site.put("/notes/{id}", handler).public();
///     site.patch("/notes/{id}", handler).public();
/// }
///
/// fn save(tx: &Tx, call: Call<Bytes>) -> Result<NoContent> {
///     tx.execute("UPDATE p_notes__notes SET text = ?", [call.body.bytes])?;
///     Ok(NoContent)
/// }
///
/// fn register(site: &mut Registry) {
///     both(site, save);
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot answer a POST, PUT, PATCH or DELETE",
    note = "it is `fn(&Tx, Call<Body>) -> Result<…>`, or `fn(&Detached, Call<Body>) -> Result<…>` to call other servers"
)]
pub trait Writes<M>: 'static {
    /// What it reads the body into.
    type Body: Body;
    /// What it answers.
    type Answer: Answer;
    /// Outside a transaction.
    const DETACHED: bool;
    /// Runs it.
    fn run(&self, call: Call<Self::Body>) -> Self::Answer;
}

impl<F, A> Reads<(A,)> for F
where
    F: Fn(&Snapshot) -> A + 'static,
    A: Answer,
{
    type Answer = A;

    fn run(&self, _: Call) -> A {
        self(&Snapshot::new())
    }
}

impl<F, A> Reads<(A, Call)> for F
where
    F: Fn(&Snapshot, Call) -> A + 'static,
    A: Answer,
{
    type Answer = A;

    fn run(&self, call: Call) -> A {
        self(&Snapshot::new(), call)
    }
}

impl<F, A, B> Writes<(A, B, Tx)> for F
where
    F: Fn(&Tx, Call<B>) -> A + 'static,
    A: Answer,
    B: Body,
{
    type Body = B;
    type Answer = A;
    const DETACHED: bool = false;

    fn run(&self, call: Call<B>) -> A {
        self(&Tx::new(), call)
    }
}

impl<F, A, B> Writes<(A, B, Detached)> for F
where
    F: Fn(&Detached, Call<B>) -> A + 'static,
    A: Answer,
    B: Body,
{
    type Body = B;
    type Answer = A;
    const DETACHED: bool = true;

    fn run(&self, call: Call<B>) -> A {
        self(&Detached::new(), call)
    }
}

/// A handler of jobs: `fn(&Tx, Remind) -> Result<()>`, or with `&Detached`.
///
/// ```
/// # use magnetiq_sdk::prelude::*;
/// #[derive(Job, Serialize, Deserialize)]
/// struct Fetch {
///     url: String,
/// }
///
/// fn fetch(call: &Detached, job: Fetch) -> Result<()> {
///     call.get(&job.url).send().map(drop)
/// }
///
/// fn register(site: &mut Registry) {
///     site.job(fetch).label(("Fetches the news", "Holt die Neuigkeiten"));
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot run the job `{J}`",
    note = "it is `fn(&Tx, {J}) -> Result<()>`, or `fn(&Detached, {J}) -> Result<()>` to call other servers"
)]
pub trait Runs<J, M>: 'static {
    /// Outside a transaction.
    const DETACHED: bool;
    /// Runs it.
    ///
    /// # Errors
    /// The job is tried again later.
    fn run(&self, job: J) -> Result<()>;
}

impl<F, J> Runs<J, Tx> for F
where
    F: Fn(&Tx, J) -> Result<()> + 'static,
{
    const DETACHED: bool = false;

    fn run(&self, job: J) -> Result<()> {
        self(&Tx::new(), job)
    }
}

impl<F, J> Runs<J, Detached> for F
where
    F: Fn(&Detached, J) -> Result<()> + 'static,
{
    const DETACHED: bool = true;

    fn run(&self, job: J) -> Result<()> {
        self(&Detached::new(), job)
    }
}

/// A handler of schedules: `fn(&Tx) -> Result<()>`, or `fn(&Tx, Due) -> Result<()>` to know when it was due.
///
/// ```
/// # use magnetiq_sdk::prelude::*;
/// fn tidy(tx: &Tx) -> Result<()> {
///     tx.execute("DELETE FROM p_notes__notes WHERE deleted_at IS NOT NULL", ()).map(drop)
/// }
///
/// fn register(site: &mut Registry) {
///     site.schedule("nightly", "0 3 * * *", tidy);
///     site.schedule("daily", "0 9 * * *", |tx: &Tx, due: Due| tx.event("day", &due.day_ends_at));
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot run on a schedule",
    note = "it is `fn(&Tx) -> Result<()>` or `fn(&Tx, Due) -> Result<()>`"
)]
pub trait Ticks<M>: 'static {
    /// Runs it.
    ///
    /// # Errors
    /// The run is tried again later.
    fn tick(&self, due: Due) -> Result<()>;
}

impl<F> Ticks<()> for F
where
    F: Fn(&Tx) -> Result<()> + 'static,
{
    fn tick(&self, _: Due) -> Result<()> {
        self(&Tx::new())
    }
}

impl<F> Ticks<Due> for F
where
    F: Fn(&Tx, Due) -> Result<()> + 'static,
{
    fn tick(&self, due: Due) -> Result<()> {
        self(&Tx::new(), due)
    }
}

/// A handler of events: `fn(&Tx, Payload) -> Result<()>`.
///
/// ```
/// # use magnetiq_sdk::prelude::*;
/// #[derive(Deserialize)]
/// struct Sold {
///     seat: i64,
/// }
///
/// fn sold(tx: &Tx, event: Sold) -> Result<()> {
///     tx.execute("DELETE FROM p_notes__seats WHERE id = ?", [event.seat]).map(drop)
/// }
///
/// fn register(site: &mut Registry) {
///     site.on("shop.sold", sold);
/// }
/// ```
pub trait Hears<P>: 'static {
    /// Hears it.
    ///
    /// # Errors
    /// The event is delivered again later.
    fn hear(&self, payload: P) -> Result<()>;
}

impl<F, P> Hears<P> for F
where
    F: Fn(&Tx, P) -> Result<()> + 'static,
{
    fn hear(&self, payload: P) -> Result<()> {
        self(&Tx::new(), payload)
    }
}
