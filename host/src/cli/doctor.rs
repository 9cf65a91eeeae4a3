//! `magnetiq doctor`: why is it off, what is missing.

use std::net::TcpListener;
use std::path::Path;

use clap::Args;

use super::output;
use super::settings::DataFlags;
use crate::config::{Environment, Settings};
use crate::error::{Code, Error, Result};
use crate::http::assets::Assets;
use crate::mail::Transport;

/// Says what is missing or wrong, without changing anything.
#[derive(Args)]
pub struct Doctor {
    #[command(flatten)]
    data: DataFlags,
}

/// What one look found.
enum Finding {
    Good(String),
    /// Worth knowing; the site works all the same.
    Note(String),
    Bad(String),
}

impl Doctor {
    /// Looks at everything and prints a line for each.
    ///
    /// # Errors
    /// When something is wrong.
    pub async fn run(&self, assets: &Assets) -> Result<()> {
        let settings = self.data.settings([])?;
        let mut findings = vec![Finding::Good("The settings can be used.".to_owned())];
        findings.extend(settings.later.iter().map(|name| later(name)));
        findings.extend([data_folder(settings.data_dir.path()), database(&settings), running(&settings)]);
        findings.extend([mail(&settings).await, panel(assets)]);
        report(&findings)
    }
}

fn report(findings: &[Finding]) -> Result<()> {
    for finding in findings {
        output::line(&match finding {
            Finding::Good(sentence) => format!("ok      {sentence}"),
            Finding::Note(sentence) => format!("note    {sentence}"),
            Finding::Bad(sentence) => format!("WRONG   {sentence}"),
        })?;
    }
    match findings.iter().filter(|finding| matches!(finding, Finding::Bad(_))).count() {
        0 => Ok(()),
        1 => Err(Error::new(Code::Conflict, "One thing is wrong.")),
        more => Err(Error::new(Code::Conflict, format!("{more} things are wrong."))),
    }
}

fn later(name: &str) -> Finding {
    Finding::Note(format!("This version does not use the setting {name} yet."))
}

fn data_folder(path: &Path) -> Finding {
    let shown = path.display();
    match std::fs::metadata(path) {
        Err(_) => Finding::Note(format!("The data folder {shown} is not there yet; the first start makes it.")),
        Ok(found) if !found.is_dir() => Finding::Bad(format!("The data folder {shown} is no folder.")),
        Ok(_) => match tempfile::tempfile_in(path) {
            Ok(_) => Finding::Good(format!("The data folder {shown} can be written.")),
            Err(error) => Finding::Bad(format!("The data folder {shown} cannot be written: {error}.")),
        },
    }
}

fn database(settings: &Settings) -> Finding {
    let path = settings.data_dir.database();
    match std::fs::metadata(&path) {
        Ok(found) => Finding::Good(format!("The database {} has {} KiB.", path.display(), found.len() / 1024)),
        Err(_) => Finding::Note(format!("The database {} is not there yet; the first start makes it.", path.display())),
    }
}

/// Whether the host runs, or could.
fn running(settings: &Settings) -> Finding {
    let address = settings.server.listen;
    let lock = settings.data_dir.path().is_dir().then(|| settings.data_dir.lock());
    match lock {
        Some(Err(held)) if held.code() == Code::Conflict => Finding::Good(held.message().to_owned()),
        _ => match TcpListener::bind(address) {
            Ok(_) => Finding::Note(format!("The host is not running; the address {address} is free.")),
            Err(error) => Finding::Bad(format!("The host is not running, and {address} cannot be used: {error}.")),
        },
    }
}

async fn mail(settings: &Settings) -> Finding {
    let Some(server) = &settings.mail.server else {
        let sentence = "No SMTP server is set; mails are written to the data folder.".to_owned();
        let is_real = settings.environment == Environment::Production;
        return if is_real { Finding::Bad(sentence) } else { Finding::Note(sentence) };
    };
    let reached = match Transport::smtp(server) {
        Ok(transport) => transport.check().await,
        Err(error) => Err(error.to_string()),
    };
    match reached {
        Ok(()) => Finding::Good("The SMTP server takes our sign-in.".to_owned()),
        Err(reason) => Finding::Bad(format!("The SMTP server cannot be used: {}.", reason.trim_end_matches('.'))),
    }
}

fn panel(assets: &Assets) -> Finding {
    if assets.admin.get("index.html").is_some() {
        return Finding::Good("The panel is part of this binary.".to_owned());
    }
    Finding::Bad("This binary was built without the panel: use `make build`.".to_owned())
}
