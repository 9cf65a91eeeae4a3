//! What a developer reads in the terminal.

use std::path::Path;
use std::time::Duration;

use magnetiq_contract::describe::{Description, RouteKind};
use magnetiq_contract::text::Locale;
use magnetiq_pack::Built;

use super::place::places;
use crate::cli::output;
use crate::error::{Error, Result};

/// The site has what was saved.
pub(super) fn swapped(built: &Built, took: Duration) -> Result<()> {
    let manifest = &built.folder.manifest;
    output::line(&format!("Swapped {} {} in {:.2} s.", manifest.id, manifest.version, took.as_secs_f64()))
}

/// The site has what it had before.
pub(super) fn refused(folder: &Path, error: &Error) -> Result<()> {
    output::line(&format!("Not swapped: {}", error.message()))?;
    if error.message().contains("changed after it ran") {
        output::line("  To begin anew with an empty database, end this and remove .magnetiq.")?;
    }
    places(folder, error.message()).iter().try_for_each(|place| output::line(&format!("  {place}")))
}

/// What the plugin adds to the site, with addresses that can be opened.
pub(super) fn registered(built: &Built, site: &str) -> Result<()> {
    let manifest = &built.folder.manifest;
    let described: Description = serde_json::from_str(&built.description)?;
    let site = site.trim_end_matches('/');
    for route in &described.routes {
        let below = if route.path == "/" { "" } else { &route.path };
        let address = match route.kind {
            RouteKind::Page => format!("{site}/en/{}{below}", manifest.mount.get(Locale::En)),
            RouteKind::Api => format!("{site}/api/v1/{}{below}", manifest.id),
        };
        said("route", &format!("{:<6} {address}", route.method))?;
    }
    for resource in &described.resources {
        said("table", &format!("{} ({site}/api/v1/{}/{})", resource.table, manifest.id, resource.name))?;
    }
    for block in &described.blocks {
        said("block", &block.name)?;
    }
    for schedule in &described.schedules {
        said("schedule", &format!("{} ({})", schedule.name, schedule.cron))?;
    }
    for job in &described.jobs {
        said("job", &job.name)?;
    }
    described.subscriptions.iter().try_for_each(|event| said("event", event))
}

fn said(kind: &str, what: &str) -> Result<()> {
    output::line(&format!("  {kind:<9} {what}"))
}
