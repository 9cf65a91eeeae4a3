//! `magnetiq audit`

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use serde::{Deserialize, Serialize};

use super::order::Order as AnyOrder;
use super::output;
use super::settings::DataFlags;
use crate::app::App;
use crate::clock::random_bytes;
use crate::error::{Code, Error, Result};
use crate::http::assets::Assets;
use crate::resources::Actor;
use crate::resources::audit::export;
use crate::resources::audit::verify::{self, Broken, Verified};

/// The record of who changed what.
#[derive(Args)]
pub struct Audit {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Looks whether every record is as it was written; fails when one is not
    Verify(DataFlags),
    /// Writes all records with their hashes, one JSON object in a line
    Export(Export),
}

#[derive(Args)]
struct Export {
    #[command(flatten)]
    data: DataFlags,
    /// A new file [default: standard output]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

impl Audit {
    /// Does what the subcommand says.
    ///
    /// # Errors
    /// When a record is not as it was written, or the file cannot be written.
    pub async fn run(self, assets: Assets) -> Result<()> {
        match self.command {
            Command::Verify(data) => AnyOrder::Audit(Order::Verify).run(&data, assets, &[]).await,
            Command::Export(Export { data, out: Some(out) }) => {
                let to = std::path::absolute(out)?;
                AnyOrder::Audit(Order::Export { to }).run(&data, assets, &[]).await
            }
            Command::Export(Export { data, out: None }) => to_output(&data, assets).await,
        }
    }
}

/// By way of a file of the data folder, because another process may write it.
async fn to_output(data: &DataFlags, assets: Assets) -> Result<()> {
    let cache = data.settings([])?.data_dir.cache();
    let to = std::path::absolute(cache.join(format!("audit-{}.ndjson", hex::encode(random_bytes::<8>()))))?;
    let written = AnyOrder::Audit(Order::Export { to: to.clone() }).have_done(data, assets, &[]).await;
    let shown = written.and_then(|_| show(&to));
    let _ = fs::remove_file(&to);
    shown
}

fn show(path: &Path) -> Result<()> {
    output::copy(&mut io::BufReader::new(File::open(path)?))
}

/// What is to be done with the record.
#[derive(Debug, Serialize, Deserialize)]
pub enum Order {
    /// Looks at its chain.
    Verify,
    /// Writes it into a new file.
    Export { to: PathBuf },
}

impl Order {
    /// Carries it out; says what came of it.
    ///
    /// # Errors
    /// When a record is not as it was written, or the file cannot be written.
    pub async fn carry_out(self, site: &App) -> Result<String> {
        match self {
            Self::Verify => said(&verify::verify(&site.store).await?),
            Self::Export { to } => {
                let bytes = export::export_to(&site.store, &site.clock, &Actor::system(), &to).await?;
                Ok(format!("Wrote {} ({} KiB).", to.display(), bytes.div_ceil(1024)))
            }
        }
    }
}

fn said(found: &Verified) -> Result<String> {
    let Verified { chained, older, erased, last_hash, broken_at, .. } = found;
    if let Some(Broken { id, what }) = broken_at {
        let sentence = format!("Record {id} is not as it was written ({what}); {chained} before it are.");
        return Err(Error::new(Code::Conflict, sentence));
    }
    let last = last_hash.as_deref().unwrap_or("none");
    Ok(format!(
        "All {chained} records in the chain are as they were written; values were erased in {erased} of them. {older} are \
         from before the chain. Last hash: {last}"
    ))
}
