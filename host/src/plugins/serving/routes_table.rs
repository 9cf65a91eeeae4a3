//! Which of a plugin's own routes a path and method mean. Its resources' paths are the engine's to read.

use magnetiq_contract::describe::{Description, RouteKind};
use magnetiq_contract::text::Text;
use matchit::Router;

use crate::error::{Error, Result};
use crate::plugins::package::refusal::refused;

/// Paths of one kind with the methods at each.
#[derive(Default)]
struct Paths {
    router: Router<usize>,
    patterns: Vec<(String, Vec<(String, usize)>)>,
}

/// All routes of one plugin.
#[derive(Default)]
pub(in crate::plugins) struct RouteTable {
    pages: Paths,
    api: Paths,
}

/// A matched route with the values of its pattern's parameters, in order.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::plugins) struct Matched {
    /// The route's id.
    pub route: usize,
    /// Values of `{…}`.
    pub parameters: Vec<String>,
}

impl RouteTable {
    /// The routes that a description asks for.
    ///
    /// # Errors
    /// Validation, when two of them cannot be told apart.
    pub fn new(description: &Description) -> Result<Self> {
        let mut table = Self::default();
        for (place, route) in description.routes.iter().enumerate() {
            let paths = if route.kind == RouteKind::Page { &mut table.pages } else { &mut table.api };
            paths.add(&route.path, &route.method, place)?;
        }
        Ok(table)
    }

    /// The route of this kind at `path`, which begins with a slash.
    ///
    /// # Errors
    /// Not found; method not allowed with the methods that are.
    pub fn find(&self, kind: RouteKind, method: &str, path: &str) -> Result<Matched> {
        let paths = if kind == RouteKind::Page { &self.pages } else { &self.api };
        paths.find(method, path)
    }
}

impl Paths {
    fn add(&mut self, path: &str, method: &str, route: usize) -> Result<()> {
        let place = match self.patterns.iter().position(|(known, _)| known == path) {
            Some(place) => place,
            None => {
                self.router.insert(path, self.patterns.len()).map_err(|error| clash(path, error.to_string()))?;
                self.patterns.push((path.to_owned(), Vec::new()));
                self.patterns.len() - 1
            }
        };
        let methods = &mut self.patterns[place].1;
        if methods.iter().any(|(known, _)| known == method) {
            return Err(clash(path, (format!("{method} stands twice"), format!("{method} steht doppelt da"))));
        }
        methods.push((method.to_owned(), route));
        Ok(())
    }

    fn find(&self, method: &str, path: &str) -> Result<Matched> {
        let found = self.router.at(path).map_err(|_| Error::not_found())?;
        let methods = &self.patterns[*found.value].1;
        let wanted = if method == "HEAD" { "GET" } else { method };
        let Some((_, route)) = methods.iter().find(|(known, _)| known == wanted) else {
            return Err(Error::method_not_allowed(methods.iter().map(|(method, _)| method.as_str())));
        };
        let parameters = found.params.iter().map(|(_, value)| decoded(value)).collect();
        Ok(Matched { route: *route, parameters })
    }
}

fn decoded(value: &str) -> String {
    percent_encoding::percent_decode_str(value).decode_utf8_lossy().into_owned()
}

fn clash(path: &str, reason: impl Into<Text>) -> Error {
    let what = (format!("The plugin's route {path}"), format!("Die Route {path} des Plugins"));
    refused(what, &[reason.into()])
}
