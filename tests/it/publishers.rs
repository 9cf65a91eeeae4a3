//! Who signs packages, and whom a site takes them from: through the command line, with a plugin that has no code.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use magnetiq_package::{Parts, archive};
use magnetiq_tests::{NOTES, Process};
use serde_json::Value;
use tempfile::TempDir;

/// A publisher's folder, with the site of somebody who takes what is published.
struct Desk(TempDir);

impl Desk {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// What `magnetiq plugin …` says, and whether it did what it should.
    fn plugin(&self, arguments: &[&str]) -> (bool, String) {
        let output = Process::run_in(self.0.path(), &[&["plugin"], arguments].concat());
        let said = if output.status.success() { output.stdout } else { output.stderr };
        (output.status.success(), String::from_utf8(said).unwrap())
    }

    fn done(&self, arguments: &[&str]) -> String {
        let (done, said) = self.plugin(arguments);
        assert!(done, "{arguments:?}: {said}");
        said
    }

    /// The sentence of a refusal.
    fn refused(&self, arguments: &[&str]) -> String {
        let (done, said) = self.plugin(arguments);
        assert!(!done, "{arguments:?}: {said}");
        said.trim_start_matches("magnetiq: ").trim_end().to_owned()
    }

    /// Packs the plugin as `name`, after this was changed in its manifest.
    fn pack(&self, name: &str, from: &str, to: &str) {
        let source = self.path("source");
        fs::create_dir_all(&source).unwrap();
        assert!(NOTES.contains(from), "{from}");
        fs::write(source.join("plugin.toml"), NOTES.replace(from, to)).unwrap();
        fs::write(source.join("describe.json"), "{}").unwrap();
        let packed = self.done(&["pack", "source", "--out", "packed"]);
        fs::rename(self.path(packed.trim_start_matches("Packed ").trim()), self.path(name)).unwrap();
    }

    /// A new key; its fingerprint.
    fn key(&self, name: &str) -> String {
        let said = self.done(&["keygen", name]);
        let fingerprint = said.trim_end().trim_end_matches('.').rsplit(' ').next().unwrap();
        assert!(fingerprint.starts_with("SHA256:"), "{said}");
        fingerprint.to_owned()
    }

    fn sign(&self, package: &str, key: &str) {
        self.done(&["sign", package, "--key", key]);
    }

    /// Writes a package again after its parts were changed.
    fn change(&self, package: &str, change: impl FnOnce(&mut Parts)) {
        let mut parts = archive::read(&fs::read(self.path(package)).unwrap()).unwrap();
        change(&mut parts);
        fs::write(self.path(package), archive::write(&parts).unwrap()).unwrap();
    }
}

fn install<'a>(package: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    [&["install", "--data-dir", "data", package], more].concat()
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn a_key_is_made_once_for_its_owners_eyes_and_signs() {
    let desk = Desk::new();
    let fingerprint = desk.key("own.pem");
    assert_eq!(mode(&desk.path("own.pem")), 0o600);
    assert!(desk.refused(&["keygen", "own.pem"]).contains("File exists"));
    desk.pack("notes.mqp", "", "");
    assert_eq!(desk.refused(&["verify", "notes.mqp"]), "notes.mqp is not signed.");
    assert_eq!(
        desk.done(&["sign", "notes.mqp", "--key", "own.pem"]),
        format!("Signed notes.mqp with {fingerprint}.\n")
    );
    let said = desk.done(&["verify", "notes.mqp", "--key", &fingerprint]);
    assert_eq!(said, format!("notes.mqp is signed with {fingerprint}, and nothing was changed since.\n"));
    let other = desk.key("other.pem");
    let refused = desk.refused(&["verify", "notes.mqp", "--key", &other]);
    assert_eq!(refused, format!("notes.mqp is signed with {fingerprint}, not with {other}."));
}

#[test]
fn a_key_that_is_none_or_that_others_can_read_does_not_sign() {
    let desk = Desk::new();
    desk.pack("notes.mqp", "", "");
    let before = fs::read(desk.path("notes.mqp")).unwrap();
    desk.key("own.pem");
    fs::set_permissions(desk.path("own.pem"), fs::Permissions::from_mode(0o640)).unwrap();
    let sign = ["sign", "notes.mqp", "--key", "own.pem"];
    assert_eq!(desk.refused(&sign), "own.pem can be read by others: chmod 600 own.pem");
    fs::write(desk.path("own.pem"), "my key").unwrap();
    fs::set_permissions(desk.path("own.pem"), fs::Permissions::from_mode(0o600)).unwrap();
    assert_eq!(desk.refused(&sign), "own.pem: this is no PEM file with a private ed25519 key.");
    let missing = desk.refused(&["sign", "notes.mqp", "--key", "missing.pem"]);
    assert!(missing.contains("missing.pem cannot be read") && missing.contains("plugin keygen"), "{missing}");
    assert_eq!(fs::read(desk.path("notes.mqp")).unwrap(), before);
}

#[test]
fn a_package_that_was_touched_after_it_was_signed_is_refused_with_the_reason() {
    let desk = Desk::new();
    desk.key("own.pem");
    let foreign =
        "SIGNATURE does not fit: a part was changed, added or removed after it was signed, or another key signed it";
    type Touch = fn(&mut Parts);
    let touches: [(Touch, String); 6] = [
        (|parts| drop(parts.insert("describe.json".into(), b"{ }".to_vec())), foreign.into()),
        (|parts| drop(parts.insert("assets/more.txt".into(), b"more".to_vec())), foreign.into()),
        (|parts| drop(parts.remove("describe.json")), foreign.into()),
        (
            |parts| drop(parts.insert("SIGNATURE".into(), b"mine".to_vec())),
            "SIGNATURE is not one: its first line is another one".into(),
        ),
        (
            |parts| parts.get_mut("SIGNATURE").unwrap().truncate(70),
            "SIGNATURE is not one: it is cut off before its end".into(),
        ),
        (
            |parts| {
                let signature = parts.get_mut("SIGNATURE").unwrap();
                signature.extend(signature.clone());
            },
            "SIGNATURE is not one: more stands behind its end, such as a second one".into(),
        ),
    ];
    for (touch, reason) in touches {
        desk.pack("notes.mqp", "", "");
        desk.sign("notes.mqp", "own.pem");
        desk.change("notes.mqp", touch);
        let sentence = format!("notes.mqp: The package is refused: {reason}.");
        assert_eq!(desk.refused(&["verify", "notes.mqp"]), sentence);
        assert_eq!(desk.refused(&install("notes.mqp", &["--unsigned", "--force"])), sentence);
    }
}

#[test]
fn a_site_takes_a_plugin_from_the_first_key_alone_until_its_operator_says_otherwise() {
    let desk = Desk::new();
    let (first, second) = (desk.key("first.pem"), desk.key("second.pem"));
    desk.pack("1.mqp", "", "");
    let unsigned = "The package of notes is not signed. Whoever runs this machine may install it all the same: magnetiq \
                    plugin install --unsigned.";
    assert_eq!(desk.refused(&install("1.mqp", &[])), unsigned);
    desk.done(&install("1.mqp", &["--unsigned"]));
    desk.sign("1.mqp", "first.pem");
    assert!(desk.done(&install("1.mqp", &[])).starts_with("Installed notes 1.0.0."));

    desk.pack("2.mqp", "1.0.0", "2.0.0");
    assert_eq!(
        desk.refused(&install("2.mqp", &["--unsigned", "--force"])),
        format!(
            "The package of notes is not signed, and this site takes its packages from {first} alone. `magnetiq plugin \
             trust notes --forget` ends that."
        )
    );
    desk.sign("2.mqp", "second.pem");
    assert_eq!(
        desk.refused(&install("2.mqp", &["--unsigned", "--force"])),
        format!(
            "The package of notes is signed with {second}, and this site takes its packages from {first} alone. If its \
             publisher has a new key: magnetiq plugin trust notes --key {second}."
        )
    );
    assert!(!desk.path("data/plugins/notes-2.0.0.mqp").exists());

    let trust = |more: &[&str]| [&["trust", "--data-dir", "data", "notes"], more].concat().join(" ");
    let words: Vec<String> =
        [trust(&["--key", "SHA256:short"]), trust(&["--key", &second]), trust(&["--forget"])].into();
    let run = |command: &str| desk.plugin(&command.split(' ').collect::<Vec<_>>());
    assert!(run(&words[0]).1.contains("SHA256:short is no fingerprint."));
    assert!(run(&words[1]).0);
    desk.done(&install("2.mqp", &[]));
    desk.sign("1.mqp", "first.pem");
    assert!(desk.refused(&install("1.mqp", &[])).contains(&format!("takes its packages from {second} alone")));
    assert!(run(&words[2]).0);
    desk.done(&install("1.mqp", &[]));
    desk.sign("2.mqp", "second.pem");
    assert!(desk.refused(&install("2.mqp", &[])).contains(&format!("takes its packages from {first} alone")));
}

#[test]
fn an_older_version_needs_force_and_a_version_never_changes() {
    let desk = Desk::new();
    desk.pack("1.mqp", "", "");
    desk.pack("2.mqp", "1.0.0", "2.0.0");
    desk.done(&install("2.mqp", &["--unsigned"]));
    desk.done(&["enable", "--data-dir", "data", "notes"]);
    assert_eq!(
        desk.refused(&install("1.mqp", &["--unsigned"])),
        "notes 1.0.0 is older than 2.0.0, which this site has. --force installs it all the same."
    );
    desk.done(&install("1.mqp", &["--unsigned", "--force"]));
    desk.done(&install("2.mqp", &["--unsigned"]));
    desk.change("2.mqp", |parts| drop(parts.insert("assets/more.txt".into(), b"more".to_vec())));
    assert_eq!(
        desk.refused(&install("2.mqp", &["--unsigned", "--force"])),
        "notes 2.0.0 is there with other content. Give the package a new version."
    );
}

#[test]
fn a_package_is_shown_before_it_is_installed() {
    let desk = Desk::new();
    let fingerprint = desk.key("own.pem");
    desk.pack("notes.mqp", "", "");
    let unsigned: Value = serde_json::from_str(&desk.done(&["inspect", "notes.mqp", "--json"])).unwrap();
    assert_eq!(unsigned["signer"], Value::Null);
    desk.sign("notes.mqp", "own.pem");
    let shown = desk.done(&["inspect", "notes.mqp"]);
    for words in ["notes 1.0.0: Notes", "Paper Ltd", &fingerprint, "Asks for", "1 MB", "Keeps them.", "plugin.toml"] {
        assert!(shown.contains(words), "{words}: {shown}");
    }
    let facts: Value = serde_json::from_str(&desk.done(&["inspect", "notes.mqp", "--json"])).unwrap();
    assert_eq!((&facts["id"], &facts["signer"]), (&"notes".into(), &fingerprint.into()));
    assert_eq!(facts["digest"], unsigned["digest"]);
    assert_eq!(facts["parts"].as_array().unwrap().len(), 3);
}

#[test]
fn what_a_newer_package_may_do_beyond_the_older_one_stands_first() {
    let desk = Desk::new();
    desk.key("own.pem");
    desk.pack("1.mqp", "", "");
    desk.pack("2.mqp", "quantity = 1", "quantity = 50");
    desk.change("2.mqp", |parts| drop(parts.insert("migrations/0001_notes.sql".into(), b"SELECT 1;".to_vec())));
    desk.sign("2.mqp", "own.pem");
    let told = desk.done(&["diff", "1.mqp", "2.mqp"]);
    for words in [
        "1.0.0 -> 1.0.0",
        "before: nobody",
        "More rights",
        "Keep its own data: 50 MB instead of 1 MB.",
        "+         9  migrations/0001_notes.sql",
        "~",
        "plugin.toml",
    ] {
        assert!(told.contains(words), "{words}: {told}");
    }
    let told: Value = serde_json::from_str(&desk.done(&["diff", "2.mqp", "1.mqp", "--json"])).unwrap();
    assert_eq!(told["changes"][0]["grows"], false);
    assert_eq!(told["changes"][0]["text"]["de"], "Eigene Daten führen: 1 MB statt 50 MB.");
    desk.pack("shop.mqp", "\"notes\"", "\"shop\"");
    assert!(desk.refused(&["diff", "1.mqp", "shop.mqp"]).contains("two plugins, notes and shop"));
}

#[test]
fn the_same_folder_gives_the_same_bytes_wherever_it_stands() {
    let (one, other) = (Desk::new(), Desk::new());
    for desk in [&one, &other] {
        desk.pack("notes.mqp", "", "");
        fs::copy(one.path("notes.mqp"), other.path("signed.mqp")).unwrap();
    }
    assert_eq!(fs::read(one.path("notes.mqp")).unwrap(), fs::read(other.path("notes.mqp")).unwrap());
}
