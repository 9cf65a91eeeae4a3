//! The binary `magnetiq`: embeds panel and plugins, and hands over to the command line.

use std::process::ExitCode;

use bytes::Bytes;
use magnetiq::http::assets::{Assets, Files};
use rust_embed::{EmbeddedFile, RustEmbed};

#[derive(RustEmbed)]
#[folder = "../dist/admin"]
#[allow_missing = true]
struct Admin;

#[derive(RustEmbed)]
#[folder = "../dist/plugins"]
#[allow_missing = true]
struct Plugins;

fn main() -> ExitCode {
    let program = std::env::current_exe().ok();
    let assets = Assets { admin: files::<Admin>(), plugins: files::<Plugins>(), program };
    magnetiq::cli::run(assets)
}

fn files<E: RustEmbed>() -> Files {
    let bytes = |file: EmbeddedFile| match file.data {
        std::borrow::Cow::Borrowed(bytes) => Bytes::from_static(bytes),
        std::borrow::Cow::Owned(bytes) => Bytes::from(bytes),
    };
    E::iter().filter_map(|path| Some((path.to_string(), bytes(E::get(&path)?)))).collect()
}
