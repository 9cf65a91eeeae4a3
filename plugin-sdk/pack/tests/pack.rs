//! Packing through the public door, with a plugin that has no code, so that nothing is compiled.

#![expect(clippy::unwrap_used, reason = "tests say what is wrong by failing")]

use std::fs;
use std::io::Read;
use std::path::Path;

use magnetiq_pack::{pack, scaffold};

const MANIFEST: &str = r#"
id = "notes"
version = "1.2.3"
api = "0.1"
name = { en = "Notes", de = "Notizen" }
mount = { en = "notes", de = "notizen" }
"#;

fn plugin(root: &Path) {
    fs::create_dir_all(root.join("locales")).unwrap();
    fs::create_dir_all(root.join("assets/img")).unwrap();
    fs::write(root.join("plugin.toml"), MANIFEST).unwrap();
    fs::write(root.join("describe.json"), "{}").unwrap();
    fs::write(root.join("locales/en.json"), "{}").unwrap();
    fs::write(root.join("assets/img/a.svg"), "<svg/>").unwrap();
    fs::create_dir_all(root.join("demo")).unwrap();
    fs::write(root.join("demo/0001_notes.json"), "[]").unwrap();
    fs::write(root.join("notes.txt"), "stays at home").unwrap();
}

fn never(_: &[u8]) -> magnetiq_pack::Result<String> {
    unreachable!("a plugin without code has no component")
}

#[test]
fn a_package_holds_what_it_should_in_order_and_is_the_same_each_time() {
    let root = tempfile::tempdir().unwrap();
    plugin(root.path());
    let out = root.path().join("out");
    let path = pack(root.path(), &out, &never).unwrap();
    assert_eq!(path, out.join("notes-1.2.3.mqp"));
    let first = fs::read(&path).unwrap();
    fs::write(root.path().join("locales/en.json"), "{}").unwrap();
    pack(root.path(), &out, &never).unwrap();
    assert_eq!(first, fs::read(&path).unwrap());

    let mut zip = zip::ZipArchive::new(fs::File::open(&path).unwrap()).unwrap();
    let names: Vec<_> = zip.file_names().map(|name| name.unwrap().into_owned()).collect();
    assert_eq!(names, ["assets/img/a.svg", "demo/0001_notes.json", "describe.json", "locales/en.json", "plugin.toml"]);
    let mut text = String::new();
    zip.by_name("assets/img/a.svg").unwrap().read_to_string(&mut text).unwrap();
    assert_eq!(text, "<svg/>");
}

#[test]
fn a_page_without_a_mount_is_refused_with_a_sentence() {
    let root = tempfile::tempdir().unwrap();
    plugin(root.path());
    fs::write(root.path().join("plugin.toml"), MANIFEST.replace("mount", "#")).unwrap();
    fs::write(
        root.path().join("describe.json"),
        r#"{"routes": [{"kind": "page", "method": "GET", "path": "/", "access": "public"}]}"#,
    )
    .unwrap();
    let error = pack(root.path(), root.path(), &never).unwrap_err();
    assert_eq!(error.to_string(), "plugin.toml: the plugin has the page GET / and no mount");
}

#[test]
fn a_new_plugin_has_a_manifest_that_holds() {
    let root = tempfile::tempdir().unwrap();
    let folder = root.path().join("notes");
    scaffold::create("notes", &folder, Path::new("/sdk")).unwrap();
    assert_eq!(magnetiq_pack::Folder::read(&folder).unwrap().manifest.id, "notes");
    assert!(scaffold::create("notes", &folder, Path::new("/sdk")).is_err());
    for wrong in ["Notes!", "pages"] {
        assert!(scaffold::create(wrong, &root.path().join("other"), Path::new("/sdk")).is_err(), "{wrong}");
    }
}
