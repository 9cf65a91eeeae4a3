//! The door for whoever may read the data folder: a socket in it, over which the command line has orders carried out by
//! the process that serves the site. A message is an order as JSON in one line and, after it, the bytes of its package.

mod client;
mod server;

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

pub use client::send;
pub use server::{listen, open};

use crate::config::DataDir;

/// Most bytes of a message: a package and its order.
const LONGEST: u64 = magnetiq_package::LARGEST_FILE + (64 << 10);

/// What comes back.
#[derive(Serialize, Deserialize)]
enum Reply {
    Said(String),
    Refused(String),
}

fn socket(data: &DataDir) -> PathBuf {
    data.path().join("control.sock")
}
