//! The villain in a process of its own: what its deeds took of the machine is given back.

use std::fs;
use std::path::Path;

use magnetiq_tests::webinars::{VARIABLES, sign_in};
use magnetiq_tests::{Client, Guest, Process, Silent, edit};
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

/// A process with the villain, and its admin.
async fn serve(folder: &Path, package: &[u8], variables: &[(&str, &str)]) -> (Process, Client) {
    let plugins = folder.join("plugins");
    fs::create_dir_all(&plugins).unwrap();
    fs::write(plugins.join("villain.mqp"), package).unwrap();
    let path = folder.display().to_string();
    let user =
        ["user", "add", "--data-dir", &path, "--email", "a@example.org", "--role", "super_admin", "--password-stdin"];
    assert!(Process::run_with_input(&user, "correct horse battery staple").status.success());
    let process = Process::serve(folder, &[&VARIABLES, variables].concat());
    let admin = sign_in(&process.visitor()).await;
    admin.post_json("/api/v1/plugins/villain/enable", &json!({})).await.expect(200);
    (process, admin)
}

#[tokio::test]
async fn memory_is_back_within_five_percent_after_every_deed_many_times() {
    let folder = tempfile::tempdir().unwrap();
    let (process, admin) = serve(folder.path(), Guest::Villain.package(), &[]).await;
    let visitor = process.visitor();
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

/// Four guests that wait for the server with so many megabytes each; what the process has in memory meanwhile.
async fn while_four_wait(process: &Process, server: &Silent, heard: usize, megabytes: u32) -> u64 {
    let (visitor, target) = (process.visitor(), json!({"url": format!("http://{}/", server.address)}));
    let path = format!("/api/v1/villain/linger/{megabytes}");
    let one = || visitor.post_json(&path, &target);
    let all_wait = async {
        server.heard(heard + 4).await;
        resident(process)
    };
    let (resident, first, second, third, fourth) = tokio::join!(all_wait, one(), one(), one(), one());
    for answer in [first, second, third, fourth] {
        answer.expect(502);
    }
    // A loop takes its turn behind them on the thread for slow guests: once it has ended, they are gone.
    visitor.get("/api/v1/villain/read/loop").await.expect(502);
    resident
}

/// The same measure sees what guests hold while they run: what it does not see afterwards is not there.
#[tokio::test]
async fn memory_that_guests_hold_is_seen_and_is_back_within_five_percent_once_they_have_ended() {
    let (folder, server) = (tempfile::tempdir().unwrap(), Silent::listen().await);
    let address = server.address.to_string();
    let package = Guest::Villain.altered(|parts| {
        edit(parts, "plugin.toml", |contract| {
            contract
                .replace("http://localhost:9", &format!("http://{address}"))
                .replace("[limits]", "[limits]\ndetached_wall_ms = 500")
        });
    });
    let (process, admin) = serve(folder.path(), &package, &[("MAGNETIQ_PRIVATE_SERVERS", &address)]).await;
    while_four_wait(&process, &server, 0, 8).await;
    admin.post_json("/api/v1/plugins/villain/reset", &json!({})).await.expect(200);
    let before = resident(&process);
    let held = while_four_wait(&process, &server, 4, 8).await;
    let after = resident(&process);
    assert!(held >= before + (4 * 7 << 20), "{before} bytes before, {held} while four guests hold 8 MiB each");
    assert!(after <= before + before / 20, "{before} bytes before, {after} after");
}
