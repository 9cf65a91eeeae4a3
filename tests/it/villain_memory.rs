//! The villain in a process of its own: what its deeds took of the machine is given back.

use std::fs;

use magnetiq_tests::webinars::{VARIABLES, sign_in};
use magnetiq_tests::{Client, Guest, Process};
use serde_json::json;

/// Deeds, each of which ends at a limit: method, path and, for those with a body, its JSON.
const DEEDS: [(&str, &str, &str); 9] = [
    ("GET", "read/loop", ""),
    ("GET", "read/recurse", ""),
    ("GET", "read/allocate", ""),
    ("GET", "read/panic", ""),
    ("GET", "shout/5", ""),
    ("GET", "mutter/flood/1000000", ""),
    ("POST", "answers/endless", ""),
    ("POST", "hand-over/5", ""),
    (
        "POST",
        "sql",
        r#"{"sql": "WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) INSERT INTO p_villain__loot (text, created_at, updated_at) SELECT n, '', '' FROM c"}"#,
    ),
];

/// Each deed once. Fewer than would put the villain into quarantine, out of which the admin takes it anyhow.
async fn misbehave(visitor: &Client, admin: &Client) {
    for (method, path, body) in DEEDS {
        let call = visitor.call(method, &format!("/api/v1/villain/{path}"));
        let call = if body.is_empty() { call } else { call.body("application/json", body) };
        call.send().await.expect(502);
    }
    admin.post_json("/api/v1/plugins/villain/reset", &json!({})).await.expect(200);
}

/// Bytes that the process has in memory.
fn resident(process: &Process) -> u64 {
    let status = fs::read_to_string(format!("/proc/{}/status", process.id())).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.split_whitespace().next().unwrap().parse::<u64>().unwrap() << 10
}

#[tokio::test]
async fn memory_is_back_within_five_percent_after_every_deed_many_times() {
    let folder = tempfile::tempdir().unwrap();
    let plugins = folder.path().join("plugins");
    fs::create_dir_all(&plugins).unwrap();
    fs::copy(Guest::Villain.path(), plugins.join("villain.mqp")).unwrap();
    let path = folder.path().display().to_string();
    let user =
        ["user", "add", "--data-dir", &path, "--email", "a@example.org", "--role", "super_admin", "--password-stdin"];
    assert!(Process::run_with_input(&user, "correct horse battery staple").status.success());
    let process = Process::serve(folder.path(), &VARIABLES);
    let visitor = process.visitor();
    let admin = sign_in(&visitor).await;
    admin.post_json("/api/v1/plugins/villain/enable", &json!({})).await.expect(200);
    // What is made once, at the first call of its kind, is no leak.
    for _ in 0..5 {
        misbehave(&visitor, &admin).await;
    }
    let before = resident(&process);
    for _ in 0..20 {
        misbehave(&visitor, &admin).await;
    }
    let after = resident(&process);
    assert!(after <= before + before / 20, "{before} bytes before, {after} after");
}
