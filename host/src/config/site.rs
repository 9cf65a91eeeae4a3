//! What the site is called and where it is.

use jiff::tz::TimeZone;

use super::Source;

/// What the site is called and where it is.
#[derive(Clone, Debug)]
pub struct SiteSettings {
    /// Its name, in titles and mails.
    pub name: String,
    /// The zone in which schedules run and times without a zone of their own are shown.
    pub time_zone: TimeZone,
}

impl SiteSettings {
    pub(super) fn read(source: &mut Source) -> Self {
        Self { name: source.text("SITE_NAME").unwrap_or_else(|| "Magnetiq".to_owned()), time_zone: time_zone(source) }
    }

    /// The zone's IANA name.
    #[must_use]
    pub fn time_zone_name(&self) -> &str {
        self.time_zone.iana_name().unwrap_or("UTC")
    }
}

fn time_zone(source: &mut Source) -> TimeZone {
    let name = source.text("TIME_ZONE").unwrap_or_else(|| "Europe/Berlin".to_owned());
    TimeZone::get(&name).unwrap_or_else(|_| {
        source.unfit("TIME_ZONE", "an IANA time zone such as Europe/Berlin");
        TimeZone::UTC
    })
}
