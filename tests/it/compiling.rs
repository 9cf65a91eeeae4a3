//! Components that were made to keep a compiler busy: they end in a process of their own, and everybody else goes on.

use std::fs;
use std::path::Path;

use magnetiq::config::DataDir;
use magnetiq_tests::handmade::{GOOD, MANIFEST, component, package};
use magnetiq_tests::webinars::{VARIABLES, sign_in};
use magnetiq_tests::{Client, Guest, Process};
use serde_json::json;

/// A component with so many functions of such a length.
fn large(functions: usize, length: usize) -> Vec<u8> {
    let body = "(local.set 0 (i64.rotl (i64.mul (local.get 0) (i64.const 7)) (local.get 1)))
        (local.set 1 (i64.xor (local.get 1) (i64.load (i32.wrap_i64 (i64.and (local.get 0) (i64.const 255))))))"
        .repeat(length);
    component(GOOD, &format!("(func (param i64 i64) {body})\n").repeat(functions))
}

/// A site with hello, and with `component` on its shelf; and its admin.
async fn site(folder: &Path, component: &[u8], bounds: &[(&str, &str)]) -> (Process, Client) {
    let plugins = DataDir::new(folder.into()).plugins();
    fs::create_dir_all(&plugins).unwrap();
    fs::copy(Guest::Hello.path(), plugins.join("hello.mqp")).unwrap();
    fs::rename(package(MANIFEST, component).path().join("handmade"), plugins.join("handmade")).unwrap();
    let path = folder.display().to_string();
    let user =
        ["user", "add", "--data-dir", &path, "--email", "a@example.org", "--role", "super_admin", "--password-stdin"];
    assert!(Process::run_with_input(&user, "correct horse battery staple").status.success());
    let before = Process::serve(folder, &VARIABLES);
    let admin = sign_in(&before.visitor()).await;
    admin.post_json("/api/v1/plugins/hello/enable", &json!({})).await.expect(200);
    drop(before);
    let process = Process::serve(folder, &[&VARIABLES, bounds].concat());
    let admin = sign_in(&process.visitor()).await;
    (process, admin)
}

/// Within bounds that are enough for a small one it is not enabled, its page says why, and hello answers while the compiler is busy and afterwards.
async fn is_refused(refused: &[u8], seconds: &str, mebibytes: &str, reason: &str) {
    let bounds = [("MAGNETIQ_COMPILE_SECONDS", seconds), ("MAGNETIQ_COMPILE_MEMORY_MIB", mebibytes)];
    let folder = tempfile::tempdir().unwrap();
    let (_process, admin) = site(folder.path(), &component(GOOD, ""), &bounds).await;
    admin.post_json("/api/v1/plugins/handmade/enable", &json!({})).await.expect(200);
    let folder = tempfile::tempdir().unwrap();
    let (process, admin) = site(folder.path(), refused, &bounds).await;
    let visitor = process.visitor();
    let all = json!({});
    let enabling = admin.post_json("/api/v1/plugins/handmade/enable", &all);
    let (refusal, greetings) = tokio::join!(enabling, visitor.get("/api/v1/hello/greetings"));
    greetings.expect(200);
    let refusal = refusal.expect(422).text();
    assert!(refusal.contains(reason), "{refusal}");
    let plugin = admin.get("/api/v1/plugins/handmade").await.expect(200).data();
    assert_eq!(plugin["state"], "available");
    assert!(plugin["contract"]["refused"]["en"].as_str().unwrap().contains(reason), "{plugin}");
    visitor.get("/api/v1/hello/greetings").await.expect(200);
}

#[tokio::test]
async fn one_that_takes_too_long_to_compile_is_refused() {
    is_refused(&large(2000, 100), "1", "2048", "it takes longer than 1 s to compile").await;
}

#[tokio::test]
async fn one_that_takes_too_much_memory_to_compile_is_refused() {
    is_refused(&large(1, 30_000), "60", "128", "it takes more than 128 MiB to compile").await;
}
