//! How a message leaves: through an SMTP server, or as a file while none is set.

use std::error::Error as _;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::Duration;

use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::transport::smtp::{self, PoolConfig};
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};

use crate::config::{Encryption, Login, SmtpServer};
use crate::durable;
use crate::error::{Code, Error, Result};

/// Patience with one answer of the server.
const ANSWER: Duration = Duration::from_secs(30);
/// Patience with one message.
const MESSAGE: Duration = Duration::from_secs(90);
/// Files written at the same time: one that is written again replaces itself.
const FILES: usize = 4;
/// Answers that say that this message will never be taken. Others of 5xx are about the command or the sign-in.
const NEVER: [&str; 8] = ["521", "550", "551", "552", "553", "554", "555", "556"];

/// How a message leaves.
pub enum Transport {
    /// Through an SMTP server, over so many connections.
    Smtp(Box<AsyncSmtpTransport<Tokio1Executor>>, u32),
    /// As `<id>.eml` in a folder.
    Folder(PathBuf),
}

/// Why a message did not leave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Worth another try.
    Later(String),
    /// The server will never take it.
    Never(String),
}

impl Transport {
    /// Through a server.
    ///
    /// # Errors
    /// When there are no certificates to hold the server's against.
    pub fn smtp(server: &SmtpServer) -> Result<Self> {
        let pool = PoolConfig::new().max_size(server.connections).idle_timeout(Duration::from_secs(20));
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&server.host)
            .port(server.port)
            .tls(tls(server)?)
            .timeout(Some(ANSWER))
            .pool_config(pool);
        if let Some(Login { user, password }) = &server.login {
            builder = builder.credentials(Credentials::new(user.clone(), password.reveal().to_owned()));
        }
        Ok(Self::Smtp(Box::new(builder.build()), server.connections))
    }

    /// Files in a folder, which is made when it is not there.
    ///
    /// # Errors
    /// When the folder cannot be made.
    pub fn folder(path: &Path) -> Result<Self> {
        fs::create_dir_all(path)?;
        Ok(Self::Folder(path.to_owned()))
    }

    /// How many messages may leave at the same time.
    #[must_use]
    pub fn lanes(&self) -> usize {
        match self {
            Self::Smtp(_, connections) => *connections as usize,
            Self::Folder(_) => FILES,
        }
    }

    /// Passes when the server can be reached and takes the sign-in.
    ///
    /// # Errors
    /// A sentence for the log.
    pub async fn check(&self) -> std::result::Result<(), String> {
        let Self::Smtp(server, _) = self else { return Ok(()) };
        match tokio::time::timeout(MESSAGE, server.test_connection()).await {
            Ok(Ok(true)) => Ok(()),
            Ok(Ok(false)) => Err("The mail server closed the connection.".to_owned()),
            Ok(Err(error)) => Err(reason(&error)),
            Err(_) => Err("The mail server does not answer.".to_owned()),
        }
    }

    /// Hands the message over. Under the same id a file is replaced.
    ///
    /// # Errors
    /// A [`Fault`].
    pub async fn deliver(&self, id: i64, message: Message) -> std::result::Result<(), Fault> {
        match self {
            Self::Smtp(server, _) => send(server, message).await,
            Self::Folder(path) => write(path.clone(), id, message.formatted()).await,
        }
    }

    /// Removes the files of these messages, where there are some; what a server has taken cannot be taken back.
    ///
    /// # Errors
    /// When a file cannot be removed.
    pub async fn remove(&self, ids: Vec<i64>) -> Result<()> {
        match self {
            Self::Smtp(..) => Ok(()),
            Self::Folder(path) => remove(path.clone(), ids).await,
        }
    }
}

async fn remove(folder: PathBuf, ids: Vec<i64>) -> Result<()> {
    let removing = move || {
        for id in ids {
            match fs::remove_file(folder.join(format!("{id}.eml"))) {
                Err(error) if error.kind() != ErrorKind::NotFound => return Err(error.into()),
                _ => {}
            }
        }
        Ok(durable::sync_folder(&folder)?)
    };
    tokio::task::spawn_blocking(removing).await.map_err(Error::internal)?
}

async fn send(server: &AsyncSmtpTransport<Tokio1Executor>, message: Message) -> std::result::Result<(), Fault> {
    match tokio::time::timeout(MESSAGE, server.send(message)).await {
        Ok(Ok(_)) => Ok(()),
        Ok(Err(error)) => Err(fault(&error)),
        Err(_) => Err(Fault::Later("The mail server does not answer.".to_owned())),
    }
}

fn tls(server: &SmtpServer) -> Result<Tls> {
    let encrypted: fn(TlsParameters) -> Tls = match server.encryption {
        Encryption::None => return Ok(Tls::None),
        Encryption::Opportunistic => Tls::Opportunistic,
        Encryption::StartTls => Tls::Required,
        Encryption::Tls => Tls::Wrapper,
    };
    let unchecked = |error: smtp::Error| {
        let sentence = format!("The mail server's certificate could not be checked: {error}.");
        Error::new(Code::Unavailable, sentence)
    };
    certificates(server).map(encrypted).map_err(unchecked)
}

fn certificates(server: &SmtpServer) -> std::result::Result<TlsParameters, smtp::Error> {
    let mut known = TlsParameters::builder(server.host.clone());
    if let Some(own) = &server.own_authorities {
        known = known.add_root_certificate(Certificate::from_pem(own.as_bytes())?);
    }
    known.build()
}

fn fault(error: &smtp::Error) -> Fault {
    let never = error.is_permanent() && error.status().is_some_and(|code| NEVER.contains(&code.to_string().as_str()));
    match never {
        true => Fault::Never(reason(error)),
        false => Fault::Later(reason(error)),
    }
}

/// What went wrong, for the mail log; what this side refused stands in the cause alone.
fn reason(error: &smtp::Error) -> String {
    match error.source().filter(|_| error.is_client()) {
        Some(cause) => cause.to_string(),
        None => error.to_string(),
    }
}

async fn write(folder: PathBuf, id: i64, bytes: Vec<u8>) -> std::result::Result<(), Fault> {
    let path = folder.join(format!("{id}.eml"));
    let written = tokio::task::spawn_blocking(move || durable::write(&path, &bytes)).await;
    match written {
        Ok(Ok(())) => Ok(()),
        Ok(Err(error)) => Err(Fault::Later(error.to_string())),
        Err(error) => Err(Fault::Later(error.to_string())),
    }
}
