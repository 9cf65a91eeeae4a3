//! A site in the test's own process.

use std::ops::Deref;
use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use jiff::{SignedDuration, Timestamp};
use magnetiq::accounts::{self, NewUser};
use magnetiq::app::{App, Site};
use magnetiq::auth::{Secret, keys};
use magnetiq::clock::Clock;
use magnetiq::config::{Settings, TokenAlgorithm};
use magnetiq::error::Code;
use magnetiq::http::assets::Assets;
use magnetiq::http::server;
use magnetiq::resources::Actor;
use magnetiq::shutdown::Shutdown;
use magnetiq::{router, workers};
use magnetiq_contract::text::Locale;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::{Client, Guest, Mail};

/// When every test begins: a Sunday morning before daylight saving begins in Europe.
pub const START: Timestamp = Timestamp::constant(1_772_355_600, 0);

/// The password of every user of a test.
pub const PASSWORD: &str = "correct horse battery staple";

/// A running site. Derefs to a visitor of it; ends with its drop.
pub struct TestApp {
    /// The site itself, for tests of what has no route.
    pub site: App,
    /// Its clock.
    pub clock: Clock,
    visitor: Client,
    address: String,
    shutdown: Shutdown,
    server: Option<JoinHandle<()>>,
    folder: Arc<TempDir>,
}

impl TestApp {
    /// A fresh site with default settings.
    pub async fn start() -> Self {
        Self::start_with(&[]).await
    }

    /// A fresh site with these settings, named without `MAGNETIQ_`.
    ///
    /// # Panics
    /// When the site does not start.
    pub async fn start_with(settings: &[(&'static str, &str)]) -> Self {
        let folder = Arc::new(tempfile::tempdir().expect("a folder"));
        Self::serve(folder, Clock::fixed(START), settings).await
    }

    /// Ends the site and starts it again on its folder, with default settings, after so long a downtime. It knows the
    /// packages in the folder alone.
    pub async fn restart(mut self, downtime: SignedDuration) -> Self {
        self.end().await;
        let (folder, clock) = (self.folder.clone(), self.clock.clone());
        drop(self);
        clock.advance(downtime);
        Self::serve(folder, clock, &[]).await
    }

    async fn serve(folder: Arc<TempDir>, clock: Clock, settings: &[(&'static str, &str)]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address").to_string();
        let settings = read(&folder, &address, settings);
        share_what_takes_long(&settings);
        let site = Site::build(settings, clock.clone(), assets()).await.expect("a site");
        let router = router::build(&site).expect("a router");
        let shutdown = Shutdown::default();
        let server = tokio::spawn({
            let (limits, shutdown) = (site.settings.limits.clone(), shutdown.clone());
            async move { server::serve(listener, router, &limits, &shutdown).await }
        });
        let visitor = Client::visitor(format!("http://{address}"));
        Self { site, clock, visitor, address, shutdown, server: Some(server), folder }
    }

    /// `127.0.0.1:port`.
    #[must_use]
    pub fn address(&self) -> &str {
        &self.address
    }

    /// The data folder.
    #[must_use]
    pub fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }

    /// Offers a plugin, grants all that it asks for and enables it.
    ///
    /// # Panics
    /// When it is refused.
    pub async fn enable(&self, guest: Guest) {
        self.offer(guest);
        self.site.plugins.enable(guest.id(), None, &Actor::system(), None).await.expect("a plugin that can be enabled");
    }

    /// The same with these grants alone.
    ///
    /// # Panics
    /// When it is refused.
    pub async fn enable_with(&self, guest: Guest, grants: &Value) {
        self.offer(guest);
        let grants = grants.as_object().cloned();
        self.site
            .plugins
            .enable(guest.id(), grants, &Actor::system(), None)
            .await
            .expect("a plugin that can be enabled");
    }

    /// Puts a plugin into the data folder, where the next start finds it.
    ///
    /// # Panics
    /// When it cannot be copied.
    pub fn install(&self, guest: Guest) {
        let name = format!("{}.mqp", guest.id());
        std::fs::copy(guest.path(), self.site.settings.data_dir.plugins().join(name)).expect("a copy");
    }

    fn offer(&self, guest: Guest) {
        self.site.plugins.offer(guest.package()).expect("a package");
    }

    /// Lets time pass and does what becomes due: jobs first, then the mails they queue.
    pub async fn advance(&self, by: SignedDuration) {
        self.clock.advance(by);
        self.settle().await;
    }

    /// Does what is due now.
    ///
    /// # Panics
    /// When the store fails.
    pub async fn settle(&self) {
        workers::settle(&self.site).await.expect("work that can be taken");
    }

    /// Every message that has left, the oldest first.
    ///
    /// # Panics
    /// When one cannot be read.
    pub async fn mails(&self) -> Vec<Mail> {
        self.settle().await;
        Mail::read_folder(&self.folder.path().join("mail"))
    }

    /// A user with this role, signed in. Signing in with the same role again gives the same user.
    ///
    /// # Panics
    /// When the user cannot be made or signed in.
    pub async fn sign_in(&self, role: &str) -> Client {
        self.with_token(&self.token(role).await)
    }

    /// The access token of such a user.
    ///
    /// # Panics
    /// When the user cannot be made or signed in.
    pub async fn token(&self, role: &str) -> String {
        let email = format!("{role}@example.org");
        self.add_user(&email, role).await;
        let body = json!({"email": email, "password": PASSWORD});
        let answer = self.post_json("/api/v1/auth/login", &body).await.expect(200);
        answer.data()["access_token"].as_str().expect("a token").to_owned()
    }

    async fn add_user(&self, email: &str, role: &str) {
        let new = NewUser {
            email: email.to_owned(),
            name: format!("Test {role}"),
            role: role.parse().expect("a role"),
            language: Locale::En,
            password: Some(Secret::new(PASSWORD.to_owned())),
        };
        let Site { store, clock, auth, settings, .. } = &*self.site;
        let added = accounts::add_user(store, clock, &auth.passwords, &settings.site.name, new).await;
        if let Err(refusal) = added {
            assert_eq!(refusal.code(), Code::Validation, "{refusal}");
        }
    }

    /// Asks the site to end and waits until its last request is answered.
    ///
    /// # Panics
    /// When the server panicked.
    pub async fn end(&mut self) {
        self.shutdown.begin();
        if let Some(server) = self.server.take() {
            server.await.expect("a quiet end");
        }
    }

    /// Asks the site to end.
    pub fn begin_end(&self) {
        self.shutdown.begin();
    }
}

impl Deref for TestApp {
    type Target = Client;

    fn deref(&self) -> &Client {
        &self.visitor
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        self.shutdown.begin();
    }
}

/// A panel that says nothing: the real one is part of the binary alone.
fn assets() -> Assets {
    let page = Bytes::from_static(br#"<script src="/admin/start.js" nonce="NONCE-OF-THE-ANSWER"></script>"#);
    Assets { admin: [("index.html".to_owned(), page)].into_iter().collect(), ..Assets::default() }
}

fn read(folder: &TempDir, address: &str, more: &[(&'static str, &str)]) -> Settings {
    let own = [
        ("DATA_DIR", folder.path().display().to_string()),
        ("LISTEN", address.to_owned()),
        // Cheap hashes: tests sign in often, and one of them measures the real cost elsewhere.
        ("ARGON2_MEMORY_KIB", "8".to_owned()),
        ("ARGON2_ITERATIONS", "1".to_owned()),
        // Clocks of tests run for months, and one test looks at the grace itself.
        ("MFA_GRACE_DAYS", "3650".to_owned()),
    ];
    let more = more.iter().map(|(name, value)| (*name, (*value).to_owned()));
    Settings::read(own.into_iter().chain(more), []).unwrap_or_else(|faults| panic!("{faults}"))
}

/// Making a signing key takes longer than most tests, and so does compiling a plugin: all sites of one test run share
/// their keys and what is compiled and sealed with them.
fn share_what_takes_long(settings: &Settings) {
    static SHARED: OnceLock<TempDir> = OnceLock::new();
    let shared = SHARED.get_or_init(|| {
        let folder = tempfile::tempdir().expect("a folder");
        for name in ["keys", "cache"] {
            std::fs::create_dir(folder.path().join(name)).expect("a folder");
        }
        keys::open(&folder.path().join("keys"), TokenAlgorithm::RS256, &Clock::fixed(START)).expect("a key");
        std::fs::write(folder.path().join("keys/master.key"), [7; 32]).expect("a key");
        folder
    });
    settings.data_dir.create().expect("a data folder");
    for key in std::fs::read_dir(shared.path().join("keys")).expect("the keys").map_while(Result::ok) {
        std::fs::copy(key.path(), settings.data_dir.keys().join(key.file_name())).expect("a copy");
    }
    if !settings.data_dir.cache().is_symlink() {
        std::fs::remove_dir(settings.data_dir.cache()).expect("an empty folder");
        std::os::unix::fs::symlink(shared.path().join("cache"), settings.data_dir.cache()).expect("a link");
    }
}
