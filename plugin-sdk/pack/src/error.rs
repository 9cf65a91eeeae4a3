//! Why a plugin was not packed.

use std::path::PathBuf;

/// What the packer returns.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// A sentence for the plugin's author.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file could not be read or written.
    #[error("{}: {cause}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        cause: std::io::Error,
    },
    /// `plugin.toml` is not as it should be.
    #[error("plugin.toml: {0}")]
    Manifest(String),
    /// Cargo could not be run, or did not build the plugin; what it said stands on stderr already.
    #[error("{0}")]
    Compile(String),
    /// The core module could not be made a component.
    #[error("this module is no plugin: {0}")]
    Component(String),
    /// What the plugin registers is not what its manifest allows, or cannot be read.
    #[error("description: {0}")]
    Description(String),
    /// The package could not be written.
    #[error("the package cannot be written: {0}")]
    Package(#[from] magnetiq_package::Error),
}

impl Error {
    /// Names the file of an I/O error.
    pub fn file(path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |cause| Self::File { path, cause }
    }
}
