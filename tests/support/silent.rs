//! A server that takes every request and never answers.

use std::net::SocketAddr;

use tokio::io::AsyncReadExt;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// Listens on a port of its own, to its drop.
pub struct Silent {
    /// Where it listens.
    pub address: SocketAddr,
    heard: watch::Receiver<usize>,
}

impl Silent {
    /// Begins to listen.
    ///
    /// # Panics
    /// When there is no port.
    pub async fn listen() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let (count, heard) = watch::channel(0);
        tokio::spawn(async move {
            while let Ok((connection, _)) = listener.accept().await {
                tokio::spawn(keep(connection, count.clone()));
            }
        });
        Self { address, heard }
    }

    /// Waits until so many requests have come since it began.
    ///
    /// # Panics
    /// When it has ended.
    pub async fn heard(&self, requests: usize) {
        self.heard.clone().wait_for(|heard| *heard >= requests).await.expect("a server");
    }
}

/// Counts the request once its first bytes are here, and keeps the connection until the caller ends it.
async fn keep(mut connection: TcpStream, count: watch::Sender<usize>) {
    let mut bytes = [0; 1024];
    if connection.read(&mut bytes).await.is_ok_and(|read| read > 0) {
        count.send_modify(|heard| *heard += 1);
    }
    while connection.read(&mut bytes).await.is_ok_and(|read| read > 0) {}
}
