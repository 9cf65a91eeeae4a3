//! For those who publish plugins: `keygen`, `sign`, `verify`.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use clap::Args;
use magnetiq_package::{SecretKey, archive, sign};

use super::read::opened;
use super::refused;
use crate::cli::output;
use crate::durable;
use crate::error::{Error, Result};

/// `plugin keygen`
#[derive(Args)]
pub(super) struct Keygen {
    /// Where the key goes; keep it secret, and keep a copy of it
    file: PathBuf,
}

/// `plugin sign`
#[derive(Args)]
pub(super) struct Sign {
    /// A `.mqp` file
    package: PathBuf,
    /// The publisher's key, which `magnetiq plugin keygen` makes
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
}

/// `plugin verify`
#[derive(Args)]
pub(super) struct Verify {
    /// A `.mqp` file
    package: PathBuf,
    /// Fingerprint that the key must have
    #[arg(long, value_name = "FINGERPRINT")]
    key: Option<String>,
}

impl Keygen {
    pub fn run(self) -> Result<()> {
        let key = SecretKey::generate().map_err(about(&self.file))?;
        let pem = key.to_pem().map_err(about(&self.file))?;
        let unwritten = |error| refused(format!("{} cannot be written: {error}.", self.file.display()));
        durable::create(&self.file, pem.as_bytes()).map_err(unwritten)?;
        let fingerprint = key.public().map_err(about(&self.file))?.fingerprint();
        output::line(&format!("Wrote {}. Its fingerprint is {fingerprint}.", self.file.display()))
    }
}

impl Sign {
    pub fn run(self) -> Result<()> {
        let key = secret(&self.key)?;
        let (_, bytes) = opened(&self.package)?;
        let mut parts = archive::read(&bytes).map_err(about(&self.package))?;
        sign(&mut parts, &key).map_err(about(&self.key))?;
        let signed = archive::write(&parts).map_err(about(&self.package))?;
        let unwritten = |error| refused(format!("{} cannot be written: {error}.", self.package.display()));
        durable::write(&self.package, &signed).map_err(unwritten)?;
        let fingerprint = key.public().map_err(about(&self.key))?.fingerprint();
        output::line(&format!("Signed {} with {fingerprint}.", self.package.display()))
    }
}

impl Verify {
    pub fn run(self) -> Result<()> {
        let (package, _) = opened(&self.package)?;
        let shown = self.package.display();
        let Some(key) = package.signer else {
            return Err(refused(format!("{shown} is not signed.")));
        };
        let fingerprint = key.fingerprint();
        match self.key {
            Some(wanted) if wanted != fingerprint => {
                Err(refused(format!("{shown} is signed with {fingerprint}, not with {wanted}.")))
            }
            _ => output::line(&format!("{shown} is signed with {fingerprint}, and nothing was changed since.")),
        }
    }
}

/// Reads a key that nobody else can read.
fn secret(path: &Path) -> Result<SecretKey> {
    let shown = path.display();
    let unread = |error| refused(format!("{shown} cannot be read: {error}. `magnetiq plugin keygen` makes a key."));
    let pem = std::fs::read_to_string(path).map_err(unread)?;
    if std::fs::metadata(path)?.permissions().mode() & 0o077 != 0 {
        return Err(refused(format!("{shown} can be read by others: chmod 600 {shown}")));
    }
    SecretKey::from_pem(&pem).map_err(about(path))
}

/// Names the file that a fault is about.
fn about(path: &Path) -> impl Fn(magnetiq_package::Error) -> Error {
    move |error| refused(format!("{}: {error}.", path.display()))
}
