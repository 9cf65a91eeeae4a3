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
    /// The core module could not be made a component.
    #[error("this module is no plugin: {0}")]
    Component(String),
}

impl Error {
    /// Names the file of an I/O error.
    pub fn file(path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |cause| Self::File { path, cause }
    }
}
