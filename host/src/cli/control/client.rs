//! The side that asks.

use std::io::ErrorKind;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::UnixStream;

use super::{Reply, socket};
use crate::cli::order::Order;
use crate::config::DataDir;
use crate::error::{Code, Error, Result};

/// What the process that serves the folder says to an order; none when no process does.
///
/// # Errors
/// Its refusal, or that it went away before it answered.
pub async fn send(data: &DataDir, order: &Order, package: &[u8]) -> Result<Option<String>> {
    let mut stream = match UnixStream::connect(socket(data)).await {
        Ok(stream) => stream,
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::ConnectionRefused) => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    stream.write_all(serde_json::to_string(order)?.as_bytes()).await?;
    stream.write_all(b"\n").await?;
    stream.write_all(package).await?;
    stream.shutdown().await?;
    let mut reply = String::new();
    stream.read_to_string(&mut reply).await?;
    match serde_json::from_str(&reply) {
        Ok(Reply::Said(said)) => Ok(Some(said)),
        Ok(Reply::Refused(reason)) => Err(Error::new(Code::Conflict, reason)),
        Err(_) => Err(Error::new(Code::Unavailable, "The site ended before it answered.")),
    }
}
