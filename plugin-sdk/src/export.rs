//! From the border to the handlers and back.

use crate::Plugin;
use crate::answer::{Response, refusal};
use crate::call::Request;
use crate::environment::{Environment, Level};
use crate::error::{Code, Error};
use crate::registry::{Found, Registry, Wanted};

const ENVIRONMENT: Environment = Environment::new();

fn find<P: Plugin>(wanted: Wanted) -> Option<Found> {
    let mut registry = Registry::new(wanted);
    P::register(&mut registry);
    registry.into_found()
}

/// The plugin's description as JSON.
#[must_use]
pub fn describe<P: Plugin>() -> String {
    let mut registry = Registry::new(Wanted::Description);
    P::register(&mut registry);
    serde_json::to_string(&registry.into_description()).unwrap_or_default()
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

/// The plugin's own faults belong in its log; refusals do not.
fn tell(error: &Error) {
    if matches!(error.code, Code::PluginFailed | Code::Internal) {
        ENVIRONMENT.log(Level::Error, &error.message);
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
    use crate::bindings::exports::magnetiq::plugin as border;

    /// Offers a plugin to the host.
    #[derive(Debug)]
    pub struct Exports<P>(PhantomData<P>);

    impl<P: Plugin> border::describe::Guest for Exports<P> {
        fn describe() -> String {
            log_panics();
            super::describe::<P>()
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
        fn run(_task: String) -> String {
            log_panics();
            String::new()
        }
    }
}

#[cfg(target_arch = "wasm32")]
pub use component::Exports;

/// Offers a plugin to the host: `export!(Webinars);`, or `export!(Webinars, blocks);` when it registers blocks.
#[macro_export]
macro_rules! export {
    ($plugin:ty) => {
        #[cfg(target_arch = "wasm32")]
        const _: () = {
            type Exported = $crate::Exports<$plugin>;
            $crate::bindings::__export_guest!(Exported with_types_in $crate::bindings);
        };
    };
}
