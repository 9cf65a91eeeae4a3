//! The rules of the house that a machine can hold.

use std::fs;
use std::path::{Path, PathBuf};

/// Lines of a source file at most.
const LONGEST: usize = 400;
/// Names that say nothing of what is inside.
const DRAWERS: [&str; 6] = ["util", "utils", "helpers", "common", "misc", "manager"];
/// Libraries and the only places, below `host/src`, that may name them.
const DOORS: [(&str, &[&str]); 9] = [
    ("rusqlite", &["store/", "*/store.rs", "*/store/"]),
    ("wasmtime", &["plugins/"]),
    ("lettre", &["mail/"]),
    ("jsonwebtoken", &["auth/tokens"]),
    ("chacha20poly1305", &["secrets/"]),
    ("argon2", &["auth/passwords"]),
    ("reqwest", &["plugins/outbound/mod.rs"]),
    ("semver", &["plugins/"]),
    ("rust_embed", &["main.rs"]),
];
/// What is used from above and never uses what is above.
const SERVICES: [&str; 12] = [
    "resources",
    "store",
    "mail",
    "jobs",
    "people",
    "secrets",
    "http",
    "config",
    "durable.rs",
    "error.rs",
    "clock.rs",
    "shutdown.rs",
];
/// What services must not know.
const FEATURES: [&str; 9] = ["site", "content", "plugins", "accounts", "auth", "cli", "router", "openapi", "health"];

struct Source {
    /// From the workspace's folder.
    path: String,
    text: String,
}

impl Source {
    /// Lines without comments, up to the file's own tests.
    fn code(&self) -> impl Iterator<Item = &str> {
        let lines = self.text.lines().take_while(|line| !line.trim_start().starts_with("#[cfg(test)]"));
        lines.map(|line| line.split("//").next().unwrap_or_default())
    }

    fn in_host(&self) -> Option<&str> {
        let path = self.path.strip_prefix("host/src/")?;
        // Folders of tests stand behind `#[cfg(test)]` in another file.
        (!path.contains("/tests/") && !path.ends_with("/tests.rs")).then_some(path)
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_path_buf()
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten().map_while(Result::ok) {
        let (path, name) = (entry.path(), entry.file_name().to_string_lossy().into_owned());
        let skipped = name.starts_with('.') || ["target", "dist", "node_modules", "data"].contains(&name.as_str());
        if skipped {
            continue;
        }
        if path.is_dir() {
            sources(&path, found);
        } else if ["rs", "ts", "tsx"].iter().any(|kind| path.extension().is_some_and(|own| own == *kind)) {
            found.push(path);
        }
    }
}

fn all() -> Vec<Source> {
    let root = root();
    let mut paths = Vec::new();
    sources(&root, &mut paths);
    let read = |path: PathBuf| Source {
        text: fs::read_to_string(&path).unwrap(),
        path: path.strip_prefix(&root).unwrap().to_string_lossy().into_owned(),
    };
    paths.into_iter().map(read).collect()
}

fn none(faults: &[String]) {
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

fn is_word_at(line: &str, place: usize, word: &str) -> bool {
    let boundary = |letter: Option<char>| !letter.is_some_and(|letter| letter.is_alphanumeric() || letter == '_');
    boundary(line[..place].chars().next_back()) && boundary(line[place + word.len()..].chars().next())
}

fn names(line: &str, word: &str) -> bool {
    line.match_indices(word).any(|(place, _)| is_word_at(line, place, word))
}

fn fits(path: &str, place: &str) -> bool {
    match place.strip_prefix("*/") {
        Some(end) if end.ends_with('/') => path.contains(&format!("/{end}")),
        Some(end) => path.ends_with(&format!("/{end}")),
        None => path.starts_with(place),
    }
}

#[test]
fn each_library_has_one_door() {
    let mut faults = Vec::new();
    for source in &all() {
        let Some(path) = source.in_host() else { continue };
        for (library, places) in DOORS {
            let may = places.iter().any(|place| fits(path, place));
            let uses = |line: &str| names(line, library) && line.contains(&format!("{library}::"));
            if !may && source.code().any(uses) {
                faults.push(format!("{path} uses {library}, whose door is {places:?}"));
            }
        }
    }
    none(&faults);
}

#[test]
fn services_know_nothing_of_features() {
    let mut faults = Vec::new();
    for source in &all() {
        let Some(path) = source.in_host() else { continue };
        if !SERVICES.iter().any(|service| path.starts_with(service)) {
            continue;
        }
        for feature in FEATURES {
            if source.code().any(|line| line.contains(&format!("crate::{feature}::"))) {
                faults.push(format!("{path} uses {feature}: arrows point down"));
            }
        }
    }
    none(&faults);
}

#[test]
fn a_feature_uses_anothers_front_and_never_its_store_or_its_routes() {
    let mut faults = Vec::new();
    for source in &all() {
        let Some(path) = source.in_host() else { continue };
        for feature in FEATURES.iter().filter(|feature| !path.starts_with(**feature) && path != "router.rs") {
            let inner =
                |line: &str| ["store", "routes"].iter().any(|part| line.contains(&format!("crate::{feature}::{part}")));
            if source.code().any(inner) {
                faults.push(format!("{path} reaches into {feature}"));
            }
        }
    }
    none(&faults);
}

#[test]
fn the_host_names_no_plugin() {
    let plugins = fs::read_dir(root().join("plugins")).into_iter().flatten().map_while(Result::ok);
    let ids: Vec<String> = plugins.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    let mut faults = Vec::new();
    for source in &all() {
        let Some(path) = source.in_host() else { continue };
        for id in &ids {
            if source.code().any(|line| names(line, id)) {
                faults.push(format!("{path} names the plugin {id}"));
            }
        }
    }
    none(&faults);
}

#[test]
fn routes_are_mounted_in_one_place() {
    let mut faults = Vec::new();
    for source in &all() {
        let Some(path) = source.in_host() else { continue };
        let mounts = |line: &str| line.contains("Router::new(") || line.contains(".route(\"");
        if path != "http/routes.rs" && source.code().any(mounts) {
            faults.push(format!("{path} mounts a route past the list of routes"));
        }
    }
    none(&faults);
}

#[test]
fn no_file_is_longer_than_can_be_read_at_once() {
    let long =
        |source: &Source| (source.text.lines().count() > LONGEST).then(|| format!("{} is too long", source.path));
    none(&all().iter().filter_map(long).collect::<Vec<_>>());
}

#[test]
fn no_folder_or_file_is_a_drawer() {
    let mut faults = Vec::new();
    for source in &all() {
        let parts = Path::new(&source.path).iter().map(|part| part.to_string_lossy());
        let stems = parts.map(|part| part.split('.').next().unwrap_or_default().to_owned());
        if stems.into_iter().any(|stem| DRAWERS.contains(&stem.as_str())) {
            faults.push(format!("{} is a drawer: say what is inside", source.path));
        }
    }
    none(&faults);
}

#[test]
fn paths_that_the_documents_name_exist() {
    let root = root();
    let mut faults = Vec::new();
    for document in ["README.md", "ARCHITECTURE.md"] {
        let text = fs::read_to_string(root.join(document)).unwrap_or_default();
        for path in text.split('`').skip(1).step_by(2).filter(|path| is_path(&root, path)) {
            if !root.join(path).exists() {
                faults.push(format!("{document} names {path}, which does not exist"));
            }
        }
    }
    none(&faults);
}

/// What is promised of identity names the tests that hold it: a sentence of four words and more, or a whole file of them.
#[test]
fn tests_that_the_promises_of_identity_name_exist() {
    let sources = all();
    let text = fs::read_to_string(root().join("host/src/auth/README.md")).unwrap();
    let (_, table) = text.split_once("| Requirement |").unwrap();
    let named = table
        .split('`')
        .skip(1)
        .step_by(2)
        .filter(|name| name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_'));
    let mut faults = Vec::new();
    for name in named {
        let sentence = name.matches('_').count() >= 3;
        let stands = |source: &Source| match sentence {
            true => source.text.contains(&format!("fn {name}(")),
            false => source.path.ends_with(&format!("/{name}.rs")) || source.path.contains(&format!("/{name}/")),
        };
        if !sources.iter().any(stands) {
            faults.push(format!("host/src/auth/README.md names {name}, which does not exist"));
        }
    }
    none(&faults);
}

/// Whether a quoted text looks like a path of this repository: its first part is a folder here.
fn is_path(root: &Path, text: &str) -> bool {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "/._-".contains(letter);
    let first = text.split('/').next().unwrap_or_default();
    text.contains('/') && text.chars().all(plain) && !first.is_empty() && root.join(first).is_dir()
}
