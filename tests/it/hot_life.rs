//! The command line against a site that runs: it does what is asked without a restart.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use magnetiq_tests::{Guest, Process, ask_for_mail, edit, set_version};
use serde_json::json;

/// What `magnetiq plugin …` prints, and whether all went well.
fn plugin(folder: &Path, arguments: &[&str]) -> (bool, String) {
    let folder = folder.display().to_string();
    let all = [&["plugin", arguments[0], "--data-dir", &folder], &arguments[1..]].concat();
    let output = Process::run(&all, &[]);
    let said = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8(said).unwrap())
}

fn written(folder: &Path, package: &[u8]) -> String {
    let path = folder.join("package.mqp");
    fs::write(&path, package).unwrap();
    path.display().to_string()
}

#[tokio::test]
async fn a_running_site_takes_every_step_of_a_plugins_life_from_the_command_line() {
    let (folder, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let site = Process::serve(folder.path(), &[]);
    let visitor = site.visitor();
    let done = |arguments: &[&str]| {
        let (well, said) = plugin(folder.path(), arguments);
        assert!(well, "{arguments:?}: {said}");
        said
    };
    let first = written(elsewhere.path(), Guest::Hello.package());
    assert_eq!(done(&["install", "--unsigned", &first]), "Installed hello 0.1.0.\n");
    assert_eq!(visitor.get("/en/hello").await.status, 404);
    assert_eq!(done(&["enable", "hello"]), "Enabled hello.\n");
    assert_eq!(visitor.get("/api/v1/hello/greetings").await.expect(200).data(), json!(["Hello, world!"]));

    let second = Guest::Hello.altered(|parts| {
        set_version(parts, "0.2.0");
        ask_for_mail(parts);
        edit(parts, "templates/hello.html", |page| format!("<p>The second version.</p>{page}"));
    });
    done(&["install", "--unsigned", &written(elsewhere.path(), &second)]);
    assert!(done(&["list"]).contains("0.2.0 is there."));
    let (well, refusal) = plugin(folder.path(), &["upgrade", "hello"]);
    assert!(!well && refusal.contains("--agree") && refusal.contains("mail"), "{refusal}");
    assert!(done(&["upgrade", "hello", "--agree"]).starts_with("hello is version 0.2.0 now; it was 0.1.0."));
    assert!(visitor.get("/en/hello").await.expect(200).text().contains("The second version."));
    assert_eq!(done(&["rollback", "hello"]), "hello is version 0.1.0 again.\n");
    assert!(!visitor.get("/en/hello").await.expect(200).text().contains("The second version."));
    assert_eq!(done(&["disable", "hello"]), "Disabled hello.\n");
    assert_eq!(visitor.get("/en/hello").await.status, 404);
    assert!(done(&["uninstall", "hello", "--delete-data"]).starts_with("Uninstalled hello. Its data are in "));
    let (well, refusal) = plugin(folder.path(), &["enable", "hello"]);
    assert!(!well && refusal.contains("has no plugin hello"), "{refusal}");
}

#[test]
fn a_folder_that_nobody_serves_is_opened_for_the_step_also_after_a_kill() {
    let (folder, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let socket = folder.path().join("control.sock");
    let mut site = Process::serve(folder.path(), &[]);
    site.signal("KILL");
    site.wait();
    assert!(socket.exists(), "nobody was there to take it away");
    let package = written(elsewhere.path(), Guest::Hello.package());
    assert_eq!(plugin(folder.path(), &["install", "--unsigned", &package]), (true, "Installed hello 0.1.0.\n".into()));
    let mut again = Process::serve(folder.path(), &[]);
    assert!(plugin(folder.path(), &["list"]).1.starts_with("hello"));
    assert_eq!(fs::metadata(&socket).unwrap().permissions().mode() & 0o777, 0o600, "nobody else's door");
    again.signal("TERM");
    assert!(again.wait());
    assert!(!socket.exists());
}

#[test]
fn a_plugin_is_compiled_once_and_comes_from_the_cache_at_the_next_start() {
    let (folder, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let package = written(elsewhere.path(), Guest::Hello.package());
    assert!(plugin(folder.path(), &["install", "--unsigned", &package]).0);
    let code = || {
        let files = fs::read_dir(folder.path().join("cache")).unwrap().map(|entry| entry.unwrap());
        files.map(|file| (file.file_name(), file.metadata().unwrap().modified().unwrap())).collect::<Vec<_>>()
    };
    let compiled = code();
    assert_eq!(compiled.len(), 1, "{compiled:?}");
    assert!(plugin(folder.path(), &["enable", "hello"]).0);
    assert_eq!(code(), compiled, "it was not compiled again");

    // A cache that somebody wrote to is of no use, and harms nobody.
    let path = folder.path().join("cache").join(&compiled[0].0);
    fs::write(&path, b"native code from elsewhere").unwrap();
    assert!(plugin(folder.path(), &["list"]).1.contains("enabled"));
    assert!(fs::read(&path).unwrap().len() > 1000, "it was compiled again");
}

#[test]
fn what_is_no_component_is_refused_by_the_compiling_process_in_its_words() {
    let output = Process::run_with_input(&["compile-component", "60", "2048"], b"\0asm no component");
    assert_eq!(output.status.code(), Some(1));
    assert!(!output.stderr.is_empty() && output.stdout.is_empty());
}
