//! A mail server in the test's process that answers by a script.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use parking_lot::Mutex;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// How one message is answered.
#[derive(Clone, Debug)]
pub enum Reply {
    /// Taken.
    Accept,
    /// This answer to `RCPT TO`.
    Recipient(&'static str),
    /// This answer after the content.
    Content(&'static str),
    /// Taken, but the connection ends before the answer.
    DropAfterContent,
}

/// A message that the server has taken.
#[derive(Clone, Debug)]
pub struct Received {
    /// Every recipient of its envelope.
    pub to: Vec<String>,
    /// As sent, with CRLF.
    pub content: String,
}

impl Received {
    /// The value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        let head = self.content.split("\r\n\r\n").next()?;
        head.split("\r\n").find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
    }
}

/// The server.
#[derive(Clone)]
pub struct Smtp {
    /// Its address for the transport.
    pub url: String,
    received: Arc<Mutex<Vec<Received>>>,
    script: Arc<Mutex<VecDeque<Reply>>>,
    busy: Arc<AtomicBool>,
}

impl Smtp {
    /// Listens on a free port; what the script does not cover is taken.
    pub async fn start(script: impl IntoIterator<Item = Reply>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let server = Self {
            url: format!("smtp://127.0.0.1:{}", listener.local_addr().unwrap().port()),
            received: Arc::default(),
            script: Arc::new(Mutex::new(script.into_iter().collect())),
            busy: Arc::default(),
        };
        let accepting = server.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(accepting.clone().serve(stream));
            }
        });
        server
    }

    /// From now on connections are greeted with 421, or served again.
    pub fn set_busy(&self, busy: bool) {
        self.busy.store(busy, Ordering::SeqCst);
    }

    /// What it has taken so far.
    pub fn received(&self) -> Vec<Received> {
        self.received.lock().clone()
    }

    async fn serve(self, stream: TcpStream) -> std::io::Result<()> {
        let mut stream = BufReader::new(stream);
        if self.busy.load(Ordering::SeqCst) {
            return say(&mut stream, "421 too busy").await;
        }
        say(&mut stream, "220 test").await?;
        let (mut to, mut reply) = (Vec::new(), Reply::Accept);
        while let Some(line) = line(&mut stream).await? {
            let command = line.to_ascii_uppercase();
            if command.starts_with("MAIL") {
                to.clear();
                reply = self.script.lock().pop_front().unwrap_or(Reply::Accept);
                say(&mut stream, "250 ok").await?;
            } else if command.starts_with("RCPT") {
                to.push(line[8..].trim_matches(['<', '>']).to_owned());
                let answer = if let Reply::Recipient(answer) = reply { answer } else { "250 ok" };
                say(&mut stream, answer).await?;
            } else if command.starts_with("DATA") {
                say(&mut stream, "354 go on").await?;
                let content = content(&mut stream).await?;
                if let Reply::Content(answer) = reply {
                    say(&mut stream, answer).await?;
                    continue;
                }
                self.received.lock().push(Received { to: to.clone(), content });
                if matches!(reply, Reply::DropAfterContent) {
                    return Ok(());
                }
                say(&mut stream, "250 taken").await?;
            } else if command.starts_with("QUIT") {
                return say(&mut stream, "221 bye").await;
            } else {
                say(&mut stream, "250 ok").await?;
            }
        }
        Ok(())
    }
}

async fn say(stream: &mut BufReader<TcpStream>, answer: &str) -> std::io::Result<()> {
    stream.write_all(format!("{answer}\r\n").as_bytes()).await
}

async fn line(stream: &mut BufReader<TcpStream>) -> std::io::Result<Option<String>> {
    let mut line = String::new();
    let read = stream.read_line(&mut line).await?;
    Ok((read > 0).then(|| line.trim_end().to_owned()))
}

async fn content(stream: &mut BufReader<TcpStream>) -> std::io::Result<String> {
    let mut content = String::new();
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await? == 0 || line == ".\r\n" {
            return Ok(content);
        }
        content.push_str(line.strip_prefix('.').unwrap_or(&line));
    }
}
