//! `magnetiq openapi`

use clap::Args;

use super::output;
use super::settings::DataFlags;
use crate::error::Result;
use crate::{openapi, router};

/// Prints the OpenAPI document of the host's routes.
#[derive(Args)]
pub struct Openapi {
    #[command(flatten)]
    data: DataFlags,
}

impl Openapi {
    /// Prints it.
    ///
    /// # Errors
    /// When the settings are not usable.
    pub fn run(&self) -> Result<()> {
        let settings = self.data.settings([])?;
        let document = openapi::document(&router::routes(), &settings.site.name, &settings.server.public_url, &[]);
        output::line(&serde_json::to_string_pretty(&document)?)
    }
}
