//! Sign-in and encryption on the way to the server: a password and a message go encrypted, or not at all.

use std::path::PathBuf;
use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};

use super::smtp::{Door, Lock};
use super::*;
use crate::config::Settings;

const LOGIN: (&str, &str) = ("events", "right");

/// A company's own authority and what it signed for `127.0.0.1`.
struct Company {
    folder: TempDir,
    acceptor: TlsAcceptor,
}

impl Company {
    fn new() -> Self {
        let mut authority = CertificateParams::new(Vec::<String>::new()).unwrap();
        authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let authority_key = KeyPair::generate().unwrap();
        let folder = tempfile::tempdir().unwrap();
        let certificate = authority.self_signed(&authority_key).unwrap();
        std::fs::write(folder.path().join("company.pem"), certificate.pem()).unwrap();

        let key = KeyPair::generate().unwrap();
        let issuer = Issuer::new(authority, authority_key);
        let leaf = CertificateParams::new(["127.0.0.1".to_owned()]).unwrap().signed_by(&key, &issuer).unwrap();
        let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![leaf.der().clone()], key)
            .unwrap();
        Self { folder, acceptor: TlsAcceptor::from(Arc::new(config)) }
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("company.pem")
    }

    /// A way out that was read from settings, with the company's authority among them.
    fn post(&self, url: &str) -> Post {
        let file = self.file().display().to_string();
        let variables = [("SMTP_URL", url), ("SMTP_CA_FILE", &file), ("MAIL_FROM", "events@example.org")];
        let variables = variables.map(|(name, value)| (format!("MAGNETIQ_{name}"), value.to_owned()));
        let flags = [("DATA_DIR", self.folder.path().display().to_string())];
        Post::sending(&Settings::read(flags, variables).unwrap().mail.server.unwrap())
    }
}

async fn starttls(company: &Company) -> Smtp {
    Smtp::behind(Door { lock: Lock::StartTls(company.acceptor.clone()), login: Some(LOGIN) }, []).await
}

/// The commands that came in clear, without what follows them.
fn in_clear(server: &Smtp) -> Vec<String> {
    let clear = server.heard().into_iter().filter(|heard| !heard.encrypted);
    clear.map(|heard| heard.line.split(' ').next().unwrap().to_owned()).collect()
}

/// The message waits without a try counted, its log tells why, and the server got nothing of it.
async fn waits_because(post: &Post, server: &Smtp, reason: &str) {
    let id = post.queue(hello("ada@example.org")).await.unwrap();
    assert_eq!(post.drain().await, 0);
    let state = post.state(id).await;
    assert_eq!((state.status.as_str(), state.attempts), ("queued", 0));
    assert!(state.last_error.contains(reason), "{state:?}");
    assert!(post.worker.trouble().unwrap().contains(reason));
    assert!(server.received().is_empty());
}

#[tokio::test]
async fn after_starttls_and_the_sign_in_a_message_arrives_and_nothing_of_it_went_in_clear() {
    let company = Company::new();
    let server = starttls(&company).await;
    let post = company.post(&format!("{}?tls=required", server.url_of("events", "right")));
    let id = post.queue(hello("ada@example.org")).await.unwrap();
    post.drain().await;
    assert_eq!(post.state(id).await.status, "sent");
    assert_eq!(server.received()[0].to, ["ada@example.org"]);
    assert!(server.heard().iter().any(|heard| heard.encrypted && heard.line.starts_with("AUTH")));
    assert!(in_clear(&server).iter().all(|command| command == "EHLO" || command == "STARTTLS"));
}

#[tokio::test]
async fn a_server_that_is_encrypted_from_the_first_byte_takes_a_message_after_the_sign_in() {
    let company = Company::new();
    let lock = Lock::Tls(company.acceptor.clone());
    let server = Smtp::behind(Door { lock, login: Some(LOGIN) }, []).await;
    let post = company.post(&server.url_of("events", "right"));
    let id = post.queue(hello("ada@example.org")).await.unwrap();
    post.drain().await;
    assert_eq!(post.state(id).await.status, "sent");
    assert_eq!(server.received().len(), 1);
    assert!(server.heard().iter().any(|heard| heard.line.starts_with("AUTH")));
    assert!(in_clear(&server).is_empty());
}

#[tokio::test]
async fn a_wrong_password_is_told_in_the_mail_log_and_tried_once_after_each_wait() {
    let company = Company::new();
    let server = starttls(&company).await;
    let post = company.post(&format!("{}?tls=required", server.url_of("events", "hunter2")));
    waits_because(&post, &server, "535").await;
    assert!(!post.worker.trouble().unwrap().contains("hunter2"));
    let sign_ins = || server.heard().iter().filter(|heard| heard.line.starts_with("AUTH")).count();
    assert_eq!(sign_ins(), 1);
    for tries in 2..5 {
        assert_eq!(post.drain().await, 0);
        assert_eq!(sign_ins(), tries - 1, "not before the wait is over");
        post.wait(1);
        assert_eq!(post.drain().await, 0);
        assert_eq!(sign_ins(), tries);
    }
}

#[tokio::test]
async fn a_message_that_is_queued_while_the_server_refuses_us_tells_it_too() {
    let server = Smtp::behind(Door { lock: Lock::None, login: Some(LOGIN) }, []).await;
    let post = Post::at(&server.url_of("events", "wrong"));
    waits_because(&post, &server, "535").await;
    waits_because(&post, &server, "535").await;
}

#[tokio::test]
async fn a_server_without_starttls_gets_neither_password_nor_message_where_it_is_required() {
    let server = Smtp::behind(Door { lock: Lock::None, login: Some(LOGIN) }, []).await;
    let company = Company::new();
    let post = company.post(&format!("{}?tls=required", server.url_of("events", "right")));
    waits_because(&post, &server, "STARTTLS").await;
    assert!(in_clear(&server).iter().all(|command| command == "EHLO" || command == "QUIT"), "{:?}", server.heard());
}

#[tokio::test]
async fn a_certificate_that_nobody_known_signed_is_refused_before_anything_is_said() {
    let (company, stranger) = (Company::new(), Company::new());
    for lock in [Lock::StartTls(stranger.acceptor.clone()), Lock::Tls(stranger.acceptor.clone())] {
        let server = Smtp::behind(Door { lock, login: Some(LOGIN) }, []).await;
        let url = server.url_of("events", "right");
        let query = if url.starts_with("smtps") { "" } else { "?tls=required" };
        waits_because(&company.post(&format!("{url}{query}")), &server, "certificate").await;
        assert!(server.heard().iter().all(|heard| !heard.line.starts_with("AUTH")), "{:?}", server.heard());
    }
}

#[tokio::test]
async fn a_password_goes_in_clear_to_this_machine() {
    let server = Smtp::behind(Door { lock: Lock::None, login: Some(LOGIN) }, []).await;
    let post = Post::at(&server.url_of("events", "right"));
    let id = post.queue(hello("ada@example.org")).await.unwrap();
    post.drain().await;
    assert_eq!(post.state(id).await.status, "sent");
}
