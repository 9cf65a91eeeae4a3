//! Components that no compiler of ours would write, and the package around them.

use std::fs;

use tempfile::TempDir;

/// The contract of them all.
pub const MANIFEST: &str = r#"
id = "handmade"
version = "1.0.0"
api = "0.1"
name = { en = "Handmade", de = "Handgemacht" }
description = { en = "Made by hand.", de = "Von Hand gemacht." }
"#;

/// What every one of them says that it does.
const DESCRIPTION: &str = r#"{"blocks":[{"name":"mask","label":{"en":"Mask","de":"Maske"}}]}"#;

/// A good answer to `render`.
const VIEW: &str = r#"{"template":"mask.html","data":{}}"#;

/// The frame of them all, which says where what stands in its memory.
pub const FRAME: &str = include_str!("../guests/handmade/frame.wat");

/// Answers with the good view.
pub const GOOD: &str = "(call $answer (i32.const 2048) (i32.const LENGTH_OF_VIEW))";

/// A component whose `render` does this; `more` stands beside it in the module.
///
/// # Panics
/// When that is no text of WebAssembly.
#[must_use]
pub fn component(render: &str, more: &str) -> Vec<u8> {
    assemble(&FRAME.replace("RENDER", render).replace(";; MORE", more))
}

/// A component of a frame that is filled in but for its texts.
///
/// # Panics
/// When that is no text of WebAssembly.
#[must_use]
pub fn assemble(frame: &str) -> Vec<u8> {
    let escaped = |json: &str| json.replace('"', "\\\"");
    let text = frame
        .replace("LENGTH_OF_DESCRIPTION", &DESCRIPTION.len().to_string())
        .replace("LENGTH_OF_VIEW", &VIEW.len().to_string())
        .replace("DESCRIPTION", &escaped(DESCRIPTION))
        .replace("VIEW", &escaped(VIEW));
    wat::parse_str(text).expect("a component")
}

/// A folder with the unpacked package of this component.
///
/// # Panics
/// When it cannot be written.
#[must_use]
pub fn package(manifest: &str, component: &[u8]) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let handmade = folder.path().join("handmade");
    fs::create_dir_all(handmade.join("templates")).expect("folders");
    fs::write(handmade.join("plugin.toml"), manifest).expect("a file");
    fs::write(handmade.join("plugin.wasm"), component).expect("a file");
    fs::write(handmade.join("templates/mask.html"), "<p>mask</p>").expect("a file");
    folder
}
