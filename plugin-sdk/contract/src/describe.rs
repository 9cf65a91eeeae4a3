//! What a plugin does: collected by `register`, returned by `describe`, checked by the host, shown to the admin.

use crate::task::Hook;
use crate::text::Text;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Everything that a plugin registers.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Description {
    /// Pages and API routes; a route's id is its place in this list.
    pub routes: Vec<Route>,
    /// Tables that the host runs.
    pub resources: Vec<Resource>,
    /// Blocks for the page builder.
    pub blocks: Vec<Block>,
    /// Scheduled hooks.
    pub schedules: Vec<Schedule>,
    /// Jobs that may be queued.
    pub jobs: Vec<Job>,
    /// Names of events that `run` wants to hear.
    pub subscriptions: Vec<String>,
}

impl Description {
    /// What of it only code can do, each as a sentence's subject; nothing, for a plugin of resources, templates and
    /// blocks alone.
    #[must_use]
    pub fn needs_code(&self) -> Vec<Text> {
        let named = |english: &str, german: &str, name: &str| {
            Text::new(format!("{english} {name}"), format!("{german} {name}"))
        };
        let address = |route: &Route| format!("{} {}", route.method, route.path);
        let routes = self.routes.iter().map(|route| named("the route", "die Route", &address(route)));
        let schedules = self.schedules.iter().map(|schedule| named("the schedule", "der Zeitplan", &schedule.name));
        let jobs = self.jobs.iter().map(|job| named("the job", "die Aufgabe", &job.name));
        let events = self.subscriptions.iter().map(|event| named("the subscription", "das Abonnement", event));
        let hooked = self.resources.iter().filter(|resource| !resource.hooks.is_empty());
        let hooks = hooked.map(|resource| named("a hook of the resource", "ein Hook der Ressource", &resource.name));
        routes.chain(schedules).chain(jobs).chain(events).chain(hooks).collect()
    }
}

/// One method on one path.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Route {
    /// Page of the site, or API.
    pub kind: RouteKind,
    /// `GET`, `POST`, `PUT`, `PATCH` or `DELETE`.
    pub method: String,
    /// Below the plugin's mount or API prefix: `/sessions/{id}/registrations`.
    pub path: String,
    /// Who may call it.
    pub access: Access,
    /// Runs outside a transaction and may call granted hosts.
    #[serde(default)]
    pub detached: bool,
    /// At most so many calls.
    #[serde(default)]
    pub limit: Option<RateLimit>,
    /// Query parameters that it reads; others are refused on the API and ignored on pages.
    #[serde(default)]
    pub query: Vec<String>,
    /// JSON Schema of the body, for OpenAPI and for the depth of checks.
    #[serde(default)]
    pub body: Option<Value>,
    /// Takes any bytes of any media type: a webhook that is signed over its body.
    #[serde(default)]
    pub raw: bool,
    /// Status of the API's answer when all goes well, for OpenAPI; none where it is not known before.
    #[serde(default)]
    pub status: Option<u16>,
    /// One line for OpenAPI.
    #[serde(default)]
    pub summary: String,
}

/// Where a route stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum RouteKind {
    /// `/{locale}/{mount}…`, answered with pages; a POST takes a form.
    Page,
    /// `/api/v1/{plugin}…`, answered with the envelope.
    Api,
}

/// Who may do something.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Access {
    /// Nobody: the default, so that nothing is open by omission.
    #[default]
    Nobody,
    /// Anyone, without signing in.
    Public,
    /// Any signed-in user.
    SignedIn,
    /// Users with this permission, such as `webinars:write`.
    Permission(String),
}

/// At most `times` in `seconds`, counted by caller's address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct RateLimit {
    /// How often.
    pub times: u32,
    /// Within so many seconds.
    pub seconds: u32,
}

/// A table that the host lists, validates, saves, hides, restores, exports and draws.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Resource {
    /// Plural, kebab-case; its path segment.
    pub name: String,
    /// The table's full name: `p_webinars__topics`.
    pub table: String,
    /// What one is called.
    pub label: Text,
    /// What many are called.
    pub label_plural: Text,
    /// Columns beside id, created_at, updated_at and deleted_at, in the order of forms.
    pub fields: Vec<Field>,
    /// Field whose value names a row in lists of choices.
    pub title_field: String,
    /// Default order, such as `-starts_at`.
    pub sort: String,
    /// Who sees rows. Callers without it get the rows of `public_rows`, if any.
    pub read: Access,
    /// Who creates.
    pub create: Access,
    /// Who changes.
    pub update: Access,
    /// Who hides and restores.
    pub delete: Access,
    /// When set, callers without `read` see rows that meet every condition, and of them public columns alone. A row that
    /// points to a row of another such resource is seen only while that one is.
    pub public_rows: Option<Vec<Condition>>,
    /// Hooks that call the guest.
    pub hooks: Vec<Hook>,
    /// Buttons on a row, each a POST route of the plugin.
    pub actions: Vec<Action>,
    /// Where the panel's menu lists it; none keeps it out.
    pub menu: Option<Menu>,
}

impl Resource {
    /// The field whose value names a row.
    #[must_use]
    pub fn title(&self) -> Option<&Field> {
        self.fields.iter().find(|field| field.name == self.title_field)
    }

    /// Whether those who may not read the resource see this column of it.
    #[must_use]
    pub fn shows_to_all(&self, field: &Field) -> bool {
        self.read == Access::Public || (self.public_rows.is_some() && field.public)
    }
}

/// A place in the panel's menu.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Menu {
    /// Lower first.
    pub order: u32,
    /// Name of an icon of the panel.
    pub icon: String,
}

/// A column.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Field {
    /// Column and JSON name.
    pub name: String,
    /// What it holds.
    pub kind: FieldKind,
    /// Its name for people.
    pub label: Text,
    /// A sentence below the input.
    pub help: Text,
    /// Must be given; otherwise the column may be NULL.
    pub required: bool,
    /// No two rows share it.
    pub unique: bool,
    /// Set by the plugin's code, never by a caller.
    pub read_only: bool,
    /// Callers without the resource's `read` see it.
    pub public: bool,
    /// Belongs to a person: erased and exported with them.
    pub personal: bool,
    /// May be filtered by `?name=value`.
    pub filter: bool,
    /// May be sorted by.
    pub sort: bool,
    /// `?q=` looks here.
    pub search: bool,
    /// A column of the panel's list.
    pub list: bool,
    /// Value when none is given; null for none.
    pub default: Value,
    /// Least number, or least length of text.
    pub min: Option<f64>,
    /// Greatest number, or greatest length of text.
    pub max: Option<f64>,
    /// Allowed values of a choice.
    pub choices: Vec<Choice>,
    /// Resource that a reference points to.
    pub references: Option<String>,
    /// Field with the IANA zone in which people read and write this time.
    pub zone_field: Option<String>,
}

/// What a column holds. SQLite type in brackets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum FieldKind {
    /// One line (TEXT).
    #[default]
    Text,
    /// Several lines (TEXT).
    LongText,
    /// EN and DE beside each other (TEXT, JSON `{"en","de"}`).
    Localized,
    /// As `Localized`, several lines.
    LocalizedLong,
    /// Part of an address (TEXT).
    Slug,
    /// E-mail address (TEXT).
    Email,
    /// Absolute http(s) address (TEXT).
    Url,
    /// Whole number (INTEGER).
    Integer,
    /// Number (REAL).
    Number,
    /// True or false (INTEGER 0/1).
    Boolean,
    /// One of `choices` (TEXT with a CHECK).
    Choice,
    /// RFC 3339 in UTC (TEXT).
    DateTime,
    /// IANA zone (TEXT).
    TimeZone,
    /// Language code (TEXT with a CHECK).
    Locale,
    /// Id of a row of `references` (INTEGER with a foreign key).
    Reference,
    /// Handle of a person (INTEGER).
    Person,
    /// Any JSON (TEXT).
    Json,
}

/// An allowed value.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Choice {
    /// As stored.
    pub value: String,
    /// As shown.
    pub label: Text,
    /// Set by the plugin's code, never by a caller; a row that has it may keep it.
    pub read_only: bool,
}

/// A condition on a column.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Condition {
    /// The column.
    pub field: String,
    /// How it is compared.
    pub is: Comparison,
    /// With what; the text `now` in a time column stands for the current moment.
    pub value: Value,
}

/// How a condition compares.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Comparison {
    /// `=`
    Equal,
    /// `<>`
    NotEqual,
    /// `>`
    After,
    /// `<`
    Before,
}

/// A button on a row.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Action {
    /// Name for tests and keys.
    pub name: String,
    /// On the button.
    pub label: Text,
    /// Route of the plugin below its API prefix; `{id}` is the row's.
    pub path: String,
    /// Question before it is done; empty asks nothing.
    pub confirm: Text,
    /// Drawn as dangerous.
    pub danger: bool,
    /// Who gets a message when it is done; they are counted before it is.
    pub tells: Option<Audience>,
}

/// Rows of another resource that point to a row, such as the registrations of a session that count on it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Audience {
    /// The resource of the same plugin.
    pub resource: String,
    /// Its field that points to the row; one that may be filtered.
    pub reference: String,
    /// Its field that tells who is meant; one that may be filtered.
    pub field: String,
    /// The values of those who are.
    pub values: Vec<String>,
}

/// A block for the page builder.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Block {
    /// Kebab-case.
    pub name: String,
    /// For the editor.
    pub label: Text,
    /// What the editor fills in.
    pub props: Vec<Field>,
}

/// A scheduled hook.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Schedule {
    /// Its name.
    pub name: String,
    /// Five cron fields, read in the site's zone.
    pub cron: String,
    /// For the admin.
    pub label: Text,
}

/// A kind of job.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Job {
    /// Its name.
    pub name: String,
    /// For the admin; empty shows its name.
    pub label: Text,
    /// Runs outside a transaction and may call granted hosts.
    pub detached: bool,
    /// Tries before it is dead.
    pub attempts: u32,
}
