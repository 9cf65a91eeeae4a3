//! `magnetiq serve`

use clap::Args;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

use super::settings::DataFlags;
use super::{control, log, output};
use crate::accounts::setup;
use crate::app::{App, Site};
use crate::clock::Clock;
use crate::error::{Code, Error, Result};
use crate::http::assets::Assets;
use crate::http::server;
use crate::resources::Actor;
use crate::router;
use crate::shutdown::Shutdown;
use crate::site::{DEMO_COMPANY, HomePage};
use crate::workers;

/// Serves the site.
#[derive(Args)]
pub struct Serve {
    #[command(flatten)]
    data: DataFlags,
    /// Address to listen on [default: 127.0.0.1:8036]
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<String>,
    /// Shows a complete example company
    #[arg(long)]
    demo: bool,
}

impl Serve {
    /// Serves until SIGTERM or SIGINT.
    ///
    /// # Errors
    /// When the settings are not usable, the data folder is in use or the address is taken.
    pub async fn run(self, assets: Assets) -> Result<()> {
        let name = self.demo.then(|| ("SITE_NAME", DEMO_COMPANY.to_owned()));
        let settings = self.data.settings(self.listen.map(|address| ("LISTEN", address)).into_iter().chain(name))?;
        log::start(&settings);
        for setting in &settings.later {
            tracing::warn!(%setting, "this version does not use the setting yet");
        }
        let shutdown = Shutdown::default();
        end_on_signal(shutdown.clone())?;
        let site = Site::build(settings, Clock::system(), assets).await?;
        if self.demo {
            site.public.set_home(HomePage::Demo);
            site.plugins.enable_all(&Actor::system()).await?;
            site.plugins.fill_with_demo().await?;
        }
        serve(&site, &shutdown).await
    }
}

/// Serves a site and does its work until it is asked to end.
///
/// # Errors
/// When the address is taken, or a worker fails.
pub(super) async fn serve(site: &App, shutdown: &Shutdown) -> Result<()> {
    let router = router::build(site)?;
    let (listener, orders) = (listen(site).await?, control::open(site));
    output::line(&format!(
        "Magnetiq serves {} (listening on {}).",
        site.settings.server.public_url,
        listener.local_addr()?
    ))?;
    if let Some(link) = setup::link(site).await? {
        output::line(&format!("Make the first administrator, within 24 hours: {link}"))?;
    }
    let serving = server::serve(listener, router, &site.settings.limits, shutdown);
    let working = async {
        let worked = workers::run(site, shutdown).await;
        // Without its workers the site would look well and do half: better to be started again.
        shutdown.begin();
        worked
    };
    let ((), worked, ()) = tokio::join!(serving, working, control::listen(orders, site, shutdown));
    worked
}

async fn listen(site: &Site) -> Result<TcpListener> {
    let address = site.settings.server.listen;
    TcpListener::bind(address)
        .await
        .map_err(|error| Error::new(Code::Unavailable, format!("The address {address} cannot be used: {error}.")))
}

/// Begins the end when the process is asked to.
///
/// # Errors
/// When signals cannot be heard.
pub(super) fn end_on_signal(shutdown: Shutdown) -> Result<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    tokio::spawn(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        tracing::info!("asked to end; finishing requests in flight");
        shutdown.begin();
    });
    Ok(())
}
