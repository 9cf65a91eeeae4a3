//! A new plugin's folder.

use std::fs;
use std::path::Path;

use magnetiq_contract::names;

use crate::error::{Error, Result};

const FILES: [(&str, &str); 8] = [
    ("Cargo.toml", include_str!("scaffold/cargo.toml.txt")),
    ("plugin.toml", include_str!("scaffold/plugin.toml.txt")),
    ("src/lib.rs", include_str!("scaffold/lib.rs.txt")),
    ("migrations/0001_notes.sql", include_str!("scaffold/notes.sql.txt")),
    ("templates/notes.html", include_str!("scaffold/notes.html.txt")),
    ("locales/en.json", include_str!("scaffold/en.json.txt")),
    ("locales/de.json", include_str!("scaffold/de.json.txt")),
    (".gitignore", "/target\n*.mqp\n"),
];

/// Writes a plugin that works into `folder`, which must not exist. `sdk` is where the SDK stands.
///
/// # Errors
/// When `id` is no id, the folder exists, or a file cannot be written.
pub fn create(id: &str, folder: &Path, sdk: &Path) -> Result<()> {
    if let Some(wrong) = names::id_fault(id) {
        return Err(Error::Manifest(format!("id {id:?}: {}", wrong.en)));
    }
    fs::create_dir(folder).map_err(Error::file(folder))?;
    let title = format!("{}{}", id[..1].to_uppercase(), &id[1..]);
    for (name, text) in FILES {
        let path = folder.join(name);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).map_err(Error::file(parent))?;
        }
        let sdk = sdk.display().to_string();
        let text = text.replace("{{id}}", id).replace("{{title}}", &title).replace("{{sdk}}", &sdk);
        fs::write(&path, text).map_err(Error::file(&path))?;
    }
    Ok(())
}
