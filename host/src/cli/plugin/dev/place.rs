//! Which line a refusal is about, where its words tell.

use std::fs;
use std::path::{Path, PathBuf};

use super::inside;

/// Lines that are shown at most.
const MOST: usize = 3;

/// `plugin.toml:12: name = "notes:read"` for what the sentence names: first in the manifest, then in the sources.
pub(super) fn places(folder: &Path, sentence: &str) -> Vec<String> {
    // A file that cannot be read at all names its line itself.
    if sentence.contains(" at line ") {
        return Vec::new();
    }
    let mut files = vec![folder.join("plugin.toml")];
    files.extend(sources(&folder.join("src")));
    let found = named(sentence).into_iter().filter_map(|name| files.iter().find_map(|file| line(folder, file, &name)));
    let mut places: Vec<String> = Vec::new();
    for place in found {
        if !places.contains(&place) && places.len() < MOST {
            places.push(place);
        }
    }
    places
}

/// What a sentence quotes, and words that are permissions or paths; longer ones first, since they say more.
fn named(sentence: &str) -> Vec<String> {
    let quoted = sentence.split(['"', '`']).skip(1).step_by(2).map(str::to_owned);
    let is_name =
        |word: &&str| word.len() > 2 && (word.contains(':') || word.starts_with('/') || word.starts_with('['));
    let words = sentence.split_whitespace().map(|word| word.trim_matches([',', '.', ';', ':']));
    let mut names: Vec<String> = quoted.chain(words.filter(is_name).map(str::to_owned)).collect();
    names.retain(|name| name.len() > 1);
    names.sort_by_key(|name| std::cmp::Reverse(name.len()));
    names
}

fn line(folder: &Path, file: &Path, name: &str) -> Option<String> {
    let text = fs::read_to_string(file).ok()?;
    let (number, line) = text.lines().enumerate().find(|(_, line)| line.contains(name))?;
    Some(format!("{}:{}: {}", inside(folder, file), number + 1, line.trim()))
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            files.extend(sources(&path));
        } else if path.extension().is_some_and(|end| end == "rs") {
            files.push(path);
        }
    }
    files.sort();
    files
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_led_back_to_the_line_that_caused_it() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        fs::create_dir(root.join("src")).unwrap();
        fs::write(root.join("plugin.toml"), "id = \"notes\"\n\n[[permissions]]\nname = \"other:read\"\n").unwrap();
        fs::write(root.join("src/lib.rs"), "//! Notes.\n\nsite.get(\"/list\", list).permission(\"notes:see\");\n")
            .unwrap();
        let said = |sentence: &str| places(root, sentence);
        assert_eq!(said("permissions \"other:read\": must be notes:verb"), ["plugin.toml:4: name = \"other:read\""]);
        let route = "src/lib.rs:3: site.get(\"/list\", list).permission(\"notes:see\");";
        assert_eq!(
            said("the route GET /list asks for notes:see, which [[permissions]] does not declare"),
            ["plugin.toml:3: [[permissions]]", route,]
        );
        assert_eq!(said("plugin.toml: parse error at line 4, column 1: expected `other:read`"), [""; 0]);
        assert_eq!(said("no word of it is anywhere"), [""; 0]);
    }
}
