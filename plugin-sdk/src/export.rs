//! From the border to the handlers and back.

use magnetiq_contract::block::{Block, View};
use magnetiq_contract::describe::Description;
use magnetiq_contract::task::{Outcome, Task};
use serde_json::Value;

use crate::Plugin;
use crate::answer::{Response, refusal};
use crate::call::Request;
use crate::environment::{Environment, Level};
use crate::error::{Code, Error, Result};
use crate::registry::{Found, Registry, Wanted};

const ENVIRONMENT: Environment = Environment::new();

fn find<P: Plugin>(wanted: Wanted) -> Option<Found> {
    let mut registry = Registry::new(wanted);
    P::register(&mut registry);
    registry.into_found()
}

/// What the plugin registers.
#[must_use]
pub fn describe<P: Plugin>() -> Description {
    let mut registry = Registry::new(Wanted::Description);
    P::register(&mut registry);
    registry.into_description()
}

/// Answers a request for the route with this id.
#[must_use]
pub fn serve<P: Plugin>(route: u32, request: Request) -> Response {
    let answer = match find::<P>(Wanted::Route(route)) {
        Some(Found::Route(handler)) => handler(request),
        _ => Err(Error::failed(format!("the plugin has no route {route}"))),
    };
    answer.unwrap_or_else(|error| {
        tell(&error);
        refusal(error)
    })
}

/// Runs a task, given and answered as JSON of `magnetiq_contract::task`.
#[must_use]
pub fn run<P: Plugin>(task: &str) -> String {
    let outcome = match perform::<P>(task) {
        Ok(changes) => Outcome::Done { changes },
        Err(error) => {
            tell(&error);
            Outcome::Failed(error.into_problem())
        }
    };
    serde_json::to_string(&outcome).unwrap_or_default()
}

fn perform<P: Plugin>(task: &str) -> Result<Value> {
    let task: Task = serde_json::from_str(task)?;
    let wanted = match &task {
        Task::Schedule { name, .. } => Wanted::Schedule(name.clone()),
        Task::Job { name, .. } => Wanted::Job(name.clone()),
        Task::Event { name, .. } => Wanted::Event(name.clone()),
        Task::Hook { resource, hook, .. } => Wanted::Hook(resource.clone(), *hook),
        Task::Life { step } => Wanted::Life(step.clone()),
    };
    match find::<P>(wanted) {
        Some(Found::Work(work)) => work(task),
        _ if matches!(task, Task::Life { .. }) => Ok(Value::Null),
        _ => Err(Error::failed(format!("the plugin does not know the task {task:?}"))),
    }
}

/// Renders a block, given and answered as JSON of `magnetiq_contract::block`. A block that fails says why.
#[must_use]
pub fn render<P: Plugin>(block: &str) -> String {
    let view = show::<P>(block).unwrap_or_else(|error| {
        tell(&error);
        View { problem: Some(error.into_problem()), ..View::default() }
    });
    serde_json::to_string(&view).unwrap_or_default()
}

fn show<P: Plugin>(block: &str) -> Result<View> {
    let block: Block = serde_json::from_str(block)?;
    match find::<P>(Wanted::Block(block.name.clone())) {
        Some(Found::Block(show)) => show(block.props),
        _ => Err(Error::failed(format!("the plugin has no block {}", block.name))),
    }
}

/// The plugin's own faults belong in its log; refusals do not.
fn tell(error: &Error) {
    if matches!(error.code, Code::PluginFailed | Code::Internal) {
        ENVIRONMENT.log(Level::Error, &error.message.en);
    }
}

/// Sends panics to the host's log before they trap.
#[cfg(target_arch = "wasm32")]
fn log_panics() {
    std::panic::set_hook(Box::new(|panic| ENVIRONMENT.log(Level::Error, &panic.to_string())));
}

/// The exports of a component.
#[cfg(target_arch = "wasm32")]
mod component {
    use std::marker::PhantomData;

    use super::{Plugin, Request, log_panics};
    use crate::bindings::blocks::exports::magnetiq::plugin::render;
    use crate::bindings::exports::magnetiq::plugin as border;

    /// Offers a plugin to the host.
    #[derive(Debug)]
    pub struct Exports<P>(PhantomData<P>);

    impl<P: Plugin> border::describe::Guest for Exports<P> {
        fn describe() -> String {
            log_panics();
            serde_json::to_string(&super::describe::<P>()).unwrap_or_default()
        }
    }

    impl<P: Plugin> border::serve::Guest for Exports<P> {
        fn serve(request: border::serve::Request) -> border::serve::Response {
            log_panics();
            let border::serve::Request { route, path, query, content_type, body } = request;
            let answer = super::serve::<P>(route, Request { path, query, content_type, body });
            border::serve::Response { status: answer.status, kind: answer.kind, head: answer.head, body: answer.body }
        }
    }

    impl<P: Plugin> border::run::Guest for Exports<P> {
        fn run(task: String) -> String {
            log_panics();
            super::run::<P>(&task)
        }
    }

    impl<P: Plugin> render::Guest for Exports<P> {
        fn render(block: String) -> String {
            log_panics();
            super::render::<P>(&block)
        }
    }
}

#[cfg(target_arch = "wasm32")]
pub use component::Exports;

/// Offers a plugin to the host: `export!(Webinars);`, or `export!(Webinars, blocks);` when it registers blocks.
///
/// ```
/// # use magnetiq_sdk::prelude::*;
/// struct Notes;
///
/// impl Plugin for Notes {
///     fn register(site: &mut Registry) {
///         site.get("/count", |db: &Snapshot| db.one::<i64>("SELECT count(*) FROM p_notes__notes", ()).map(Json));
///     }
/// }
///
/// export!(Notes);
/// ```
#[macro_export]
macro_rules! export {
    ($plugin:ty) => {
        #[cfg(target_arch = "wasm32")]
        const _: () = {
            type Exported = $crate::Exports<$plugin>;
    $crate::bindings::__export_guest!(Exported with_types_in $crate::bindings);
        };
        // Natively nothing calls the plugin but its tests.
        #[cfg(not(target_arch = "wasm32"))]
        const _: fn(&mut $crate::Registry) = <$plugin as $crate::Plugin>::register;
    };
    ($plugin:ty, blocks) => {
        $crate::export!($plugin);

        #[cfg(target_arch = "wasm32")]
        const _: () = {
            type Exported = $crate::Exports<$plugin>;
    $crate::bindings::blocks::__export_guest_blocks!(Exported with_types_in $crate::bindings::blocks);
        };
    };
}
