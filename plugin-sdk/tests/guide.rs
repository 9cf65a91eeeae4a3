//! The guide quotes a plugin that is built and tested, word for word.

#![expect(clippy::unwrap_used, reason = "tests say what is wrong by failing")]

use std::fs;
use std::path::Path;

const FILES: [&str; 7] = [
    "plugin.toml",
    "src/lib.rs",
    "migrations/0001_entries.sql",
    "templates/entries.html",
    "templates/mail/thanks.txt",
    "locales/en.json",
    "demo/0001_book.json",
];

/// What stands between fences below the title of the guide's example.
fn snippets(guide: &str) -> Vec<(&str, &str)> {
    let (_, steps) = guide.split_once("## A guest book, step by step").unwrap();
    let (steps, _) = steps.split_once("\n## ").unwrap();
    let blocks = steps.split("```").skip(1).step_by(2);
    blocks.map(|block| block.split_once('\n').unwrap()).collect()
}

#[test]
fn every_snippet_of_the_guide_stands_in_the_example() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let guide = fs::read_to_string(root.join("README.md")).unwrap();
    let files = FILES.map(|name| fs::read_to_string(root.join("examples/guestbook").join(name)).unwrap());
    let snippets = snippets(&guide);
    assert!(snippets.len() >= 9, "{}", snippets.len());
    for (language, text) in snippets {
        assert!(files.iter().any(|file| file.contains(text)), "{language}:\n{text}");
    }
}
