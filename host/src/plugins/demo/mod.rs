//! A plugin's demo: the steps of its package, done once, in one unit, as the host itself. Rows go through the resource
//! engine with the plugin's hooks, calls through its own routes, so that a demo holds nothing that people could not
//! have made.

mod moment;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use magnetiq_contract::demo::{Create, Moment, Post, Step};
use magnetiq_contract::describe::{FieldKind, RouteKind};
use magnetiq_contract::rule::{FieldError, Rule};
use magnetiq_contract::text::Locale;
use serde_json::{Map, Value};

use super::Plugins;
use super::live::Live;
use super::sandbox::answers::Answer;
use super::sandbox::ask::Ask;
use super::sandbox::bindings::exports::serve::exports::magnetiq::plugin::serve;
use super::sandbox::state::Cause;
use super::serving::hooks::Guided;
use crate::clock;
use crate::error::{Code, Error, Result};
use crate::resources::{self, Actor, Edit, Table, Write};
use crate::store::{Deadline, Unit, Verdict};

/// How long all steps of a plugin may take: nobody waits for the writer while the site starts.
const PATIENCE: Duration = Duration::from_secs(60);

impl Plugins {
    /// Shows enabled plugins at work: does the demo of each whose tables are empty.
    ///
    /// # Errors
    /// The first refusal of each kind, with file, step and field; nothing of that plugin's demo stays.
    pub async fn fill_with_demo(self: &Arc<Self>) -> Result<()> {
        let _turn = self.turn.lock().await;
        for plugin in self.alive.load_full().iter().filter(|plugin| !plugin.built.package.demo.is_empty()) {
            self.fill(plugin.clone()).await?;
        }
        Ok(())
    }

    async fn fill(self: &Arc<Self>, plugin: Arc<Live>) -> Result<()> {
        let plugins = self.clone();
        self.store
            .lend(plugin.owner.clone(), move |unit| {
                unit.set_deadline(Deadline::after(PATIENCE));
                let mut demo = Demo {
                    plugins: &plugins,
                    plugin: &plugin,
                    guided: Guided::new(&plugins, &plugin, Cause::itself(Locale::default()), unit),
                    rows: BTreeMap::new(),
                };
                let done = demo.run();
                (demo.guided.into_unit(), done.map_or_else(|error| Verdict::RollBack(Err(error)), Verdict::Commit))
            })
            .await
    }
}

/// A demo under way.
struct Demo<'a> {
    plugins: &'a Plugins,
    plugin: &'a Arc<Live>,
    guided: Guided<'a>,
    /// Ids of the rows that have a name.
    rows: BTreeMap<String, i64>,
}

impl Demo<'_> {
    fn run(&mut self) -> Result<()> {
        let plugin = self.plugin;
        if !are_empty(self.guided.unit()?, &plugin.built.tables)? {
            return Ok(());
        }
        for (file, steps) in &plugin.built.package.demo {
            for (place, step) in steps.iter().enumerate() {
                self.step(step).map_err(|error| located(&error, file, place + 1))?;
            }
        }
        Ok(())
    }

    fn step(&mut self, step: &Step) -> Result<()> {
        match step {
            Step::Create(create) => self.create(create),
            Step::Post(post) => self.post(post),
        }
    }

    fn create(&mut self, create: &Create) -> Result<()> {
        let tables = &self.plugin.built.tables;
        let table = tables.iter().find(|table| table.resource().name == create.resource);
        let table = table.ok_or_else(|| nothing(format!("There is no resource {}.", create.resource)))?;
        let fields = self.resolved(table, &create.fields)?;
        let edit = Edit::begin(self.guided.unit()?, table, &Actor::system(), &Write::Create(&fields))?;
        let done = self.guided.steps(edit)?;
        self.rows.extend(create.name.clone().map(|name| (name, done.id)));
        Ok(())
    }

    fn post(&mut self, post: &Post) -> Result<()> {
        let path = self.filled_in(&post.to)?;
        let matched = self.plugin.built.routes.find(RouteKind::Api, "POST", &path)?;
        let request = serve::Request {
            route: u32::try_from(matched.route).map_err(Error::internal)?,
            path: matched.parameters,
            query: Vec::new(),
            content_type: "application/json".into(),
            body: serde_json::to_vec(&post.body)?,
        };
        match self.guided.ask(Ask::Serve(RouteKind::Api, request))?.answer()? {
            Answer::Problem(refusal) => Err(refusal),
            _ => Ok(()),
        }
    }

    /// The fields with ids in place of rows' names and times in place of moments.
    fn resolved(&self, table: &Table, fields: &Map<String, Value>) -> Result<Map<String, Value>> {
        let (mut resolved, mut faults) = (Map::new(), Vec::new());
        for (name, value) in fields {
            let kind = table.position(name).map(|place| table.columns()[place].field.kind);
            match self.value(kind, value) {
                Ok(value) => drop(resolved.insert(name.clone(), value)),
                Err(rule) => faults.push(FieldError::new(name, rule)),
            }
        }
        if faults.is_empty() { Ok(resolved) } else { Err(Error::fields(faults)) }
    }

    fn value(&self, kind: Option<FieldKind>, value: &Value) -> Result<Value, Rule> {
        match (kind, value) {
            (Some(FieldKind::Reference), Value::String(name)) => {
                self.rows.get(name).map(|id| Value::from(*id)).ok_or(Rule::Missing)
            }
            (Some(FieldKind::DateTime), Value::Object(_)) => {
                let moment: Moment = serde_json::from_value(value.clone())
                    .map_err(|error| Rule::expected(format!("a moment: {error}")))?;
                let moment = moment::resolve(&moment, self.plugins.clock.now(), &self.plugins.site.time_zone)?;
                Ok(clock::sql(moment).into())
            }
            _ => Ok(value.clone()),
        }
    }

    /// The path with ids in place of rows' names.
    fn filled_in(&self, path: &str) -> Result<String> {
        let segment = |segment: &str| match segment.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
            Some(name) => {
                self.rows.get(name).map(i64::to_string).ok_or_else(|| nothing(format!("There is no row {name}.")))
            }
            None => Ok(segment.to_owned()),
        };
        Ok(path.split('/').map(segment).collect::<Result<Vec<_>>>()?.join("/"))
    }
}

fn are_empty(unit: &Unit, tables: &[Arc<Table>]) -> Result<bool> {
    for table in tables {
        if !resources::is_empty(unit, table)? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn nothing(sentence: String) -> Error {
    Error::new(Code::NotFound, sentence)
}

/// The refusal with the place of the step, for whoever wrote it.
fn located(error: &Error, file: &str, step: usize) -> Error {
    let mut sentence = format!("{file}, step {step}: {}", error.message());
    for fault in error.field_errors() {
        sentence.push_str(&format!(" {}: {}", fault.field, fault.rule.message(Locale::En)));
    }
    let located = Error::new(error.code(), sentence);
    match error.cause() {
        Some(cause) => located.because(cause.to_string()),
        None => located,
    }
}
