//! The side that carries out.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{UnixListener, UnixStream};

use super::{LONGEST, Reply, socket};
use crate::app::App;
use crate::cli::order::Order;
use crate::cli::output;
use crate::error::{Code, Error, Result};
use crate::shutdown::Shutdown;

/// The place where orders arrive; none, with a line in the log, where it cannot be had.
pub fn open(site: &App) -> Option<UnixListener> {
    let unreachable = |error: &Error| tracing::warn!(%error, "the command line cannot reach this process");
    bind(site).inspect_err(unreachable).ok()
}

/// Carries out orders, one after the other, until the end is asked for.
pub async fn listen(listener: Option<UnixListener>, site: &App, shutdown: &Shutdown) {
    let Some(listener) = listener else { return };
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = shutdown.begun() => break,
        };
        let answered = match accepted {
            Ok((stream, _)) => answer(site, stream).await,
            Err(error) => Err(error.into()),
        };
        if let Err(error) = answered {
            tracing::warn!(%error, "an order from the command line could not be answered");
        }
    }
    // The next process takes the place of what is left.
    let _ = fs::remove_file(socket(&site.settings.data_dir));
}

/// A socket that is left from a process that was killed is nobody's: this one holds the folder's lock.
fn bind(site: &App) -> Result<UnixListener> {
    let path = socket(&site.settings.data_dir);
    if path.exists() {
        fs::remove_file(&path)?;
    }
    let listener = UnixListener::bind(&path)?;
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600))?;
    Ok(listener)
}

async fn answer(site: &App, mut stream: UnixStream) -> Result<()> {
    let mut message = Vec::new();
    (&mut stream).take(LONGEST).read_to_end(&mut message).await?;
    let reply = match carry_out(site, &message).await {
        Ok(said) => Reply::Said(said),
        Err(refusal) => Reply::Refused(output::reason(&refusal)),
    };
    Ok(stream.write_all(serde_json::to_string(&reply)?.as_bytes()).await?)
}

async fn carry_out(site: &App, message: &[u8]) -> Result<String> {
    let end = message.iter().position(|byte| *byte == b'\n');
    let (order, package) = message.split_at(end.ok_or_else(|| Error::new(Code::BadRequest, "This is no order."))?);
    let order: Order = serde_json::from_slice(order)?;
    order.carry_out(site, &package[1..]).await
}
