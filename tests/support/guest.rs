//! Plugins for tests: packed once in a test run, or taken from `make build` when nothing has changed since.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::SystemTime;

use magnetiq_package::{Parts, SecretKey, archive, sign};

use crate::process::built_folder;

/// Signs what tests install, always with the same key.
const KEY: &str = "-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VwBCIEIJ6GavMFH17X9MCV/5g5KQJWzNFVUfHgqieiCD6hQUDW
-----END PRIVATE KEY-----";

/// Gives a package's parts another version.
///
/// # Panics
/// When there is no manifest.
pub fn set_version(parts: &mut Parts, version: &str) {
    edit(parts, "plugin.toml", |manifest| {
        let is_version = |line: &str| line.starts_with("version = ");
        let lines =
            manifest.lines().map(|line| if is_version(line) { format!("version = {version:?}") } else { line.into() });
        lines.collect::<Vec<_>>().join("\n") + "\n"
    });
}

/// Lets a package ask for mail too.
///
/// # Panics
/// When there is no manifest.
pub fn ask_for_mail(parts: &mut Parts) {
    let asked = "[capabilities.mail]\nquantity = 9\nreason = { en = \"Writes.\", de = \"Schreibt.\" }";
    edit(parts, "plugin.toml", |manifest| format!("{manifest}\n{asked}\n"));
}

/// Rewrites one of a package's texts.
///
/// # Panics
/// When it is not there.
pub fn edit(parts: &mut Parts, path: &str, rewrite: impl FnOnce(&str) -> String) {
    let part = parts.get_mut(path).expect("the part");
    *part = rewrite(std::str::from_utf8(part).expect("text")).into_bytes();
}

/// A plugin that tests enable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Guest {
    /// The first real one.
    Webinars,
    /// The smallest one.
    Hello,
    /// One that behaves as badly as it can.
    Villain,
    /// One that does next to nothing.
    Plain,
}

impl Guest {
    /// Its id.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Webinars => "webinars",
            Self::Hello => "hello",
            Self::Villain => "villain",
            Self::Plain => "plain",
        }
    }

    /// Its package's bytes.
    ///
    /// # Panics
    /// When it does not build.
    #[must_use]
    pub fn package(self) -> &'static [u8] {
        static PACKAGES: [OnceLock<Vec<u8>>; 4] = [const { OnceLock::new() }; 4];
        PACKAGES[self as usize].get_or_init(|| fs::read(self.path()).expect("a package"))
    }

    /// Its package, signed.
    #[must_use]
    pub fn signed(self) -> Vec<u8> {
        self.altered(|_| {})
    }

    /// Its package with other parts, such as a newer version's, signed.
    ///
    /// # Panics
    /// When what comes out is no package.
    #[must_use]
    pub fn altered(self, alter: impl FnOnce(&mut Parts)) -> Vec<u8> {
        let mut parts = archive::read(self.package()).expect("a package");
        alter(&mut parts);
        sign(&mut parts, &SecretKey::from_pem(KEY).expect("a key")).expect("a signature");
        archive::write(&parts).expect("a package")
    }

    /// Its package as this version, with nothing else altered.
    #[must_use]
    pub fn version(self, version: &str) -> Vec<u8> {
        self.altered(|parts| set_version(parts, version))
    }

    /// Its package.
    ///
    /// # Panics
    /// When it does not build.
    #[must_use]
    pub fn path(self) -> &'static Path {
        static PATHS: [OnceLock<PathBuf>; 4] = [const { OnceLock::new() }; 4];
        PATHS[self as usize].get_or_init(|| self.packed().unwrap_or_else(|| self.pack()))
    }

    fn folder(self) -> PathBuf {
        root().join(match self {
            Self::Webinars => "plugins/webinars",
            Self::Hello => "plugin-sdk/examples/hello",
            Self::Villain => "tests/guests/villain",
            Self::Plain => "tests/guests/plain",
        })
    }

    /// What `make build` packed, unless the sources are newer.
    fn packed(self) -> Option<PathBuf> {
        let prefix = format!("{}-", self.id());
        let packages = fs::read_dir(root().join("dist/plugins")).ok()?.filter_map(Result::ok);
        let package = packages.map(|entry| entry.path()).find(|path| {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            name.starts_with(&prefix) && name.ends_with(".mqp")
        })?;
        let sources = newest(&self.folder()).max(newest(&root().join("plugin-sdk")));
        (changed(&package) > sources).then_some(package)
    }

    fn pack(self) -> PathBuf {
        let out = built_folder().with_file_name("tmp").join("packages");
        magnetiq_pack::pack(&self.folder(), &out, &describe).unwrap_or_else(|error| panic!("{}: {error}", self.id()))
    }
}

fn describe(component: &[u8]) -> magnetiq_pack::Result<String> {
    let said = magnetiq::plugins::describe_component(component);
    said.map_err(|error| magnetiq_pack::Error::Description(error.message().to_owned()))
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace")
}

/// When something in a folder was changed last.
fn newest(folder: &Path) -> SystemTime {
    let entries = fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok);
    let times = entries.map(|entry| match entry.file_type() {
        Ok(kind) if kind.is_dir() => newest(&entry.path()),
        _ => changed(&entry.path()),
    });
    times.max().unwrap_or(SystemTime::UNIX_EPOCH)
}

fn changed(path: &Path) -> SystemTime {
    path.metadata().and_then(|metadata| metadata.modified()).unwrap_or(SystemTime::UNIX_EPOCH)
}
