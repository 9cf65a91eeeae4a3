//! `magnetiq openapi`

use clap::Args;

use super::output;
use super::settings::DataFlags;
use crate::app::Site;
use crate::clock::Clock;
use crate::error::Result;
use crate::http::assets::Assets;
use crate::{openapi, router};

/// Prints the OpenAPI document of the host and of the plugins that are enabled in the data folder.
#[derive(Args)]
pub struct Openapi {
    #[command(flatten)]
    data: DataFlags,
}

impl Openapi {
    /// Prints it. Without a database there are no plugins, and none is made.
    ///
    /// # Errors
    /// When the settings are not usable, or the folder is in use: the site that serves it answers the document itself.
    pub async fn run(&self, assets: Assets) -> Result<()> {
        let settings = self.data.settings([])?;
        let document = if settings.data_dir.database().exists() {
            openapi::document_of(&*Site::build(settings, Clock::system(), assets).await?)
        } else {
            openapi::document(&router::routes(), &settings.site.name, &settings.server.public_url, &[])
        };
        output::line(&serde_json::to_string_pretty(&document)?)
    }
}
