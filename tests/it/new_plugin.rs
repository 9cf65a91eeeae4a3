//! `magnetiq plugin new` and what follows it: a new plugin is tested, checked, packed, served and switched off.

use std::fs;
use std::path::{Path, PathBuf};

use magnetiq_tests::Process;

/// An author at work on one plugin.
struct Desk {
    folder: PathBuf,
    id: &'static str,
}

impl Desk {
    /// An empty folder, always at the same place, so that cargo need not compile anew what has not changed. Each
    /// test has an id of its own: cargo tells plugins in one target folder apart by their names.
    fn clear(id: &'static str) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("desks").join(id);
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        Self { folder, id }
    }

    /// One with a new plugin on it, which takes the crates that this workspace has.
    fn with_plugin(id: &'static str) -> Self {
        let desk = Self::clear(id);
        assert!(desk.done(&["new", id, "--sdk", &sdk()]).contains(&format!("magnetiq plugin dev {id}")));
        fs::copy(workspace().join("Cargo.lock"), desk.file("Cargo.lock")).unwrap();
        desk
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.join(self.id).join(name)
    }

    fn edit(&self, name: &str, from: &str, to: &str) {
        let text = fs::read_to_string(self.file(name)).unwrap();
        assert!(text.contains(from), "{name}");
        fs::write(self.file(name), text.replace(from, to)).unwrap();
    }

    /// What `magnetiq plugin …` says when it does what it should.
    fn done(&self, arguments: &[&str]) -> String {
        let output = self.plugin(arguments);
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    /// What it says when it refuses.
    fn refused(&self, arguments: &[&str]) -> String {
        let output = self.plugin(arguments);
        assert_eq!(output.status.code(), Some(1), "{arguments:?}: {}", String::from_utf8_lossy(&output.stdout));
        String::from_utf8(output.stderr).unwrap()
    }

    fn plugin(&self, arguments: &[&str]) -> std::process::Output {
        Process::run_in(&self.folder, &[&["plugin"], arguments].concat())
    }
}

fn workspace() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

fn sdk() -> String {
    workspace().join("plugin-sdk").display().to_string()
}

#[tokio::test]
async fn a_new_plugin_passes_its_own_test_keeps_its_contract_and_is_served_until_it_is_disabled() {
    let desk = Desk::with_plugin("notebook");
    assert!(desk.done(&["check", "notebook"]).contains("keeps its contract"));
    let tested = desk.done(&["test", "notebook"]);
    assert!(tested.contains("a_note_is_shown ... ok") && tested.contains("enabled in a real host"), "{tested}");
    desk.done(&["pack", "notebook"]);
    desk.done(&["install", "--unsigned", "--data-dir", "data", "notebook-0.1.0.mqp"]);
    assert_eq!(desk.done(&["enable", "--data-dir", "data", "notebook"]), "Enabled notebook.\n");

    let data = desk.folder.join("data");
    let mut process = Process::serve(&data, &[]);
    for (path, title) in [("/en/notebook", "<h1>Notes</h1>"), ("/de/notebook", "<h1>Notizen</h1>")] {
        let page = process.visitor().get(path).await.expect(200);
        assert!(page.text().contains(title), "{}", page.text());
    }
    process.visitor().get("/api/v1/notebook/notes").await.expect(401);
    assert_eq!(desk.done(&["disable", "--data-dir", "data", "notebook"]), "Disabled notebook.\n");
    process.visitor().get("/en/notebook").await.expect(404);
    process.signal("TERM");
    assert!(process.wait());

    let list = desk.done(&["list", "--data-dir", "data"]);
    assert!(list.lines().any(|line| line.starts_with("notebook") && line.contains("disabled")), "{list}");
    let process = Process::serve(&data, &[]);
    process.visitor().get("/en/notebook").await.expect(404);
}

#[test]
fn what_is_wrong_with_a_plugin_is_said_before_it_is_packed() {
    let desk = Desk::with_plugin("ledger");
    desk.edit("plugin.toml", "ledger:write", "ledger:scribble");
    let said = desk.refused(&["check", "ledger"]);
    assert!(said.contains("ledger:write"), "{said}");
    desk.refused(&["pack", "ledger"]);
    desk.edit("plugin.toml", "ledger:scribble", "ledger:write");

    fs::write(desk.file("migrations/0002_less.sql"), "ALTER TABLE p_ledger__notes DROP COLUMN text;").unwrap();
    let said = desk.refused(&["pack", "ledger"]);
    assert!(said.contains("migrations/0002_less.sql, line 1: DROP COLUMN"), "{said}");
    fs::remove_file(desk.file("migrations/0002_less.sql")).unwrap();

    desk.edit("src/lib.rs", "\"text\": \"Hello\" }] }", "\"text\": \"Goodbye\" }] }");
    let said = desk.refused(&["test", "ledger"]);
    assert!(said.contains("the plugin's own tests failed"), "{said}");

    desk.edit("src/lib.rs", "export!(Site);", "");
    assert!(desk.refused(&["check", "ledger"]).contains("magnetiq: "));
}

#[test]
fn a_new_plugin_needs_an_id_that_is_one_a_free_place_and_the_sdk() {
    let desk = Desk::clear("almanac");
    assert!(desk.refused(&["new", "almanac"]).contains("--sdk"));
    assert!(desk.refused(&["new", "My Almanac", "--sdk", &sdk()]).contains("My Almanac"));
    fs::create_dir(desk.file("")).unwrap();
    assert!(desk.refused(&["new", "almanac", "--sdk", &sdk()]).contains("almanac"));
}

#[tokio::test]
async fn what_is_saved_is_served_and_what_is_wrong_is_said_while_the_site_goes_on() {
    let desk = Desk::with_plugin("diary");
    let mut process = Process::develop(&desk.file(""));
    process.line_with("Swapped diary 0.1.0");
    assert!(process.line_with("route").contains("/en/diary"));
    let visitor = process.visitor();
    let page = async || visitor.get("/en/diary").await.expect(200).text().to_owned();
    assert!(page().await.contains("<h1>Notes</h1>"));

    desk.edit("templates/notes.html", "<h1>", "<h1>All ");
    process.line_with("Swapped");
    assert!(page().await.contains("<h1>All Notes</h1>"));
    desk.edit("src/lib.rs", "(\"Notes\", ", "(\"Entries\", ");
    process.line_with("Swapped");
    assert!(page().await.contains("<title>Entries"), "{}", page().await);

    desk.edit("src/lib.rs", "Vec<Note>", "Vec<Nope>");
    assert!(process.line_with("Not swapped").contains("the plugin does not build"));
    assert!(page().await.contains("<title>Entries"));
    desk.edit("src/lib.rs", "let notes: Vec<Nope>", "None::<()>.expect(\"lost\");\n    let notes: Vec<Note>");
    process.line_with("Swapped");
    visitor.get("/en/diary").await.expect(502);
    desk.edit("src/lib.rs", "None::<()>.expect(\"lost\");", "");
    desk.edit("src/lib.rs", "SELECT text", "SELECT words");
    process.line_with("Swapped");
    visitor.get("/en/diary").await.expect(400);

    desk.edit("plugin.toml", "diary:write", "diary:scribble");
    assert!(process.line_with("Not swapped").contains("diary:write"));
    assert!(process.line_with("src/lib.rs:").contains("write = \"diary:write\""));
    process.signal("TERM");
    assert!(process.wait());
    let log = process.log();
    for words in ["cannot find type `Nope`", "panicked at src/lib.rs:", "no such column: words", "SELECT words FROM"] {
        assert!(log.contains(words), "{words}: {log}");
    }
    assert_eq!(fs::read_to_string(desk.file(".magnetiq/.gitignore")).unwrap(), "*\n");
}

#[test]
fn the_same_plugin_gives_the_same_package_wherever_its_folder_stands() {
    let desk = Desk::with_plugin("atlas");
    desk.done(&["pack", "atlas", "--out", "first"]);
    fs::create_dir_all(desk.folder.join("further/away")).unwrap();
    fs::rename(desk.file(""), desk.folder.join("further/away/map")).unwrap();
    desk.done(&["pack", "further/away/map", "--out", "second"]);
    let package = |folder: &str| fs::read(desk.folder.join(folder).join("atlas-0.1.0.mqp")).unwrap();
    assert!(package("first") == package("second"));
}
