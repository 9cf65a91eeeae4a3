//! For those who judge packages: `inspect`, `diff`.

use std::path::{Path, PathBuf};

use clap::Args;
use serde::Serialize;

use super::refused;
use crate::cli::output;
use crate::error::{Error, Result};
use crate::plugins::package::Package;
use crate::plugins::package::difference::{Change, words};
use crate::plugins::package::inspection::{Differences, Facts, Fate, Inspected};

/// `plugin inspect`
#[derive(Args)]
pub(super) struct Inspect {
    /// A `.mqp` file
    package: PathBuf,
    /// As JSON
    #[arg(long)]
    json: bool,
}

/// `plugin diff`
#[derive(Args)]
pub(super) struct Diff {
    /// The older `.mqp` file
    older: PathBuf,
    /// The newer one
    newer: PathBuf,
    /// As JSON
    #[arg(long)]
    json: bool,
}

impl Inspect {
    pub fn run(self) -> Result<()> {
        let facts = inspected(&self.package)?.facts();
        if self.json { json(&facts) } else { lines(&shown(&facts)) }
    }
}

impl Diff {
    pub fn run(self) -> Result<()> {
        let differences = inspected(&self.older)?.difference(&inspected(&self.newer)?)?;
        if self.json { json(&differences) } else { lines(&told(&differences)) }
    }
}

/// A package and its bytes.
pub(super) fn opened(path: &Path) -> Result<(Package, Vec<u8>)> {
    let bytes = bytes(path)?;
    Ok((Package::from_zip(&bytes).map_err(named(path))?, bytes))
}

fn inspected(path: &Path) -> Result<Inspected> {
    Inspected::read(&bytes(path)?).map_err(named(path))
}

fn bytes(path: &Path) -> Result<Vec<u8>> {
    let hint = "Name a .mqp file, which `magnetiq plugin pack` makes.";
    magnetiq_package::archive::read_file(path).map_err(|error| refused(format!("{}: {error}. {hint}", path.display())))
}

fn named(path: &Path) -> impl Fn(Error) -> Error {
    move |error| refused(format!("{}: {}", path.display(), error.message()))
}

fn json(value: &impl Serialize) -> Result<()> {
    output::line(&serde_json::to_string_pretty(value)?)
}

fn lines(lines: &[String]) -> Result<()> {
    lines.iter().try_for_each(|line| output::line(line))
}

fn shown(facts: &Facts) -> Vec<String> {
    let mut lines = vec![
        format!("{} {}: {}", facts.id, facts.version, facts.name.en),
        format!("  publisher  {}", word(&facts.publisher)),
        format!("  signed by  {}", facts.signer.as_deref().unwrap_or("nobody")),
        format!("  api        {}", facts.api),
        format!("  digest     {}", facts.digest),
        format!("  size       {} bytes", facts.size),
    ];
    let asked = facts.capabilities.iter().map(|(name, asked)| {
        let quantity = asked.quantity.map(|number| words::quantity(name, Some(number)).en);
        let details: Vec<_> = quantity.into_iter().chain(asked.names.iter().cloned()).collect();
        format!("{name:<10} {:<24} {}", details.join(", "), asked.reason.en)
    });
    section(&mut lines, "Asks for", asked);
    let permissions = facts.permissions.iter();
    section(
        &mut lines,
        "Adds permissions",
        permissions.map(|permission| {
            format!("{:<24} from {:<12} {}", permission.name, words::role(&permission.role).en, permission.label.en)
        }),
    );
    section(&mut lines, "Opens to everybody", facts.public.iter().cloned());
    section(&mut lines, "Calls", facts.hosts.iter().cloned());
    let schedules = facts.schedules.iter();
    section(
        &mut lines,
        "Does by itself",
        schedules.map(|schedule| format!("{:<12} {:<16} {}", schedule.name, schedule.cron, schedule.label.en)),
    );
    section(&mut lines, "Holds", facts.parts.iter().map(|(path, size)| format!("{size:>9}  {path}")));
    lines
}

fn told(differences: &Differences) -> Vec<String> {
    let (older, newer) = &differences.versions;
    let mut lines = vec![format!("{older} -> {newer}")];
    let signer = |signer: &Option<String>| signer.clone().unwrap_or_else(|| "nobody".into());
    let (was, is) = (signer(&differences.signers.0), signer(&differences.signers.1));
    lines.push(if was == is {
        format!("  signed by  {is}, as before")
    } else {
        format!("  signed by  {is}; before: {was}")
    });
    lines.push(format!("  size       {} bytes; before: {}", differences.sizes.1, differences.sizes.0));
    let text = |change: &Change| change.text.en.clone();
    let (grown, other): (Vec<_>, Vec<_>) = differences.changes.iter().partition(|change| change.grows);
    section(&mut lines, "More rights, which an admin is asked for", grown.into_iter().map(text));
    section(&mut lines, "Also", other.into_iter().map(text));
    let sign = |fate: Fate| match fate {
        Fate::Added => '+',
        Fate::Removed => '-',
        Fate::Changed => '~',
    };
    let parts = differences.parts.iter().map(|(fate, path, size)| format!("{} {size:>9}  {path}", sign(*fate)));
    section(&mut lines, "Parts", parts);
    lines
}

/// Lines below a title; nothing at all without lines.
fn section(lines: &mut Vec<String>, title: &str, body: impl Iterator<Item = String>) {
    let body: Vec<_> = body.map(|line| format!("  {}", line.trim_end())).collect();
    if !body.is_empty() {
        lines.extend([String::new(), title.to_owned()]);
        lines.extend(body);
    }
}

fn word(text: &str) -> &str {
    if text.is_empty() { "not named" } else { text }
}
