//! A host for native tests: the plugin's tables in memory, people, mails, jobs and events as lists, a clock that
//! tests set. `cargo test` in the plugin's folder, with the SDK's feature `testing` among its dev-dependencies.

pub(crate) mod calls;
mod reply;
mod routes;
mod seen;
mod state;
mod store;

pub use reply::Reply;
pub use state::{Level as LogLevel, QueuedJob};

use std::marker::PhantomData;
use std::path::Path;
use std::time::Duration;

use magnetiq_contract::block::View;
use magnetiq_contract::call::Caller;
use magnetiq_contract::describe::{Description, RouteKind};
use magnetiq_contract::manifest::Manifest;
use magnetiq_contract::task::{Hook, Outcome, Task};
use magnetiq_contract::text::{Locale, Text};
use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::Plugin;
use crate::call::Request;
use crate::error::{Code, Error, Result};
use crate::time::Timestamp;

use self::state::{Mode, State, with};

/// A host that runs the plugin `P` natively. One at a time in each thread, as `cargo test` runs tests.
///
/// Methods that a test relies on panic with a sentence when the test itself is wrong: an unknown route, schedule or
/// resource.
///
/// ```
/// # use magnetiq_sdk::prelude::*;
/// use magnetiq_sdk::testing::FakeHost;
/// use magnetiq_sdk::contract::describe::RouteKind;
/// # struct Notes;
/// # impl Plugin for Notes { fn register(_: &mut Registry) {} }
///
/// fn a_note_is_kept_and_its_author_thanked() {
///     let host = FakeHost::<Notes>::new(env!("CARGO_MANIFEST_DIR"));
///     assert_eq!(host.description().blocks[0].name, "latest");
///     host.set_setting("thanks", true);
///     assert_eq!(host.submit("/", &[("text", "Hello")]).status, 303);
///     assert_eq!(host.rows::<String>("SELECT text FROM p_notes__notes", ()), ["Hello"]);
///     assert_eq!((host.mails().len(), host.events().len(), host.activities().len()), (1, 1, 1));
///     assert_eq!((host.people().len(), host.consents().len(), host.log().len()), (1, 0, 0));
/// }
///
/// fn a_reminder_comes_when_it_is_due() -> Result<()> {
///     let host = FakeHost::<Notes>::new(env!("CARGO_MANIFEST_DIR"));
///     host.set_time("2026-03-01T09:00:00Z");
///     let id = host.save("notes", None, json!({ "text": "Call Ada" }))?;
///     assert_eq!(host.jobs()[0].at, host.now() + 1.days());
///     host.hold_mails();
///     host.advance(1.days());
///     assert_eq!(host.run_due_jobs(), 1);
///     host.release_mails();
///     host.run_schedule("nightly")?;
///     host.run_due_schedule("daily", host.now())?;
///     host.delete("notes", id)?;
///     host.restore("notes", id)
/// }
///
/// fn everybody_reads_it_in_their_language_and_editors_alone_write() -> Result<()> {
///     let host = FakeHost::<Notes>::new(env!("CARGO_MANIFEST_DIR"));
///     host.set_mount(("notes", "notizen"));
///     host.set_public_url("https://notes.example");
///     host.set_locale(Locale::De);
///     assert!(host.page("/").text().contains("Notizen"));
///     assert_eq!(host.get("/notes").status, 200);
///     assert_eq!(host.post("/notes", json!({})).status, 401);
///     host.sign_in(1, &["notes:write"]);
///     assert_eq!(host.send("DELETE", "/notes/1", json!({})).status, 204);
///     host.sign_out();
///     host.answer_outbound("https://rates.example/eur", 200, "1.1");
///     assert_eq!(host.call(RouteKind::Api, "POST", "/hook", "text/plain", b"bytes".to_vec()).status, 204);
///     assert_eq!(host.block("latest", json!({ "count": 3 })).template, "latest.html");
///     host.hear("shop.sold", json!({ "seat": 7 }))?;
///     host.live("enable")
/// }
/// ```
#[derive(Debug)]
pub struct FakeHost<P> {
    description: Description,
    plugin: PhantomData<P>,
}

impl<P: Plugin> FakeHost<P> {
    /// A host with the contract of the plugin's folder and its migrations applied: `FakeHost::<Webinars>::new(env!("CARGO_MANIFEST_DIR"))`.
    /// It is 2026-01-15T12:00:00Z, the site stands at `https://example.com`, nobody is signed in, the language is English.
    ///
    /// # Panics
    /// When there is no `plugin.toml`, a migration fails, or a resource is described otherwise than its table is.
    #[must_use]
    pub fn new(folder: impl AsRef<Path>) -> Self {
        let store = store::migrated(folder.as_ref());
        let description = crate::describe::<P>();
        let faults: Vec<_> = description.resources.iter().flat_map(|resource| store.disagreements(resource)).collect();
        assert!(faults.is_empty(), "{}", faults.join("; "));
        State::install(manifest(folder.as_ref()), store);
        Self { description, plugin: PhantomData }
    }

    /// What the plugin registers.
    #[must_use]
    pub const fn description(&self) -> &Description {
        &self.description
    }

    /// Sets the clock: `host.set_time("2026-03-01T09:00:00Z")`.
    pub fn set_time(&self, time: &str) {
        let time: Timestamp = time.parse().unwrap_or_else(|_| panic!("{time} is no time"));
        with(|state| state.now = time);
    }

    /// Moves the clock forward.
    pub fn advance(&self, span: Duration) {
        with(|state| state.now = state.now + span);
    }

    /// The current moment.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        with(|state| state.now)
    }

    /// Speaks another language from now on.
    pub fn set_locale(&self, locale: Locale) {
        with(|state| state.context.locale = locale);
    }

    /// Where the plugin's pages stand, such as `("/en/webinars", "/de/webinare")`.
    pub fn set_mount(&self, mount: impl Into<Text>) {
        with(|state| state.context.site.mount = mount.into());
    }

    /// Moves the site to another address: `host.set_public_url("https://example.org")`.
    pub fn set_public_url(&self, url: &str) {
        with(|state| state.context.site.public_url = url.into());
    }

    /// Calls come from this user from now on.
    pub fn sign_in(&self, id: i64, permissions: &[&str]) {
        let permissions = permissions.iter().copied().map(String::from).collect();
        with(|state| state.context.caller = Some(Caller { id, permissions }));
    }

    /// Calls come from a visitor from now on.
    pub fn sign_out(&self) {
        with(|state| state.context.caller = None);
    }

    /// Sets a setting.
    pub fn set_setting(&self, name: &str, value: impl Into<Value>) {
        with(|state| state.settings.insert(name.into(), value.into()));
    }

    /// Answers outbound calls whose address begins with `url`.
    pub fn answer_outbound(&self, url: &str, status: u16, body: &str) {
        with(|state| state.outbound.push((url.into(), status, body.into())));
    }

    /// GET of an API route: `host.get("/sessions?page=2")`.
    #[must_use]
    pub fn get(&self, path: &str) -> Reply {
        self.call(RouteKind::Api, "GET", path, "", Vec::new())
    }

    /// POST of JSON to an API route.
    #[must_use]
    pub fn post(&self, path: &str, body: impl Serialize) -> Reply {
        self.send("POST", path, body)
    }

    /// Another method with JSON on an API route.
    #[must_use]
    pub fn send(&self, method: &str, path: &str, body: impl Serialize) -> Reply {
        let body = serde_json::to_vec(&body).unwrap_or_default();
        self.call(RouteKind::Api, method, path, "application/json", body)
    }

    /// GET of a page.
    #[must_use]
    pub fn page(&self, path: &str) -> Reply {
        self.call(RouteKind::Page, "GET", path, "", Vec::new())
    }

    /// POST of a page's form.
    #[must_use]
    pub fn submit(&self, path: &str, fields: &[(&str, &str)]) -> Reply {
        let pairs: Vec<_> = fields.iter().map(|(name, value)| format!("{}={}", escape(name), escape(value))).collect();
        self.call(RouteKind::Page, "POST", path, "application/x-www-form-urlencoded", pairs.join("&").into_bytes())
    }

    /// Any call, with the body as it is.
    #[must_use]
    pub fn call(&self, kind: RouteKind, method: &str, path: &str, content_type: &str, body: Vec<u8>) -> Reply {
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        let (id, parameters) = routes::find(&self.description, kind, method, path)
            .unwrap_or_else(|| panic!("the plugin has no {kind:?} route {method} {path}"));
        let query = crate::urlencoded::pairs(query.as_bytes()).unwrap_or_default();
        let request = Request { path: parameters, query, content_type: content_type.into(), body };
        let mode = match (method, self.description.routes[id].detached) {
            ("GET", _) => Mode::Read,
            (_, true) => Mode::Detached,
            (_, false) => Mode::Write,
        };
        let route = u32::try_from(id).unwrap_or(u32::MAX);
        Reply::from(state::unit(mode, || crate::serve::<P>(route, request), |answer| answer.status < 400))
    }

    /// Runs a schedule as if it were due now.
    ///
    /// # Errors
    /// Those of the handler.
    pub fn run_schedule(&self, name: &str) -> Result<()> {
        self.run_due_schedule(name, self.now())
    }

    /// Runs a schedule that was due some time ago, as after downtime.
    ///
    /// # Errors
    /// Those of the handler.
    pub fn run_due_schedule(&self, name: &str, due_at: Timestamp) -> Result<()> {
        let day_ends_at = with(|state| state.day_end(due_at)).as_micros();
        self.run(&Task::Schedule { name: name.into(), due_at: due_at.as_micros(), day_ends_at }, Mode::Write).map(drop)
    }

    /// Runs every job that is due, in order; the number of them. One that fails is due again in a minute.
    pub fn run_due_jobs(&self) -> usize {
        let mut count = 0;
        while let Some((place, task)) = with(State::due_job) {
            let Task::Job { name, .. } = &task else { break };
            let detached = self.description.jobs.iter().any(|job| job.name == *name && job.detached);
            let mode = if detached { Mode::Detached } else { Mode::Write };
            let outcome = self.run(&task, mode);
            with(|state| state.job_ended(place, outcome.err().map(|error| error.message.en)));
            count += 1;
        }
        count
    }

    /// Delivers an event.
    ///
    /// # Errors
    /// Those of the handler.
    pub fn hear(&self, event: &str, payload: impl Serialize) -> Result<()> {
        let payload = serde_json::to_value(payload)?;
        self.run(&Task::Event { name: event.into(), payload }, Mode::Write).map(drop)
    }

    /// Enables or disables the plugin: `host.live("enable")`.
    ///
    /// # Errors
    /// Those of the handler.
    pub fn live(&self, step: &str) -> Result<()> {
        self.run(&Task::Life { step: step.into() }, Mode::Write).map(drop)
    }

    /// Renders a block.
    #[must_use]
    pub fn block(&self, name: &str, props: impl Serialize) -> View {
        let locale = with(|state| state.context.locale);
        let block = json!({ "name": name, "props": props, "locale": locale }).to_string();
        let view = state::unit(Mode::Read, || crate::render::<P>(&block), |_| true);
        serde_json::from_str(&view).unwrap_or_default()
    }

    /// Creates or, with `id`, changes a row of a resource with its hooks, as the host's engine does; the row's id.
    ///
    /// # Errors
    /// Those of the hooks and of the table.
    ///
    /// # Panics
    /// When there is no such resource.
    pub fn save(&self, resource: &str, id: Option<i64>, fields: Value) -> Result<i64> {
        let described = self.resource(resource);
        let before = id.map_or(Ok(Value::Null), |id| with(|state| state.store.row(described, id)))?;
        let Value::Object(fields) = fields else { panic!("expected an object of fields") };
        let mut after = before.as_object().cloned().unwrap_or_else(|| defaults(described));
        after.extend(fields);
        self.keep(resource, id, &before, after)
    }

    /// Hides a row of a resource with its hooks.
    ///
    /// # Errors
    /// Those of the hooks and of the table.
    pub fn delete(&self, resource: &str, id: i64) -> Result<()> {
        let described = self.resource(resource);
        let row = with(|state| state.store.row(described, id))?;
        state::fallible(|| {
            self.hook(resource, Hook::BeforeDelete, &row, &row)?;
            with(|state| state.store.hide(described, id, state.now))?;
            self.hook(resource, Hook::AfterDelete, &row, &row).map(drop)
        })
    }

    /// Brings a row of a resource back from the trash with its hooks.
    ///
    /// # Errors
    /// Those of the hooks and of the table.
    ///
    /// # Panics
    /// When there is no such resource.
    pub fn restore(&self, resource: &str, id: i64) -> Result<()> {
        let before = with(|state| state.store.row(self.resource(resource), id))?;
        let mut after = before.as_object().cloned().unwrap_or_default();
        after.insert("deleted_at".into(), Value::Null);
        self.keep(resource, Some(id), &before, after).map(drop)
    }

    /// No mail leaves from now on, as while the mail server is away: what is queued waits and can be recalled. Before,
    /// and after [`Self::release_mails`], each leaves at once.
    pub fn hold_mails(&self) {
        with(|state| state.held_from = Some(state.mails.len()));
    }

    /// Lets what waits leave.
    pub fn release_mails(&self) {
        with(|state| state.held_from = None);
    }

    fn resource(&self, name: &str) -> &magnetiq_contract::describe::Resource {
        let found = self.description.resources.iter().find(|resource| resource.name == name);
        found.unwrap_or_else(|| panic!("the plugin has no resource {name}"))
    }

    fn keep(&self, resource: &str, id: Option<i64>, before: &Value, mut after: Map<String, Value>) -> Result<i64> {
        let described = self.resource(resource);
        state::fallible(|| {
            let changes = self.hook(resource, Hook::BeforeSave, before, &Value::Object(after.clone()))?;
            after.extend(changes.as_object().cloned().unwrap_or_default());
            let id = with(|state| state.store.write(described, id, &after, state.now))?;
            let stored = with(|state| state.store.row(described, id))?;
            self.hook(resource, Hook::AfterSave, before, &stored)?;
            Ok(id)
        })
    }

    fn hook(&self, resource: &str, hook: Hook, before: &Value, after: &Value) -> Result<Value> {
        if !self.resource(resource).hooks.contains(&hook) {
            return Ok(Value::Null);
        }
        let task = Task::Hook { resource: resource.into(), hook, before: before.clone(), after: after.clone() };
        outcome(&crate::run::<P>(&serde_json::to_string(&task)?))
    }

    fn run(&self, task: &Task, mode: Mode) -> Result<Value> {
        let task = serde_json::to_string(task)?;
        state::unit(mode, || outcome(&crate::run::<P>(&task)), Result::is_ok)
    }
}

fn manifest(folder: &Path) -> Manifest {
    let path = folder.join("plugin.toml");
    let text = std::fs::read_to_string(&path).unwrap_or_else(|cause| panic!("{}: {cause}", path.display()));
    toml::from_str(&text).unwrap_or_else(|cause| panic!("{}: {cause}", path.display()))
}

impl<P> Drop for FakeHost<P> {
    fn drop(&mut self) {
        State::remove();
    }
}

fn outcome(text: &str) -> Result<Value> {
    match serde_json::from_str(text)? {
        Outcome::Done { changes } => Ok(changes),
        Outcome::Failed(problem) => {
            Err(Error { code: Code::from_name(&problem.code), message: problem.message, fields: problem.fields })
        }
    }
}

fn defaults(resource: &magnetiq_contract::describe::Resource) -> Map<String, Value> {
    resource.fields.iter().map(|field| (field.name.clone(), field.default.clone())).collect()
}

fn escape(text: &str) -> String {
    let escape = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => char::from(byte).to_string(),
        _ => format!("%{byte:02x}"),
    };
    text.bytes().map(escape).collect()
}
