//! What a plugin adds to the site.

mod route;

pub use route::{PageEntry, RouteEntry};

use magnetiq_contract::describe::Description;

use crate::answer::Response;
use crate::call::Request;
use crate::error::Result;

/// Collects what a plugin adds, or finds the one handler that a call is for.
///
/// `Plugin::register` runs once for every call, so it stays a list: nothing is built but the description, and that
/// only while the host asks for it.
pub struct Registry {
    description: Option<Box<Description>>,
    wanted: Wanted,
    routes: u32,
    found: Option<Found>,
}

/// What a call is for.
pub(crate) enum Wanted {
    Description,
    Route(u32),
}

/// The handler of a call.
pub(crate) enum Found {
    Route(Box<dyn FnOnce(Request) -> Result<Response>>),
}

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
