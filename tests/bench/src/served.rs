//! What a request takes of the processor over HTTP, on the side of the host alone: what decides how many it can answer.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use axum::Router;
use cpu_time::{ProcessTime, ThreadTime};
use magnetiq::app::App;
use magnetiq::http::server;
use magnetiq::shutdown::Shutdown;
use tokio::net::TcpListener;

/// Connections at once, each with one request under way.
const CONNECTIONS: usize = 16;
/// Rounds of a turn, with a request on every connection each; and how often both sides take turns.
const ROUNDS: u32 = 200;
const TURNS: u32 = 10;

/// Serves a router as a site is served; where.
///
/// # Panics
/// When there is no port.
pub async fn serve(router: Router, app: &App) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let (address, app) = (listener.local_addr().expect("an address").to_string(), app.clone());
    tokio::spawn(async move { server::serve(listener, router, &app.settings.limits, &Shutdown::default()).await });
    address
}

/// What is asked again and again.
#[derive(Clone, Copy)]
pub struct Asking<'a> {
    /// `127.0.0.1:port`.
    pub host: &'a str,
    /// Path and query.
    pub path: &'a str,
    /// Who asks, by their access token.
    pub token: Option<&'a str>,
}

impl<'a> Asking<'a> {
    /// A visitor's question.
    pub fn visitor(host: &'a str, path: &'a str) -> Self {
        Self { host, path, token: None }
    }
}

/// The processor time of a request of each of two kinds.
///
/// # Panics
/// When an answer is not good.
pub async fn costs(sides: [Asking<'_>; 2]) -> [Duration; 2] {
    let callers = sides.map(Callers::connect);
    tokio::task::spawn_blocking(move || in_turns(callers)).await.expect("answers")
}

fn in_turns(mut sides: [Callers; 2]) -> [Duration; 2] {
    let mut taken = [Duration::ZERO; 2];
    for side in &mut sides {
        side.turn();
    }
    for _ in 0..TURNS {
        for (side, taken) in sides.iter_mut().zip(&mut taken) {
            *taken += side.turn();
        }
    }
    taken.map(|taken| taken / (TURNS * ROUNDS * CONNECTIONS as u32))
}

/// Connections that ask for the same again and again. Their one thread's time is not the host's.
struct Callers {
    connections: Vec<TcpStream>,
    request: String,
    /// All answers are as long as the first.
    answer: Vec<u8>,
}

impl Callers {
    fn connect(Asking { host, path, token }: Asking<'_>) -> Self {
        let connections = (0..CONNECTIONS).map(|_| TcpStream::connect(host).expect("a connection"));
        let caller = token.map(|token| format!("Authorization: Bearer {token}\r\n")).unwrap_or_default();
        let request = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n{caller}\r\n");
        let mut callers = Self { connections: connections.collect(), request, answer: Vec::new() };
        callers.answer = first_answer(&mut callers.connections[0], &callers.request);
        callers
    }

    /// What the process takes for a turn, without this thread.
    fn turn(&mut self) -> Duration {
        let (process, client) = (ProcessTime::now(), ThreadTime::now());
        for _ in 0..ROUNDS {
            self.round();
        }
        process.elapsed().saturating_sub(client.elapsed())
    }

    fn round(&mut self) {
        for connection in &mut self.connections {
            connection.write_all(self.request.as_bytes()).expect("a listener");
        }
        for connection in &mut self.connections {
            connection.read_exact(&mut self.answer).expect("an answer");
            assert!(self.answer.starts_with(b"HTTP/1.1 200"), "{}", String::from_utf8_lossy(&self.answer));
        }
    }
}

/// A whole answer: its head, and as many bytes as that announces.
fn first_answer(connection: &mut TcpStream, request: &str) -> Vec<u8> {
    connection.write_all(request.as_bytes()).expect("a listener");
    let mut answer = Vec::new();
    while !answer.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        connection.read_exact(&mut byte).expect("a head");
        answer.extend(byte);
    }
    let head = String::from_utf8_lossy(&answer).to_ascii_lowercase();
    let length = head.split("content-length: ").nth(1).and_then(|rest| rest.split("\r\n").next()?.parse().ok());
    let head = answer.len();
    answer.resize(head + length.unwrap_or(0_usize), 0);
    connection.read_exact(&mut answer[head..]).expect("a body");
    answer
}
