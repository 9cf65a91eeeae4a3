//! Matching paths to described routes.

use magnetiq_contract::describe::{Description, Route, RouteKind};

/// The route's id and its parameters. A segment that is written out goes before one that is a parameter.
pub(super) fn find(
    description: &Description,
    kind: RouteKind,
    method: &str,
    path: &str,
) -> Option<(usize, Vec<String>)> {
    let routes = description.routes.iter().enumerate();
    let candidates = routes.filter(|(_, route)| route.kind == kind && route.method == method);
    let matches = candidates.filter_map(|(id, route)| Some((id, matched(route, path)?)));
    matches.min_by_key(|(_, parameters)| parameters.len())
}

fn matched(route: &Route, path: &str) -> Option<Vec<String>> {
    let (pattern, path) = (segments(&route.path), segments(path));
    if pattern.len() != path.len() {
        return None;
    }
    let mut parameters = Vec::new();
    for (part, given) in pattern.into_iter().zip(path) {
        if part.starts_with('{') {
            parameters.push(given.to_owned());
        } else if part != given {
            return None;
        }
    }
    Some(parameters)
}

fn segments(path: &str) -> Vec<&str> {
    path.split('/').filter(|part| !part.is_empty()).collect()
}
