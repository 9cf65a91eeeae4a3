//! SIGTERM under load: what the site has begun to read is answered, and kept whole.

use std::collections::BTreeSet;

use magnetiq_tests::{Process, Raw, registrations, webinars};

/// Registrations whose heads are read, and whose bodies are still to come.
const UNDER_WAY: usize = 64;

fn address(place: usize) -> String {
    format!("inflight{place}@example.org")
}

fn body(place: usize) -> String {
    format!(r#"{{"email": "{}", "name": "Ada", "consent": {{"marketing": false}}}}"#, address(place))
}

/// Sends the head of a registration; the site asks for the body once it has read it.
async fn begin(process: &Process, session: i64, place: usize) -> Raw {
    let mut connection = Raw::connect(&process.address).await;
    let head = format!(
        "POST /api/v1/webinars/sessions/{session}/registrations HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\nExpect: 100-continue\r\nX-Forwarded-For: 198.18.7.{place}\r\n\r\n",
        process.address,
        body(place).len(),
    );
    assert!(connection.send(head).await);
    let said = connection.next().await;
    assert!(said.starts_with("HTTP/1.1 100"), "{said}");
    connection
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_request_in_flight_fails_when_the_site_is_asked_to_end() {
    let folder = tempfile::tempdir().unwrap();
    let session = webinars::announce(folder.path()).await;
    let mut process = Process::serve(folder.path(), &webinars::VARIABLES);
    let mut connections = Vec::new();
    for place in 0..UNDER_WAY {
        connections.push(begin(&process, session, place).await);
    }
    process.signal("TERM");
    for (place, connection) in connections.iter_mut().enumerate() {
        assert!(connection.send(body(place)).await, "{place} was hung up on");
    }
    for (place, connection) in connections.iter_mut().enumerate() {
        let answer = connection.rest().await;
        assert!(answer.starts_with("HTTP/1.1 201"), "{place}: {answer}");
    }
    assert!(process.wait(), "a quiet end");
    let all: BTreeSet<_> = (0..UNDER_WAY).map(address).collect();
    assert_eq!(registrations::lost(folder.path(), &all).await, Vec::<String>::new());
}
