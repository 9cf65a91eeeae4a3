//! A bare connection, for what no well-behaved client sends.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// How long a test waits for bytes before it fails.
const PATIENCE: Duration = Duration::from_secs(20);

/// A connection.
pub struct Raw(TcpStream);

impl Raw {
    /// Connects.
    ///
    /// # Panics
    /// When nobody listens.
    pub async fn connect(address: &str) -> Self {
        Self(TcpStream::connect(address).await.expect("a connection"))
    }

    /// Sends bytes; a connection that the other end has closed takes none.
    pub async fn send(&mut self, bytes: impl AsRef<[u8]>) -> bool {
        self.0.write_all(bytes.as_ref()).await.is_ok()
    }

    /// Everything until the other end closes.
    ///
    /// # Panics
    /// When it does not close in time.
    pub async fn rest(&mut self) -> String {
        let mut bytes = Vec::new();
        let read = tokio::time::timeout(PATIENCE, self.0.read_to_end(&mut bytes)).await;
        // A reset is a close as well.
        let _ = read.expect("the connection stays open");
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// What comes next, at most 64 KiB.
    ///
    /// # Panics
    /// When nothing comes in time.
    pub async fn next(&mut self) -> String {
        let mut bytes = vec![0; 64 * 1024];
        let read = tokio::time::timeout(PATIENCE, self.0.read(&mut bytes)).await.expect("no bytes came");
        String::from_utf8_lossy(&bytes[..read.unwrap_or_default()]).into_owned()
    }
}
