//! What plugins may take of the machine, and whom they may call beside public servers.

use std::net::SocketAddr;

use super::Source;
use super::limits::at_least_one;

/// What plugins may take of the machine, and whom they may call beside public servers.
#[derive(Clone, Debug)]
pub struct PluginSettings {
    /// Computing time that compiling one component may take, in seconds.
    pub compile_seconds: u32,
    /// Memory that it may take, in MiB.
    pub compile_memory_mib: u32,
    /// Servers at addresses that are not public, which plugins may call all the same where it is granted.
    pub private_servers: Vec<SocketAddr>,
}

impl PluginSettings {
    pub(super) fn read(source: &mut Source) -> Self {
        Self {
            compile_seconds: at_least_one(source, "COMPILE_SECONDS", 60),
            compile_memory_mib: at_least_one(source, "COMPILE_MEMORY_MIB", 2048),
            private_servers: source
                .list("PRIVATE_SERVERS", "addresses with ports such as 10.0.0.5:8080, between commas"),
        }
    }
}
