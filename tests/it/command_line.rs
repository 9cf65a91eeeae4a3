//! Exit codes, sentences, locks and signals of the binary.

use magnetiq_tests::{Client, Guest, Process};

#[test]
fn wrong_usage_exits_with_two() {
    for arguments in [&["sreve"][..], &["serve", "--port", "1"], &[]] {
        assert_eq!(Process::run(arguments, &[]).status.code(), Some(2), "{arguments:?}");
    }
}

#[test]
fn all_faults_of_the_settings_are_reported_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().display().to_string();
    let variables = [
        ("MAGNETIQ_ENV", "prod"),
        ("MAGNETIQ_BODY_LIMIT", "0"),
        ("MAGNETIQ_SMPT_URL", "smtp://mail.example.org"),
        ("MAGNETIQ_ARGON2_MEMORY_KIB", "1"),
        ("MAGNETIQ_MAIL_FROM", "nobody"),
        ("MAGNETIQ_ALLOWED_HOSTS", "https://example.org"),
        ("MAGNETIQ_CORS_ORIGINS", "example.org"),
        ("MAGNETIQ_MASTER_KEY_FILE", "/there/is/no/such/folder/key"),
    ];
    let output = Process::run(&["serve", "--data-dir", &folder, "--listen", "nowhere"], &variables);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{said}");
    for name in variables.iter().map(|(name, _)| *name).chain(["--listen"]) {
        assert!(said.contains(name), "{name} is missing in: {said}");
    }
}

#[test]
fn a_setting_of_a_later_version_stops_no_start_and_is_named_in_the_log_and_by_the_doctor() {
    let folder = tempfile::tempdir().unwrap();
    let later = [("MAGNETIQ_METRICS_LISTEN", "127.0.0.1:9100"), ("MAGNETIQ_BACKUP_EVERY", "day")];
    let mut process = Process::serve(folder.path(), &later);
    process.signal("TERM");
    let log = process.rest();
    let path = folder.path().display().to_string();
    let doctor = Process::run(&["doctor", "--data-dir", &path], &later);
    let doctor = String::from_utf8_lossy(&doctor.stdout).into_owned();
    for (name, _) in later {
        for said in [&log, &doctor] {
            assert!(said.lines().any(|line| line.contains(name) && line.contains("does not use")), "{name}: {said}");
        }
    }
}

#[test]
fn a_key_that_is_missing_is_not_made_again_once_a_plugin_may_have_sealed_something_with_it() {
    let folder = tempfile::tempdir().unwrap();
    let (data, key) = (folder.path().join("data").display().to_string(), folder.path().join("own.key"));
    let own = [("MAGNETIQ_MASTER_KEY_FILE", key.to_str().unwrap())];
    let package = Guest::Hello.path().display().to_string();
    assert!(Process::run(&["plugin", "install", "--unsigned", "--data-dir", &data, &package], &own).status.success());
    assert!(Process::run(&["plugin", "enable", "--data-dir", &data, "hello"], &own).status.success());
    assert_eq!(std::fs::read(&key).unwrap().len(), 32);

    let mistyped = folder.path().join("won.key");
    let variables = [("MAGNETIQ_MASTER_KEY_FILE", mistyped.to_str().unwrap())];
    let refused = Process::run(&["serve", "--data-dir", &data, "--listen", "127.0.0.1:0"], &variables);
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert_eq!(refused.status.code(), Some(1), "{said}");
    assert!(said.contains("won.key is not there") && !mistyped.exists(), "{said}");
    assert!(Process::run(&["plugin", "list", "--data-dir", &data], &own).status.success());
}

#[test]
fn a_plugin_or_package_that_is_not_there_is_named_with_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data").display().to_string();
    let path = |name: &str| folder.path().join(name).display().to_string();
    std::fs::write(path("notes.mqp"), "notes").unwrap();
    for (command, name, words) in [
        ("enable", "nope".to_owned(), &["no plugin nope", "webinars", "`magnetiq plugin install`"][..]),
        ("disable", "nope".to_owned(), &["no plugin nope", "webinars", "`magnetiq plugin install`"]),
        ("install", path("missing.mqp"), &["missing.mqp: it cannot be read", "No such file", "`magnetiq plugin pack`"]),
        ("install", path(""), &["cannot be read", "`magnetiq plugin pack`"]),
        ("install", path("notes.mqp"), &["notes.mqp: The package is refused", "no zip"]),
    ] {
        let output = Process::run(&["plugin", command, "--data-dir", &data, &name], &[]);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(1), "{said}");
        assert!(words.iter().all(|word| said.contains(word)), "{command} {name}: {said}");
        assert!(!said.contains("on our side"), "{said}");
    }
}

#[test]
fn the_document_can_be_printed() {
    let output = Process::run(&["openapi"], &[]);
    let document: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(document["openapi"], "3.0.3");
}

#[test]
fn a_second_start_says_who_holds_the_folder() {
    let folder = tempfile::tempdir().unwrap();
    let first = Process::serve(folder.path(), &[]);
    let path = folder.path().display().to_string();
    let second = Process::run(&["serve", "--data-dir", &path, "--listen", "127.0.0.1:0"], &[]);
    let said = String::from_utf8_lossy(&second.stderr).into_owned();
    assert_eq!(second.status.code(), Some(1), "{said}");
    assert!(said.contains(&format!("process {}", first.id())), "{said}");
}

#[tokio::test]
async fn sigterm_ends_the_process_well() {
    let folder = tempfile::tempdir().unwrap();
    let mut process = Process::serve(folder.path(), &[]);
    let visitor = Client::visitor(format!("http://{}", process.address));
    let _ = visitor.get("/livez").await.expect(200);
    process.signal("TERM");
    assert!(process.wait());
}

#[test]
fn the_database_can_be_made_without_serving_and_the_doctor_sees_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().display().to_string();
    let said = |command: &str| {
        let output = Process::run(&[command, "--data-dir", &path], &[("MAGNETIQ_LISTEN", "127.0.0.1:0")]);
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    assert!(said("doctor").contains("note    The database"));
    assert!(said("migrate").contains("is up to date"));
    assert!(said("doctor").contains("ok      The database"));
}

#[test]
fn the_doctor_sees_who_holds_the_folder_and_fails_when_something_is_wrong() {
    let folder = tempfile::tempdir().unwrap();
    let process = Process::serve(folder.path(), &[]);
    let path = folder.path().display().to_string();
    let output = Process::run(
        &["doctor", "--data-dir", &path],
        &[("MAGNETIQ_SMTP_URL", "smtp://127.0.0.1:1"), ("MAGNETIQ_MAIL_FROM", "a@example.org")],
    );
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(said.contains(&format!("process {}", process.id())), "{said}");
    assert!(said.contains("WRONG   The SMTP server"), "{said}");
    assert_eq!(output.status.code(), Some(1));
}

#[tokio::test]
async fn a_site_whose_log_nobody_reads_serves_and_ends_as_any_other() {
    let folder = tempfile::tempdir().unwrap();
    let mut process = Process::serve_unheard(folder.path());
    for _ in 0..3 {
        process.visitor().get("/api/v1/users").await.expect(401);
    }
    process.signal("TERM");
    assert!(process.wait());
}
