//! Packages through the public door.

#![expect(clippy::unwrap_used, reason = "tests say what is wrong by failing")]

mod mutants;
mod refusals;
mod signatures;
mod written;

use magnetiq_package::{Parts, archive};

/// A key that is the same in every run.
const KEY: &str = "-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VwBCIEIJ6GavMFH17X9MCV/5g5KQJWzNFVUfHgqieiCD6hQUDW
-----END PRIVATE KEY-----";

/// A small plugin's parts.
fn parts() -> Parts {
    let listed = [
        ("plugin.toml", "id = \"notes\"\nversion = \"1.0.0\"\n"),
        ("describe.json", "{}"),
        ("locales/en.json", "{ \"notes\": \"Notes\" }"),
        ("templates/notes.html", "<h1>Notes, notes, notes, notes, notes, notes, notes</h1>"),
    ];
    listed.into_iter().map(|(path, content)| (path.to_owned(), content.as_bytes().to_vec())).collect()
}

fn zip(parts: &Parts) -> Vec<u8> {
    archive::write(parts).unwrap()
}
