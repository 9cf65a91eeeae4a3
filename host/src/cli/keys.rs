//! `magnetiq keys`

use clap::{Args, Subcommand};
use serde::{Deserialize, Serialize};

use super::order::Order as AnyOrder;
use super::settings::DataFlags;
use crate::app::App;
use crate::auth::keys::{Listed, Old};
use crate::error::Result;
use crate::http::assets::Assets;

/// The keys that sign access tokens.
#[derive(Args)]
pub struct Keys {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Lists the keys and what each does.
    List(DataFlags),
    /// Makes a new key, also while the site runs; nobody is signed out. It is published at once and signs after five
    /// minutes, when everybody has had time to read it.
    Rotate(Rotate),
}

#[derive(Args)]
struct Rotate {
    #[command(flatten)]
    data: DataFlags,
    /// Somebody else may know the old keys: the new one signs at once and the old ones verify nothing any more. Programs
    /// and browsers take a new access token with their refresh token
    #[arg(long)]
    compromised: bool,
}

impl Keys {
    /// Does what the subcommand says.
    ///
    /// # Errors
    /// When a key cannot be read or written.
    pub async fn run(self, assets: Assets) -> Result<()> {
        let (order, data) = match self.command {
            Command::List(data) => (Order::List, data),
            Command::Rotate(Rotate { data, compromised }) => (Order::Rotate { compromised }, data),
        };
        AnyOrder::Keys(order).run(&data, assets, &[]).await
    }
}

/// What is to be done with the keys.
#[derive(Debug, Serialize, Deserialize)]
pub enum Order {
    /// Lists them.
    List,
    /// A new one.
    Rotate { compromised: bool },
}

impl Order {
    /// Carries it out; says what came of it.
    ///
    /// # Errors
    /// When a key cannot be read or written.
    pub async fn carry_out(self, site: &App) -> Result<String> {
        let keys = &site.auth.keys;
        match self {
            Self::List => Ok(keys.list().iter().map(line).collect::<Vec<_>>().join("\n")),
            Self::Rotate { compromised } => {
                let key = keys.rotate(if compromised { Old::Compromised } else { Old::Trusted }).await?;
                site.auth.events.flush().await;
                Ok(format!("Made the key {} ({:?}). It signs from {}.", key.kid, key.algorithm, key.signs_from))
            }
        }
    }
}

fn line(key: &Listed) -> String {
    let Listed { kid, algorithm, created_at, stage } = key;
    format!("{kid}  {algorithm:?}  made {created_at}  {stage}")
}
