//! A mail server in the test's process that answers by a script.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use parking_lot::Mutex;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

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
    /// Taken, and never answered.
    Silence,
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

/// How a server lets somebody in.
#[derive(Clone, Default)]
pub struct Door {
    /// How the way is encrypted.
    pub lock: Lock,
    /// User and password that it takes; none lets everybody in.
    pub login: Option<(&'static str, &'static str)>,
}

/// How the way to a server is encrypted.
#[derive(Clone, Default)]
pub enum Lock {
    /// Not at all.
    #[default]
    None,
    /// After STARTTLS.
    StartTls(TlsAcceptor),
    /// From the first byte on.
    Tls(TlsAcceptor),
}

/// The server.
#[derive(Clone)]
pub struct Smtp {
    /// Its address for the transport, without a sign-in.
    pub url: String,
    door: Door,
    received: Arc<Mutex<Vec<Received>>>,
    script: Arc<Mutex<VecDeque<Reply>>>,
    heard: Arc<Mutex<Vec<Heard>>>,
    busy: Arc<AtomicBool>,
}

/// A line that the server has read.
#[derive(Clone, Debug)]
pub struct Heard {
    /// Whether it came encrypted.
    pub encrypted: bool,
    /// The command, as sent.
    pub line: String,
}

impl Smtp {
    /// Listens on a free port; what the script does not cover is taken.
    pub async fn start(script: impl IntoIterator<Item = Reply>) -> Self {
        Self::behind(Door::default(), script).await
    }

    /// Listens behind a door.
    pub async fn behind(door: Door, script: impl IntoIterator<Item = Reply>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let scheme = if matches!(door.lock, Lock::Tls(_)) { "smtps" } else { "smtp" };
        let server = Self {
            url: format!("{scheme}://127.0.0.1:{}", listener.local_addr().unwrap().port()),
            door,
            received: Arc::default(),
            script: Arc::new(Mutex::new(script.into_iter().collect())),
            heard: Arc::default(),
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

    /// Its address with a sign-in.
    pub fn url_of(&self, user: &str, password: &str) -> String {
        self.url.replace("://", &format!("://{user}:{password}@"))
    }

    /// Every command so far.
    pub fn heard(&self) -> Vec<Heard> {
        self.heard.lock().clone()
    }

    /// From now on connections are greeted with 421, or served again.
    pub fn set_busy(&self, busy: bool) {
        self.busy.store(busy, Ordering::SeqCst);
    }

    /// What it has taken so far.
    pub fn received(&self) -> Vec<Received> {
        self.received.lock().clone()
    }

    /// Waits until it has taken so many messages.
    pub async fn has_taken(&self, count: usize) {
        while self.received.lock().len() < count {
            tokio::task::yield_now().await;
        }
    }

    async fn serve(self, stream: TcpStream) -> std::io::Result<()> {
        match &self.door.lock {
            Lock::Tls(acceptor) => {
                let stream = acceptor.accept(stream).await?;
                self.talk(BufReader::new(stream), Greeting::First).await.map(drop)
            }
            Lock::None => self.talk(BufReader::new(stream), Greeting::First).await.map(drop),
            Lock::StartTls(acceptor) => {
                let Some(stream) = self.talk(BufReader::new(stream), Greeting::First).await? else { return Ok(()) };
                let stream = acceptor.accept(stream.into_inner()).await?;
                self.talk(BufReader::new(stream), Greeting::Again).await.map(drop)
            }
        }
    }

    /// Speaks until the end, or until STARTTLS, which gives the stream back.
    async fn talk<S: Stream>(
        &self,
        mut stream: BufReader<S>,
        greeting: Greeting,
    ) -> std::io::Result<Option<BufReader<S>>> {
        let encrypted = matches!(self.door.lock, Lock::Tls(_)) || matches!(greeting, Greeting::Again);
        if matches!(greeting, Greeting::First) {
            if self.busy.load(Ordering::SeqCst) {
                say(&mut stream, "421 too busy").await?;
                return Ok(None);
            }
            say(&mut stream, "220 test").await?;
        }
        let (mut to, mut reply, mut is_in) = (Vec::new(), Reply::Accept, self.door.login.is_none());
        while let Some(line) = line(&mut stream).await? {
            self.heard.lock().push(Heard { encrypted, line: line.clone() });
            let command = line.to_ascii_uppercase();
            if command.starts_with("EHLO") {
                say(&mut stream, &self.offers(encrypted)).await?;
            } else if command.starts_with("STARTTLS") {
                say(&mut stream, "220 go on").await?;
                return Ok(Some(stream));
            } else if let Some(secret) = line.strip_prefix("AUTH PLAIN ") {
                is_in = self.knows(secret);
                say(&mut stream, if is_in { "235 welcome" } else { "535 5.7.8 wrong user or password" }).await?;
            } else if command.starts_with("MAIL") && !is_in {
                say(&mut stream, "530 sign in first").await?;
            } else if command.starts_with("MAIL") {
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
                match reply {
                    Reply::DropAfterContent => return Ok(None),
                    Reply::Silence => std::future::pending().await,
                    _ => {}
                }
                say(&mut stream, "250 taken").await?;
            } else if command.starts_with("QUIT") {
                say(&mut stream, "221 bye").await?;
                return Ok(None);
            } else {
                say(&mut stream, "250 ok").await?;
            }
        }
        Ok(None)
    }

    fn offers(&self, encrypted: bool) -> String {
        let mut offers = vec!["test"];
        if matches!(self.door.lock, Lock::StartTls(_)) && !encrypted {
            offers.push("STARTTLS");
        }
        if self.door.login.is_some() {
            offers.push("AUTH PLAIN");
        }
        let last = offers.pop().unwrap();
        offers.into_iter().map(|offer| format!("250-{offer}\r\n")).chain([format!("250 {last}")]).collect()
    }

    fn knows(&self, secret: &str) -> bool {
        let said = BASE64_STANDARD.decode(secret).unwrap();
        self.door.login.is_none_or(|(user, password)| said == format!("\0{user}\0{password}").as_bytes())
    }
}

/// Whether a conversation begins, or goes on encrypted.
enum Greeting {
    First,
    Again,
}

/// What is talked over.
trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}

impl<S: AsyncRead + AsyncWrite + Unpin + Send> Stream for S {}

async fn say(stream: &mut BufReader<impl Stream>, answer: &str) -> std::io::Result<()> {
    stream.write_all(format!("{answer}\r\n").as_bytes()).await?;
    stream.flush().await
}

async fn line(stream: &mut BufReader<impl Stream>) -> std::io::Result<Option<String>> {
    let mut line = String::new();
    let read = stream.read_line(&mut line).await?;
    Ok((read > 0).then(|| line.trim_end().to_owned()))
}

async fn content(stream: &mut BufReader<impl Stream>) -> std::io::Result<String> {
    let mut content = String::new();
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await? == 0 || line == ".\r\n" {
            return Ok(content);
        }
        content.push_str(line.strip_prefix('.').unwrap_or(&line));
    }
}
