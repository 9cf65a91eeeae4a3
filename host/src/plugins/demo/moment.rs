//! Times in demo rows: counted in working days, so that a demo has no webinar on a Sunday and never gets old.

use jiff::civil::{Date, Time, Weekday};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use magnetiq_contract::demo::Moment;
use magnetiq_contract::rule::Rule;

/// The moment as seen from `now`, in its own zone or else in `site_zone`.
///
/// # Errors
/// The rule that time or zone break.
pub(super) fn resolve(moment: &Moment, now: Timestamp, site_zone: &str) -> Result<Timestamp, Rule> {
    let zone = moment.zone.as_deref().unwrap_or(site_zone);
    let zone = TimeZone::get(zone).map_err(|_| Rule::TimeZone)?;
    let time = Time::strptime("%H:%M", &moment.at)
        .map_err(|_| Rule::expected(("a time such as 10:00", "eine Uhrzeit wie 10:00")))?;
    let day = workday(now.to_zoned(zone.clone()).date(), moment.workdays).ok_or(Rule::DateTime)?;
    day.to_datetime(time).to_zoned(zone).map(|there| there.timestamp()).map_err(|_| Rule::DateTime)
}

/// The day so many working days after `from`; none at the end of all days.
fn workday(from: Date, count: i32) -> Option<Date> {
    let step = count.signum().days();
    let mut day = from;
    for _ in 0..count.unsigned_abs() {
        day = day.checked_add(step).ok()?;
        while is_weekend(day) {
            day = day.checked_add(step).ok()?;
        }
    }
    Some(day)
}

fn is_weekend(day: Date) -> bool {
    matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A Friday, in the evening of New York and on Saturday in Tokyo.
    const NOW: &str = "2026-03-06T23:30:00Z";

    fn resolved(workdays: i32, at: &str, zone: Option<&str>) -> Result<String, Rule> {
        let moment = Moment { workdays, at: at.into(), zone: zone.map(Into::into) };
        resolve(&moment, NOW.parse().unwrap(), "Europe/London").map(|moment| moment.to_string())
    }

    #[test]
    fn days_are_counted_from_monday_to_friday() {
        assert_eq!(resolved(0, "10:00", None).unwrap(), "2026-03-06T10:00:00Z");
        assert_eq!(resolved(1, "10:00", None).unwrap(), "2026-03-09T10:00:00Z");
        assert_eq!(resolved(6, "10:00", None).unwrap(), "2026-03-16T10:00:00Z");
        assert_eq!(resolved(-5, "10:00", None).unwrap(), "2026-02-27T10:00:00Z");
    }

    #[test]
    fn a_time_is_that_of_its_own_zone_and_today_is_the_day_there() {
        assert_eq!(resolved(1, "10:00", Some("America/New_York")).unwrap(), "2026-03-09T14:00:00Z");
        assert_eq!(resolved(-1, "10:00", Some("Asia/Tokyo")).unwrap(), "2026-03-06T01:00:00Z");
    }

    #[test]
    fn a_wrong_time_or_zone_is_named() {
        assert_eq!(resolved(1, "noon", None), Err(Rule::expected(("a time such as 10:00", "eine Uhrzeit wie 10:00"))));
        assert_eq!(resolved(1, "10:00", Some("Nowhere")), Err(Rule::TimeZone));
    }
}
