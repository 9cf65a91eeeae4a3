//! What a plugin's folder looks like, and what was saved since.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// Folders whose files are results.
const RESULTS: [&str; 2] = ["target", "node_modules"];

/// What kind of file was saved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Saved {
    /// A template, a text, a migration, the manifest.
    Other,
    /// Something that cargo reads.
    Code,
}

/// Every file with the moment of its last change and its size.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Sight(BTreeMap<PathBuf, (SystemTime, u64)>);

impl Sight {
    /// Looks at a folder; hidden files, results and packages are left out.
    pub fn of(folder: &Path) -> Self {
        let mut files = BTreeMap::new();
        look(folder, &mut files);
        Self(files)
    }

    /// What was saved, made or removed from here to `later`; code, if any of it was.
    pub fn saved_until(&self, later: &Self) -> Option<Saved> {
        let touched = later.0.iter().filter(|(path, state)| self.0.get(*path) != Some(*state)).map(|(path, _)| path);
        let gone = self.0.keys().filter(|path| !later.0.contains_key(*path));
        touched.chain(gone).map(|path| kind(path)).max()
    }
}

fn look(folder: &Path, files: &mut BTreeMap<PathBuf, (SystemTime, u64)>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let (path, name) = (entry.path(), entry.file_name().to_string_lossy().into_owned());
        if name.starts_with('.') || RESULTS.contains(&name.as_str()) || name.ends_with(".mqp") || name.ends_with('~') {
            continue;
        }
        let Ok(known) = entry.metadata() else { continue };
        if known.is_dir() {
            look(&path, files);
        } else if let Ok(changed) = known.modified() {
            files.insert(path, (changed, known.len()));
        }
    }
}

fn kind(path: &Path) -> Saved {
    let name = path.file_name().unwrap_or_default();
    let is_code = path.extension().is_some_and(|end| end == "rs") || name == "Cargo.toml" || name == "Cargo.lock";
    if is_code { Saved::Code } else { Saved::Other }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn save(folder: &Path, name: &str, text: &str) {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    #[test]
    fn what_was_saved_is_code_or_not_and_results_are_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        save(root, "src/lib.rs", "one");
        save(root, "templates/a.html", "one");
        let first = Sight::of(root);
        for (name, saved) in [
            ("src/lib.rs", Some(Saved::Code)),
            ("src/new.rs", Some(Saved::Code)),
            ("Cargo.toml", Some(Saved::Code)),
            ("templates/a.html", Some(Saved::Other)),
            ("plugin.toml", Some(Saved::Other)),
            ("target/debug/x.rs", None),
            (".magnetiq/magnetiq.db", None),
            ("notes-1.0.0.mqp", None),
        ] {
            let before = Sight::of(root);
            save(root, name, "another");
            assert_eq!(before.saved_until(&Sight::of(root)), saved, "{name}");
        }
        assert_eq!(first.saved_until(&Sight::of(root)), Some(Saved::Code));
        let last = Sight::of(root);
        fs::remove_file(root.join("templates/a.html")).unwrap();
        assert_eq!(last.saved_until(&Sight::of(root)), Some(Saved::Other));
    }
}
