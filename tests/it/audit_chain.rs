//! Records of changes hang together: what is changed, removed or slipped in is found, and what is erased is not.

use jiff::SignedDuration;
use magnetiq::resources::Actor;
use magnetiq::resources::audit::{self, Change};
use magnetiq::store::{Owner, Unit};
use magnetiq_tests::{Process, TestApp};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

const VERIFY: &str = "/api/v1/audit/verify";
const EXPORT: &str = "/api/v1/audit/export";

async fn record(app: &TestApp, count: usize) {
    let clock = app.clock.clone();
    let work = move |unit: &mut Unit| {
        for number in 0..count {
            let after = json!({"person": number, "email": format!("p{number}@example.org"), "price": 1.5});
            let change = Change {
                action: "create",
                resource: "people",
                id: Some(i64::try_from(number).unwrap()),
                before: &Value::Null,
                after: &after,
            };
            audit::record(unit, &clock, &Actor::system(), &change)?;
        }
        Ok(())
    };
    app.site.store.write(Owner::Core, work).await.unwrap();
}

async fn run(app: &TestApp, sql: &'static str) -> Result<(), String> {
    let done = app.site.store.write(Owner::Core, move |unit| Ok(unit.execute_batch(sql)?)).await;
    done.map_err(|error| error.cause().map(ToString::to_string).unwrap_or_default())
}

fn lines(export: &str) -> Vec<Value> {
    export.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// The chain as its description says, written once more and knowing nothing of the host.
fn holds(export: &str) -> bool {
    let mut previous = "0".repeat(64);
    lines(export).iter().zip(export.lines()).all(|(line, text)| {
        let record = json!([
            line["id"],
            line["actor_kind"],
            line["actor_id"],
            line["action"],
            line["resource"],
            line["record_id"],
            line["before_hash"],
            line["after_hash"],
            line["request_id"],
            line["created_at"],
        ]);
        let expected = hex::encode(Sha256::digest(format!("{previous}{record}")));
        previous = line["hash"].as_str().unwrap().to_owned();
        let after = text.split("\"after\":").nth(1).unwrap().split(",\"salt\"").next().unwrap();
        let value = line["salt"].as_str().filter(|_| after != "null").map(|salt| {
            hex::encode(Sha256::digest([hex::decode(salt).unwrap().as_slice(), after.as_bytes()].concat()))
        });
        expected == previous && value.is_none_or(|hash| line["after_hash"] == hash.as_str())
    })
}

#[tokio::test]
async fn the_export_is_proof_that_anybody_can_check_and_tells_who_took_it() {
    let app = TestApp::start().await;
    let admin = app.sign_in("super_admin").await;
    record(&app, 1200).await;
    let answer = admin.get(EXPORT).await.expect(200);
    assert_eq!(answer.header("content-type"), "application/x-ndjson");
    let export = answer.text();
    let all = lines(&export);
    assert!(all.len() >= 1201 && holds(&export));
    let last = all.last().unwrap();
    assert_eq!(
        (&last["action"], &last["resource"], &last["actor_kind"]),
        (&json!("export"), &json!("audit"), &json!("user"))
    );
    assert_eq!(
        all.iter().map(|line| line["id"].as_u64().unwrap()).collect::<Vec<_>>(),
        (1..=all.len() as u64).collect::<Vec<_>>()
    );
    assert!(!holds(&export.replacen("p7@example.org", "p8@example.org", 1)));
    assert!(!holds(&export.replacen("\"create\"", "\"change\"", 1)));
    assert!(!holds(export.split_once('\n').unwrap().1));

    let found = admin.get(VERIFY).await.expect(200).data();
    assert_eq!((&found["intact"], &found["last_hash"]), (&json!(true), &last["hash"]));
    assert_eq!((&found["chained"], &found["older"]), (&json!(all.len()), &json!(0)));
}

#[tokio::test]
async fn only_who_may_read_the_audit_exports_and_verifies_it() {
    let app = TestApp::start().await;
    let admin = app.sign_in("admin").await;
    for path in [EXPORT, VERIFY, "/api/v1/security-events"] {
        let _ = app.get(path).await.expect(401);
        let _ = admin.get(path).await.expect(403);
    }
}

#[tokio::test]
async fn the_database_itself_refuses_to_change_or_delete_a_record() {
    let app = TestApp::start().await;
    record(&app, 3).await;
    for sql in [
        "DELETE FROM audit",
        "DELETE FROM audit WHERE id = 3",
        "UPDATE audit SET action = 'x' WHERE id = 1",
        "UPDATE audit SET actor_id = 7",
        "UPDATE audit SET hash = NULL",
        "UPDATE audit SET created_at = '2020-01-01T00:00:00.000000Z' WHERE id = 2",
        "UPDATE audit SET after = '{}' WHERE id = 2",
        "UPDATE audit SET salt = x'00' WHERE id = 2",
        "REPLACE INTO audit (id, actor_kind, action, resource, request_id, created_at, updated_at) VALUES (2, 'system', 'x', 'x', '', '', '')",
    ] {
        let refusal = run(&app, sql).await.unwrap_err();
        assert!(refusal.contains("a record of a change is never") || refusal.contains("UNIQUE"), "{sql}: {refusal}");
    }
    let admin = app.sign_in("super_admin").await;
    assert_eq!(admin.get(VERIFY).await.expect(200).data()["intact"], true);
}

#[tokio::test]
async fn whoever_gets_past_the_database_breaks_the_chain_where_they_did() {
    for (sql, id, what) in [
        ("UPDATE audit SET action = 'nothing' WHERE id = 4", 4, "hash"),
        ("UPDATE audit SET actor_kind = 'user', actor_id = 9 WHERE id = 2", 2, "hash"),
        ("UPDATE audit SET after = json_set(after, '$.email', 'x') WHERE id = 3", 3, "after"),
        ("UPDATE audit SET after_hash = before_hash WHERE id = 3", 3, "hash"),
        ("DELETE FROM audit WHERE id = 1", 1, "missing"),
        ("DELETE FROM audit WHERE id = 5", 5, "missing"),
        ("UPDATE audit SET hash = NULL WHERE id = 5", 5, "hash"),
        ("UPDATE audit SET hash = (SELECT hash FROM audit WHERE id = 4) WHERE id = 5", 5, "hash"),
        (
            "INSERT INTO audit (actor_kind, action, resource, request_id, created_at, updated_at) VALUES ('user', 'x', 'x', '', '', '')",
            11,
            "hash",
        ),
    ] {
        let app = TestApp::start().await;
        record(&app, 10).await;
        for name in ["deleted", "changed"] {
            let drop = if name == "deleted" {
                "DROP TRIGGER audit_is_never_deleted"
            } else {
                "DROP TRIGGER audit_is_never_changed; DROP TRIGGER audit_values_are_only_erased"
            };
            run(&app, drop).await.unwrap();
        }
        run(&app, sql).await.unwrap();
        let admin = app.sign_in("super_admin").await;
        let found = admin.get(VERIFY).await.expect(200).data();
        assert_eq!(found["broken_at"], json!({"id": id, "what": what}), "{sql}");
        assert_eq!(found["intact"], false);
    }
}

#[tokio::test]
async fn what_is_erased_for_a_person_is_gone_and_the_chain_holds() {
    let app = TestApp::start().await;
    record(&app, 20).await;
    let clock = app.clock.clone();
    let work = move |unit: &mut Unit| audit::forget(unit, &clock, "people", "person", &["email"], 7);
    app.site.store.write(Owner::Core, work).await.unwrap();
    let admin = app.sign_in("super_admin").await;
    let found = admin.get(VERIFY).await.expect(200).data();
    assert_eq!((&found["intact"], &found["erased"]), (&json!(true), &json!(1)));
    let export = admin.get(EXPORT).await.expect(200).text();
    assert!(!export.contains("p7@example.org") && export.contains("p8@example.org") && holds(&export));
    let line = lines(&export).into_iter().find(|line| line["record_id"] == 7).unwrap();
    assert!(line["salt"].is_null() && line["after"]["email"].is_null() && line["after_hash"].is_string());
}

#[tokio::test]
async fn records_from_before_the_chain_are_counted_and_it_begins_behind_them() {
    let app = TestApp::start().await;
    run(&app, "INSERT INTO audit (actor_kind, action, resource, request_id, created_at, updated_at) VALUES ('system', 'x', 'x', '', '', ''), ('system', 'y', 'x', '', '', '')").await.unwrap();
    record(&app, 3).await;
    let admin = app.sign_in("super_admin").await;
    let found = admin.get(VERIFY).await.expect(200).data();
    assert_eq!((&found["intact"], &found["older"]), (&json!(true), &json!(2)));
}

#[tokio::test]
async fn records_of_many_writers_at_once_are_one_chain() {
    let app = TestApp::start().await;
    let writers = (0..40).map(|_| record(&app, 5));
    futures_util::future::join_all(writers).await;
    app.advance(SignedDuration::from_hours(1)).await;
    let admin = app.sign_in("super_admin").await;
    assert_eq!(admin.get(VERIFY).await.expect(200).data()["intact"], true);
}

#[tokio::test]
async fn security_events_are_a_list_that_can_be_filtered() {
    let app = TestApp::start().await;
    let admin = app.sign_in("super_admin").await;
    let _ = app.with_token("false").get("/api/v1/auth/me").await.expect(401);
    app.site.auth.events.flush().await;
    let list = admin.get("/api/v1/security-events?event_type=token_rejected").await.expect(200);
    let rows = list.data();
    assert_eq!((rows.as_array().unwrap().len(), &rows[0]["severity"]), (1, &json!("medium")));
    assert_eq!(
        (&rows[0]["ip_address"], &rows[0]["details"]["route"]),
        (&json!("127.0.0.1"), &json!("/api/v1/auth/me"))
    );
    let path = format!("/api/v1/security-events/{}", rows[0]["id"]);
    let _ = admin.get(&path).await.expect(200);
    let _ = admin.delete(&path).await.expect(405);
    let high = admin.get("/api/v1/security-events?severity=critical").await.expect(200);
    assert_eq!(high.data(), json!([]));
}

#[test]
fn the_command_line_verifies_and_exports_while_the_site_serves_and_while_it_does_not() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("data");
    let run = |arguments: &[&str]| {
        let output = Process::run(&[arguments, &["--data-dir", path.to_str().unwrap()]].concat(), &[]);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    run(&["user", "add", "--email", "a@example.org", "--role", "viewer"]);
    let mut process = Process::serve(&path, &[]);
    let first = run(&["audit", "export"]);
    assert!(holds(&first) && first.contains("\"users\""), "{first}");
    let out = folder.path().join("out.ndjson");
    run(&["audit", "export", "--out", out.to_str().unwrap()]);
    assert!(std::fs::read_to_string(&out).unwrap().starts_with(&first));
    assert!(run(&["audit", "verify"]).contains("are as they were written"));
    process.signal("TERM");
    assert!(process.wait());
    let last = run(&["audit", "export"]);
    assert!(last.starts_with(&first) && holds(&last));
    assert!(run(&["audit", "verify"]).contains(lines(&last).last().unwrap()["hash"].as_str().unwrap()));
    let left = std::fs::read_dir(path.join("cache")).unwrap().map_while(Result::ok);
    assert!(!left.map(|entry| entry.file_name()).any(|name| name.to_string_lossy().starts_with("audit-")));
}
