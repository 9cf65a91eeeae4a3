//! Running cargo.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::{env, fs};

use serde_json::Value;

use crate::error::{Error, Result};

const TARGET: &str = "wasm32-unknown-unknown";

/// A small stack keeps a plugin's first memory at three pages, so that a fresh instance costs microseconds.
const STACK: &str = "link-arg=-zstack-size=65536";

/// What a module is built for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// To be packed: small, quick, the same each time.
    Packing,
    /// To be tried at once: built anew as quickly as can be.
    Trying,
}

impl Purpose {
    /// A profile of cargo by name, and its lines for folders whose workspace does not have it.
    const fn profile(self) -> (&'static str, [&'static str; 7]) {
        match self {
            Self::Packing => (
                "plugin",
                [
                    "profile.plugin.inherits='release'",
                    "profile.plugin.opt-level=2",
                    "profile.plugin.codegen-units=1",
                    "profile.plugin.incremental=false",
                    "profile.plugin.lto=true",
                    "profile.plugin.panic='abort'",
                    "profile.plugin.strip=true",
                ],
            ),
            Self::Trying => (
                "plugin-dev",
                [
                    "profile.plugin-dev.inherits='release'",
                    "profile.plugin-dev.opt-level=1",
                    "profile.plugin-dev.codegen-units=16",
                    "profile.plugin-dev.incremental=true",
                    "profile.plugin-dev.lto='off'",
                    "profile.plugin-dev.panic='abort'",
                    "profile.plugin-dev.strip=true",
                ],
            ),
        }
    }
}

/// Builds the crate in `folder` for WebAssembly; the core module. Cargo's own messages go to stderr.
///
/// # Errors
/// When cargo or the target is missing, or the crate does not build.
pub fn compile(folder: &Path, purpose: Purpose) -> Result<Vec<u8>> {
    let (profile, lines) = purpose.profile();
    let manifest = folder.join("Cargo.toml");
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo")));
    cargo.args([
        "build",
        "--profile",
        profile,
        "--target",
        TARGET,
        "--lib",
        "--message-format",
        "json-render-diagnostics",
    ]);
    cargo.arg("--manifest-path").arg(&manifest);
    for line in lines {
        cargo.args(["--config", line]);
    }
    cargo.args(["--config", &format!("target.{TARGET}.rustflags={}", rustflags())]);
    cargo.env_remove("RUSTFLAGS").env_remove("CARGO_ENCODED_RUSTFLAGS").stderr(Stdio::inherit());
    let output = cargo.output().map_err(|cause| Error::Compile(format!("cargo could not be run: {cause}")))?;
    if !output.status.success() {
        return Err(Error::Compile(explain()));
    }
    let artifact = artifact(&output.stdout, &manifest)?;
    fs::read(&artifact).map_err(Error::file(artifact))
}

/// Flags of rustc as a TOML list: the same for every plugin, or cargo compiles the SDK anew for each. The path of
/// cargo's registry stays out of the module; a plugin's own files are named from its folder.
fn rustflags() -> String {
    let home = env::var_os("CARGO_HOME").map(PathBuf::from).or_else(|| Some(env::home_dir()?.join(".cargo")));
    let mut flags = vec!["-C".to_owned(), STACK.to_owned()];
    flags.extend(home.map(|home| format!("--remap-path-prefix={}=cargo", home.display())));
    let quoted: Vec<_> = flags.iter().map(|flag| format!("{flag:?}")).collect();
    format!("[{}]", quoted.join(","))
}

fn explain() -> String {
    let mut text = "the plugin does not build; cargo's reasons stand above".to_owned();
    let installed = Command::new("rustup").args(["target", "list", "--installed"]).output();
    if installed.is_ok_and(|output| !String::from_utf8_lossy(&output.stdout).contains(TARGET)) {
        text.push_str(&format!("\nthe target is missing: rustup target add {TARGET}"));
    }
    text
}

/// The `.wasm` file that cargo names for the crate itself.
fn artifact(messages: &[u8], manifest: &Path) -> Result<PathBuf> {
    let manifest = manifest.canonicalize().map_err(Error::file(manifest))?;
    let lines = messages.split(|byte| *byte == b'\n').filter_map(|line| serde_json::from_slice::<Value>(line).ok());
    let own = lines.filter(|line| line["manifest_path"].as_str().is_some_and(|path| Path::new(path) == manifest));
    let files = own.filter_map(|line| line["filenames"].as_array().cloned()).flatten();
    let wasm = files
        .filter_map(|file| file.as_str().map(PathBuf::from))
        .find(|file| file.extension().is_some_and(|end| end == "wasm"));
    wasm.ok_or_else(|| {
        Error::Compile("cargo built no module: Cargo.toml needs [lib] crate-type = [\"cdylib\", \"rlib\"]".into())
    })
}
