//! The one place where the services are built and joined.

use std::sync::Arc;

use jiff::SignedDuration;
use magnetiq_contract::call::SiteInfo;
use magnetiq_contract::text::Text;

use crate::accounts::letters;
use crate::auth::passwords::Cost;
use crate::auth::{self, Auth, keys, sessions};
use crate::clock::Clock;
use crate::config::{Lock, Security, Settings, TokenSettings};
use crate::error::{Code, Error, Result};
use crate::health::Health;
use crate::http::assets::Assets;
use crate::http::rate::RateLimiter;
use crate::jobs;
use crate::mail::{self, Templates, Transport};
use crate::people::Privacy;
use crate::plugins::{self, Foundation, Plugins};
use crate::secrets::{self, Holding, Secrets};
use crate::site::{Identity, PageCache, PublicSite};
use crate::store::{Connection, Snapshot, Store};
use crate::workers::{self, Errands};

/// Where the database holds what is sealed with the master key.
pub const SEALED: &[Holding] = &[plugins::SEALED, auth::mfa::SEALED[0], auth::mfa::SEALED[1]];

/// Most bytes of rendered pages kept in memory.
const PAGES: usize = 32 * 1024 * 1024;

/// Everything that a request of one site needs.
pub struct Site {
    /// Tells the time.
    pub clock: Clock,
    /// What the host was told at its start.
    pub settings: Settings,
    /// Files that are part of the binary.
    pub assets: Assets,
    /// The site's database.
    pub store: Store,
    /// The master key and what is derived from it.
    pub secrets: Secrets,
    /// Who may do what.
    pub auth: Auth,
    /// What visitors see.
    pub public: Arc<PublicSite>,
    /// What plugins add.
    pub plugins: Arc<Plugins>,
    /// Sends what is queued.
    pub mail: mail::Worker,
    /// Does what is due.
    pub jobs: jobs::Worker,
    /// Where else there is something about people.
    pub privacy: Privacy,
    /// How often callers may do things.
    pub rates: RateLimiter,
    /// The last look at its parts.
    pub health: Health,
    _lock: Lock,
}

/// axum's state.
pub type App = Arc<Site>;

impl Site {
    /// Opens the data folder and joins the services. Nothing runs in the background yet.
    ///
    /// # Errors
    /// When the folder is in use or the database cannot be opened.
    pub async fn build(settings: Settings, clock: Clock, assets: Assets) -> Result<App> {
        settings.data_dir.create()?;
        let lock = settings.data_dir.lock()?;
        let store = Store::open(&settings.data_dir.database(), &clock)?;
        let secrets = open_secrets(&settings, &store, &clock).await?;
        let auth = Auth::open(auth_settings(&settings, &secrets), &store, &clock).await?;
        auth.keys.tend().await?;
        let public = Arc::new(public_site(&settings, &store, &clock)?);
        let rates = RateLimiter::default();
        let plugins = offered(&settings, &assets, &store, &clock, &auth, &rates, &public)?;
        let mail = mail_worker(&settings, &store, &clock, &plugins, &secrets)?;
        let errands = errands(&store, &clock, &secrets, &auth);
        let jobs = jobs::Worker::new(store.clone(), clock.clone(), runs(&plugins, errands), workers::TASKS);
        plugins.wake().await?;
        let health = Health::default();
        let privacy = privacy(&plugins);
        Ok(Arc::new(Self {
            clock,
            settings,
            assets,
            store,
            secrets,
            auth,
            public,
            plugins,
            mail,
            jobs,
            privacy,
            rates,
            health,
            _lock: lock,
        }))
    }
}

/// Opens the master key. Refuses to make a new one for a site that had one: what is sealed would be lost without a word.
///
/// # Errors
/// When the key file is lost, or cannot be used.
pub async fn open_secrets(settings: &Settings, store: &Store, clock: &Clock) -> Result<Secrets> {
    let path = &settings.security.master_key_file;
    let needed =
        |snapshot: &Snapshot| Ok(plugins::is_any_known(snapshot)? || secrets::is_anything_sealed(snapshot, SEALED)?);
    if path.exists() || !store.read(needed).await? {
        return Secrets::open(path, clock);
    }
    let path = path.display();
    Err(Error::new(
        Code::Conflict,
        format!(
            "The key file {path} is not there, and this site has one: put it back, or set MAGNETIQ_MASTER_KEY_FILE to \
             it. If it is lost, make another with `head -c 32 /dev/urandom > {path}`; what plugins keep secret must then \
             be entered again, and two-factor sign-in set up again."
        ),
    ))
}

/// The plugins that are part of the binary and those in the data folder, none of them awake.
fn offered(
    settings: &Settings,
    assets: &Assets,
    store: &Store,
    clock: &Clock,
    auth: &Auth,
    rates: &RateLimiter,
    public: &Arc<PublicSite>,
) -> Result<Arc<Plugins>> {
    let foundation = Foundation {
        clock: clock.clone(),
        store: store.clone(),
        permissions: auth.permissions.clone(),
        events: auth.events.clone(),
        rates: rates.clone(),
        public: public.clone(),
        site: SiteInfo {
            name: settings.site.name.clone(),
            public_url: settings.server.public_url.clone(),
            time_zone: settings.site.time_zone_name().to_owned(),
            mount: Text::default(),
        },
        data_dir: settings.data_dir.clone(),
        secrets: auth.secrets.clone(),
        program: assets.program.clone(),
        settings: settings.plugins.clone(),
        own_hosts: settings.server.own_hosts(),
    };
    let plugins = Arc::new(Plugins::new(foundation)?);
    for (_, package) in assets.plugins.iter() {
        plugins.offer(&package.bytes)?;
    }
    plugins.offer_folder(&settings.data_dir.plugins());
    let drawing = Arc::downgrade(&plugins);
    public.blocks.draw_with(Box::new(move |request| {
        let plugins = drawing.upgrade();
        Box::pin(async move {
            match plugins {
                Some(plugins) => plugins.draw_block(request).await,
                None => Ok(None),
            }
        })
    }));
    Ok(plugins)
}

/// What is known of people beside their contact: in plugins, also disabled ones, and in the outbox.
fn privacy(plugins: &Arc<Plugins>) -> Privacy {
    let known = Arc::downgrade(plugins);
    let told = known.clone();
    let tables = move || known.upgrade().map(|plugins| plugins.personal_tables()).unwrap_or_default();
    let erased = move |unit: &Connection, clock: &Clock, id: i64| {
        told.upgrade().map_or(Ok(()), |plugins| plugins.person_erased(unit, clock, id))
    };
    Privacy {
        tables: Arc::new(tables),
        forget: &[mail::forget],
        recall: &[("mails", mail::recall)],
        erased: Arc::new(erased),
    }
}

fn mail_worker(
    settings: &Settings,
    store: &Store,
    clock: &Clock,
    plugins: &Arc<Plugins>,
    secrets: &Secrets,
) -> Result<mail::Worker> {
    let transport = match &settings.mail.server {
        Some(server) => Transport::smtp(server)?,
        None => Transport::folder(&settings.data_dir.mail())?,
    };
    let site = mail::SiteInfo {
        name: settings.site.name.clone(),
        public_url: settings.server.public_url.clone(),
        time_zone: settings.site.time_zone_name().to_owned(),
    };
    let links = letters::linker(secrets.clone(), settings.server.public_url.clone());
    let templates = Templates::new(site, renders(plugins), links)?;
    mail::Worker::new(store.clone(), clock.clone(), &settings.mail.from, transport, templates)
}

fn errands(store: &Store, clock: &Clock, secrets: &Secrets, auth: &Auth) -> Errands {
    Errands { store: store.clone(), clock: clock.clone(), secrets: secrets.clone(), keys: auth.keys.clone() }
}

fn runs(plugins: &Arc<Plugins>, errands: Errands) -> jobs::Runner {
    let plugins = plugins.clone();
    Arc::new(move |run| {
        let (plugins, errands) = (plugins.clone(), errands.clone());
        Box::pin(async move {
            if run.owner == jobs::CORE { errands.run(&run.name).await } else { plugins.run_job(run).await }
        })
    })
}

fn renders(plugins: &Arc<Plugins>) -> mail::Renderer {
    let plugins = plugins.clone();
    Arc::new(move |request| plugins.render_mail(request))
}

fn public_site(settings: &Settings, store: &Store, clock: &Clock) -> Result<PublicSite> {
    let identity = Identity {
        name: settings.site.name.clone(),
        public_url: settings.server.public_url.clone(),
        time_zone: settings.site.time_zone_name().to_owned(),
    };
    let pages = PageCache::new(PAGES, clock.clone(), store.clone());
    PublicSite::new(identity, pages, clock.clone())
}

fn auth_settings(settings: &Settings, secrets: &Secrets) -> auth::Settings {
    auth::Settings {
        public_url: settings.server.public_url.clone(),
        site_name: settings.site.name.clone(),
        keys: key_plan(settings),
        sessions: session_limits(settings),
        secrets: secrets.clone(),
        cost: password_cost(&settings.security),
        mfa_grace: settings.security.mfa_grace,
    }
}

fn key_plan(settings: &Settings) -> keys::Plan {
    let TokenSettings { algorithm, key_rotation_days, .. } = settings.tokens;
    let rotation = (key_rotation_days > 0).then(|| days(key_rotation_days));
    keys::Plan { folder: settings.data_dir.keys(), algorithm, rotation }
}

fn session_limits(settings: &Settings) -> sessions::Limits {
    let TokenSettings { session_idle_days, session_days, .. } = settings.tokens;
    sessions::Limits { idle: days(session_idle_days), absolute: days(session_days) }
}

fn days(count: u32) -> SignedDuration {
    SignedDuration::from_hours(24 * i64::from(count))
}

/// What one password hash costs.
#[must_use]
pub fn password_cost(security: &Security) -> Cost {
    Cost {
        memory_kib: security.argon2_memory_kib,
        iterations: security.argon2_iterations,
        parallelism: security.argon2_parallelism,
    }
}
