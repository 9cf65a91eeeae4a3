//! What a process writes for programs that read its log.

use magnetiq_tests::{Client, Process};
use serde_json::Value;

const PRODUCTION: [(&str, &str); 2] =
    [("MAGNETIQ_ENV", "production"), ("MAGNETIQ_PUBLIC_URL", "https://www.example.org")];

fn parsed(log: &str) -> Vec<Value> {
    log.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"))).collect()
}

#[tokio::test]
async fn outside_development_every_line_is_json_and_those_of_a_request_bear_its_id() {
    let folder = tempfile::tempdir().unwrap();
    // The finest level: what libraries say is JSON too.
    let variables = [PRODUCTION.as_slice(), &[("MAGNETIQ_LOG", "debug")]].concat();
    let mut process = Process::serve(folder.path(), &variables);
    let visitor: Client = process.visitor();
    for (path, status, id) in
        [("/livez", 200, "first-request"), ("/api/v1/users", 421, "second-request"), ("/health", 200, "third\"request")]
    {
        visitor.call("GET", path).header("x-request-id", id).send().await.expect(status);
    }
    process.signal("TERM");
    assert!(process.wait());
    let lines = parsed(&process.log());
    let answered: Vec<_> = lines.iter().filter(|line| line["fields"]["message"] == "answered").collect();
    assert_eq!(answered.len(), 3);
    for line in &lines {
        assert!(line["timestamp"].is_string() && line["level"].is_string() && line["target"].is_string(), "{line}");
    }
    assert_eq!(answered[0]["span"]["id"], "first-request");
    assert_eq!(answered[0]["fields"]["status"], 200);
    assert_eq!(answered[1]["span"]["id"], "second-request");
    let own = answered[2]["span"]["id"].as_str().unwrap();
    assert!(!own.is_empty() && !own.contains('"'), "an id that is none is replaced: {own}");
}

#[test]
fn a_developers_log_has_no_colours_in_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let mut process = Process::serve(folder.path(), &[]);
    process.signal("TERM");
    assert!(process.wait());
    let log = process.log();
    assert!(log.contains("INFO") && !log.contains('\u{1b}'), "{log:?}");
}

#[test]
fn a_start_that_fails_in_production_says_so_in_json() {
    let folder = tempfile::tempdir().unwrap();
    let mut first = Process::serve(folder.path(), &PRODUCTION);
    let path = folder.path().display().to_string();
    let second = Process::run(&["serve", "--data-dir", &path, "--listen", "127.0.0.1:0"], &PRODUCTION);
    assert_eq!(second.status.code(), Some(1));
    let lines = parsed(&String::from_utf8(second.stderr).unwrap());
    let told = lines.last().unwrap()["fields"]["error"].as_str().unwrap();
    assert!(told.contains(&format!("process {}", first.id())), "{told}");
    first.signal("TERM");
    assert!(first.wait());
}
