//! `magnetiq secrets`

use clap::{Args, Subcommand};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::order::Order as AnyOrder;
use super::settings::DataFlags;
use crate::app::{App, SEALED};
use crate::auth::events::Kind;
use crate::auth::{Origin, SecurityEvent};
use crate::error::Result;
use crate::http::assets::Assets;
use crate::secrets::{self, Leave, Rotated};

/// The master key.
#[derive(Args)]
pub struct Secrets {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Begins a new version of the master key and seals everything anew with it, also while the site runs. Interrupted,
    /// the next one goes on.
    Rotate(Rotate),
}

#[derive(Args)]
struct Rotate {
    #[command(flatten)]
    data: DataFlags,
    /// Somebody else may know the key: forgets it at once, also for links in mails that were sent
    #[arg(long)]
    compromised: bool,
}

impl Secrets {
    /// Does what the subcommand says.
    ///
    /// # Errors
    /// When the key file cannot be written or something does not open.
    pub async fn run(self, assets: Assets) -> Result<()> {
        let Command::Rotate(Rotate { data, compromised }) = self.command;
        AnyOrder::Secrets(Order::Rotate { compromised }).run(&data, assets, &[]).await
    }
}

/// What is to be done with the master key.
#[derive(Debug, Serialize, Deserialize)]
pub enum Order {
    /// A new version.
    Rotate { compromised: bool },
}

impl Order {
    /// Carries it out; says what came of it.
    ///
    /// # Errors
    /// When the key file cannot be written or something does not open.
    pub async fn carry_out(self, site: &App) -> Result<String> {
        let Self::Rotate { compromised } = self;
        let leave = if compromised { Leave::Nothing } else { Leave::Links };
        let rotated = secrets::rotate(&site.secrets, &site.store, &site.clock, SEALED, leave).await?;
        let details = json!({"values": rotated.values, "compromised": compromised});
        site.auth.events.queue(SecurityEvent::new(Kind::MasterKeyRotated, &Origin::default()).details(details));
        site.auth.events.flush().await;
        Ok(said(rotated, compromised, &site.settings.security.master_key_file.display().to_string()))
    }
}

fn said(Rotated { values, resumed }: Rotated, compromised: bool, path: &str) -> String {
    let began = if resumed { "Went on with a rotation that was interrupted." } else { "Began a new version." };
    let left = match compromised {
        true => "The old one is forgotten; links in mails that were sent are worth nothing any more.",
        false => "The old one verifies links that were sent, for eight days, and seals nothing any more.",
    };
    format!(
        "{began} Secrets sealed anew: {values}. {left} Keep a copy of {path} apart from the backups; older backups need \
         the key of their time."
    )
}
